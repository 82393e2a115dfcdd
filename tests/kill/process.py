"""One process of the machinery, to be killed: `python -m tests.kill.process relay|worker|cron [forget-ids] [forget-numbers]`.

Impatient, and with small chunks, so that a minute holds many deaths. `forget-ids` and `forget-numbers` are the negative controls: every
attempt reaches the provider, or WeChat Pay, under a new id, as if nothing recognised a repetition.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from app.benefits.wechat.answers import Answer
from app.benefits.wechat.pay import EXTENSION as PAY
from app.benefits.wechat.pay import WeChatPay
from app.core.config import load_settings
from app.core.jobs import Lane, job, periodic
from app.core.jobs.cron import run_cron
from app.core.jobs.policy import EXTENSION, JobPolicy
from app.core.jobs.relay import run_relay
from app.core.jobs.worker import run_worker
from app.factory import create_app
from app.notifications import fan_out
from app.notifications.adapters import Outcome, SmsAdapter, SmsMessage
from app.notifications.wires import WIRES, Wires
from tenants.ids import uuid7

IMPATIENT = JobPolicy(lease=2.0, most_failures=50, first_pause=0.2, longest_pause=0.5, poll=0.2)
CHUNK = 100


@job("testing.sleep", lane=Lane.LONG)
def _sleep(seconds: int) -> None:
    """Work that knows nothing of checkpoints."""
    time.sleep(seconds)


@periodic("testing.tick", every=timedelta(seconds=1))
def _tick() -> None:
    """Work that comes again every second."""


class ForgetfulAdapter(SmsAdapter):
    """Sends every attempt under a new id."""

    def send_batch(self, messages: Sequence[SmsMessage]) -> list[Outcome]:
        fresh = [replace(message, id=str(uuid7())) for message in messages]
        return [
            replace(outcome, id=message.id)
            for outcome, message in zip(super().send_batch(fresh), messages, strict=True)
        ]


class ForgetfulPay(WeChatPay):
    """Asks for every coupon under a new number."""

    def give(self, openid: str, stock_id: str, number: str, app_id: str) -> Answer:  # noqa: ARG002 - what it forgets
        return super().give(openid, stock_id, uuid7().hex, app_id)


def main(role: str, *flaws: str) -> None:
    settings = load_settings()
    app = create_app(settings)
    app.extensions[EXTENSION] = IMPATIENT
    fan_out.CHUNK = CHUNK
    if "forget-ids" in flaws:
        known: Wires = app.extensions[WIRES]
        app.extensions[WIRES] = Wires(sms=ForgetfulAdapter(settings.sms_url, "sandbox"), email=known.email)
    if "forget-numbers" in flaws:
        app.extensions[PAY] = ForgetfulPay(settings.wechat_pay_url, settings.wechat_pay_keys)
    {"relay": run_relay, "worker": run_worker, "cron": run_cron}[role](app)


if __name__ == "__main__":
    main(*sys.argv[1:])
