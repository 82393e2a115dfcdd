"""A broadcast to a large zone, into inboxes and as SMS through the sandbox, by one worker.

Everything is real: PostgreSQL with fsync, Valkey, relay, worker, sandbox, a process each. Inbox: from the order until the
last row is committed. SMS: from there until the provider's last word is noted. Both by the database's clock.
"""

from uuid import UUID

from app.members.audience import Audience
from app.notifications import broadcasting
from bench.harness.city import BenchCity
from bench.harness.machinery import machinery, used_seconds
from bench.harness.options import Options
from bench.harness.results import AT_LEAST, AT_MOST, Result
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.kill.house import House, wait_until

MEMBERS = 100_000


def run(_city: BenchCity, options: Options) -> list[Result]:
    seconds: dict[str, list[float]] = {"inbox": [], "sms": []}
    used: dict[str, dict[str, float]] = {}
    with machinery() as house:
        with house.app.app_context():
            small, large = house.world.zone("small"), house.world.zone("large")
        house.people(small, 100)
        house.people(large, MEMBERS)
        send_broadcast(house, small, ["inbox", "sms"])  # the processes are up and have planned their statements
        for _ in range(options.rounds):
            for channel, taken in seconds.items():
                before = used_seconds(house)
                taken.append(send_broadcast(house, large, [channel]))
                used[channel] = {name: value - before[name] for name, value in used_seconds(house).items()}
    rates = [MEMBERS / taken for taken in seconds["sms"]]
    return [
        Result(f"broadcast to {MEMBERS:,} inboxes", "s", seconds["inbox"], AT_MOST, 2.0, _cpu(used["inbox"])),
        Result(f"broadcast by SMS to {MEMBERS:,}", "/s", rates, AT_LEAST, 5_000.0, _cpu(used["sms"])),
    ]


def _cpu(used: dict[str, float]) -> str:
    return "CPU: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in used.items() if seconds >= 0.05)


def send_broadcast(house: House, zone: ZoneFacts, channels: list[str]) -> float:
    """Send one and wait for its end; the seconds in between, by the database's clock."""
    broadcast_id, actor = uuid7(), Actor(account_id=uuid7(), name="bench")
    with house.app.app_context(), scope(Plane.STAFF, zone=zone, actor=actor):
        broadcasting.compose(
            actor, broadcast_id, title="停水通知", body="明天八点停水。", channels=channels, audience=Audience()
        )
        broadcasting.send(actor, broadcast_id)
        db.session.commit()
    wait_until(lambda: _state(house, broadcast_id) == "sent", f"the broadcast by {channels} is over")
    return house.scalar(
        "SELECT extract(epoch FROM finished_at - sent_at)::float FROM notifications_broadcasts WHERE id = %s",
        broadcast_id,
    )


def _state(house: House, broadcast_id: UUID) -> str:
    return house.scalar("SELECT state FROM notifications_broadcasts WHERE id = %s", broadcast_id)
