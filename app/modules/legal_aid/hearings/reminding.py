"""Reminds the member and the lawyer of a hearing, three days and one day before."""

from sqlalchemy import select

from app.casework.models import Case
from app.casework.states import Phase
from app.core.clock import now
from app.core.i18n import moment
from app.modules.legal_aid.hearings.models import Hearing
from app.modules.legal_aid.hearings.operations import REMINDERS
from app.modules.legal_aid.lawyers.models import AssignmentState
from app.modules.legal_aid.lawyers.queries import find_live
from app.modules.legal_aid.lawyers.telling import tell_lawyer
from app.notifications.operations import notify
from tenants.context import current_zone
from tenants.database import db

MOST_AT_ONCE = 500


def remind() -> int:
    """Send the reminders that are due, once each; returns how many hearings were reminded of. Worker plane."""
    return sum(_remind(column) for column in REMINDERS)


def _remind(column: str) -> int:
    done_at = getattr(Hearing, column)
    statement = (
        select(Hearing, Case)
        .join(Case, Case.id == Hearing.case_id)
        .where(done_at.is_(None), Hearing.cancelled_at.is_(None), Case.phase == Phase.OPEN)
        .where(Hearing.starts_at > now(), Hearing.starts_at <= now() + REMINDERS[column])
        .order_by(Hearing.starts_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Hearing, skip_locked=True)
    )
    found = db.session.execute(statement).all()
    for hearing, case in found:
        setattr(hearing, column, now())
        _tell(hearing, case, column)
    return len(found)


def _tell(hearing: Hearing, case: Case, column: str) -> None:
    about = f"{hearing.id}:{hearing.version}:{column}"
    notify(
        f"{case.module}.hearing_near",
        case.member_id,
        {"number": case.number, "moment": moment(hearing.starts_at), "zone": current_zone().name},
        dedupe_key=f"{case.module}.hearing_near:{about}",
        href=f"/{case.module}/{case.id}",
    )
    lawyer = find_live(case.id)
    if lawyer is not None and lawyer.state == AssignmentState.ACCEPTED:
        tell_lawyer(lawyer, f"hearing_near:{about}")
