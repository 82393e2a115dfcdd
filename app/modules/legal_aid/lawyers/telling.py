"""Who learns of an assignment: the member by a notice, the lawyer by a text message that says that there is something to do."""

from datetime import timedelta
from uuid import UUID

from app.casework.models import Case
from app.core.i18n import DEFAULT_LOCALE
from app.core.jobs import Postpone
from app.core.outbox import emit
from app.modules.legal_aid.lawyers.models import Assignment
from app.modules.legal_aid.lawyers.queries import find_lawyer
from app.modules.legal_aid.lawyers.sealing import former_mobile_of, mobile_of
from app.notifications.adapters import SmsMessage
from app.notifications.delivering import TEMPLATE
from app.notifications.operations import notify
from app.notifications.wires import wires
from tenants.context import current_zone

SEND = "legal_aid.tell_lawyer"
# It may be read over a shoulder: nothing of the matter, not even the number.
WORDS = {
    "zh_CN": "【{zone}】您有一项工作有新的变化，请登录工作台查看。",
    "en": "[{zone}] There is news on your work. Please sign in to read it.",
}
TRY_AGAIN = timedelta(minutes=5)


def tell_member(case: Case, notice: str, about: object) -> None:
    """Send the member `legal_aid.<notice>`, once for what it is about."""
    notify(
        f"{case.module}.{notice}",
        case.member_id,
        {"number": case.number, "zone": current_zone().name},
        dedupe_key=f"{case.module}.{notice}:{about}",
        href=f"/{case.module}/{case.id}",
    )


def tell_lawyer(assignment: Assignment, what: str) -> None:
    """Have a text message sent to the lawyer, once for each `what` of an assignment."""
    key = f"{SEND}:{assignment.id}:{what}"
    emit(SEND, dedupe_key=key, payload={"lawyer_id": str(assignment.lawyer_id), "key": f"{assignment.id}:{what}"})


def send_to_lawyer(lawyer_id: UUID, key: str) -> None:
    """Hand the message to the provider, who sends one `key` once; on the worker plane. Raises `Postpone`."""
    lawyer = find_lawyer(lawyer_id)
    mobile = mobile_of(lawyer) or former_mobile_of(lawyer)
    if not mobile:
        return
    text = WORDS[DEFAULT_LOCALE].format(zone=current_zone().name)
    (outcome,) = wires().sms.send_batch([SmsMessage(key, mobile, TEMPLATE, {"text": text})])
    if outcome.status == "retry":
        raise Postpone(TRY_AGAIN, outcome.code)
