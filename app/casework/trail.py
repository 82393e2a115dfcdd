"""What stays of a deed on a case: the line of its history, and the entry of the audit trail, which holds no words."""

from typing import Any

from app.casework.models import Case, CaseEvent
from app.casework.sealing import seal_note
from app.core import audit
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7


def record(case: Case, deed: str, *, concerns_member: bool = True, **detail: Any) -> None:
    """Write a deed on a case into the audit trail as `<module>.<deed>`; `detail` holds no personal data in clear.

    The member can read the entry unless `concerns_member` is off.
    """
    known = {"number": case.number} if case.number else {}
    audit.record(
        f"{case.module}.{deed}",
        object_type="case",
        object_id=case.id,
        subject_member_id=case.member_id if concerns_member else None,
        **known,
        **detail,
    )


def add_event(actor: Actor, case: Case, action: str, note: str = "", *, source: str = "", is_shown: bool) -> CaseEvent:
    """Write a line of the history; `source` is the state before, the present one if nothing moved."""
    event_id = uuid7()
    event = CaseEvent(
        zone_id=current_zone().id,
        id=event_id,
        case_id=case.id,
        member_id=case.member_id,
        action=action,
        from_state=source or case.state,
        to_state=case.state,
        account_id=actor.account_id,
        actor_name="" if actor.member_id == case.member_id else actor.name,
        visibility="member" if is_shown else "inner",
        note_cipher=seal_note(event_id, note),
    )
    db.session.add(event)
    return event
