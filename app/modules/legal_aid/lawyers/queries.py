"""Reads of the panel and of assignments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.casework.models import Case, CaseEvent
from app.casework.reviews import NOTE
from app.casework.sealing import unseal_notes
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.modules.legal_aid.lawyers.models import LIVE, Assignment, AssignmentState, Client, Lawyer
from tenants.context import Actor, current_zone
from tenants.database import db


def list_lawyers() -> list[Lawyer]:
    """The panel by name, those who left last."""
    return list(db.session.scalars(select(Lawyer).order_by(Lawyer.active_to.is_not(None), Lawyer.name, Lawyer.id)))


def find_lawyer(lawyer_id: UUID) -> Lawyer:
    """Raises `NotFound`."""
    lawyer = db.session.get(Lawyer, (current_zone().id, lawyer_id))
    if lawyer is None:
        raise NotFound
    return lawyer


def list_clients(lawyer_id: UUID) -> list[Client]:
    return list(db.session.scalars(select(Client).where(Client.lawyer_id == lawyer_id).order_by(Client.id)))


def count_live() -> dict[UUID, int]:
    """How many cases each lawyer has, or is offered."""
    statement = select(Assignment.lawyer_id, func.count()).where(Assignment.state.in_(LIVE))
    return {row[0]: row[1] for row in db.session.execute(statement.group_by(Assignment.lawyer_id))}


def find_live(case_id: UUID) -> Assignment | None:
    """The offer that waits for an answer, or the lawyer the case has."""
    statement = select(Assignment).where(Assignment.case_id == case_id, Assignment.state.in_(LIVE))
    return db.session.execute(statement).scalar_one_or_none()


def list_assignments(case_id: UUID) -> list[Assignment]:
    """All there were of a case, the newest first."""
    statement = select(Assignment).where(Assignment.case_id == case_id).order_by(Assignment.offered_at.desc())
    return list(db.session.scalars(statement))


def is_acting() -> ColumnElement[bool]:
    """Whether a lawyer was invited, and is on the panel today."""
    today = today_in_china()
    return and_(
        Lawyer.account_id.is_not(None),
        Lawyer.active_from <= today,
        or_(Lawyer.active_to.is_(None), Lawyer.active_to >= today),
    )


def is_of(account_id: UUID | None) -> ColumnElement[bool]:
    """An assignment is a lawyer's who acts with this account, and of those accepted what this account accepted."""
    return and_(
        is_acting(),
        Lawyer.account_id == account_id,
        or_(Assignment.account_id.is_(None), Assignment.account_id == account_id),
    )


def is_assigned(case_id: UUID, account_id: UUID) -> bool:
    """Whether the lawyer with this account has accepted the case, and has it still."""
    statement = (
        select(Assignment.id)
        .join(Lawyer, Lawyer.id == Assignment.lawyer_id)
        .where(Assignment.case_id == case_id, Assignment.state == AssignmentState.ACCEPTED, is_of(account_id))
    )
    return db.session.execute(select(statement.exists())).scalar_one()


def list_own(actor: Actor, *states: AssignmentState) -> list[tuple[Assignment, Case]]:
    """A lawyer's own assignments in these states, with their cases; the newest first."""
    return _list(is_of(actor.account_id), Assignment.state.in_(states), _is_in_time())


def list_accepted(actor: Actor, *conditions: ColumnElement[bool]) -> list[tuple[Assignment, Case]]:
    """What an account has accepted, with its cases, whether its lawyer still acts or not; the newest first."""
    return _list(Assignment.account_id == actor.account_id, *conditions)


def find_own(actor: Actor, assignment_id: UUID) -> Assignment:
    """A lawyer's own assignment, whatever its state; raises `NotFound` for anybody else's."""
    return _find(is_of(actor.account_id), assignment_id)


def find_accepted(actor: Actor, assignment_id: UUID) -> Assignment:
    """What an account has accepted, whether its lawyer still acts or not; raises `NotFound` for anything else."""
    return _find(Assignment.account_id == actor.account_id, assignment_id)


def _list(*conditions: ColumnElement[bool]) -> list[tuple[Assignment, Case]]:
    statement = (
        select(Assignment, Case)
        .join(Case, Case.id == Assignment.case_id)
        .join(Lawyer, Lawyer.id == Assignment.lawyer_id)
        .where(*conditions)
        .order_by(Assignment.offered_at.desc())
        .limit(200)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def _find(whose: ColumnElement[bool], assignment_id: UUID) -> Assignment:
    statement = select(Assignment).join(Lawyer, Lawyer.id == Assignment.lawyer_id)
    found = db.session.execute(statement.where(Assignment.id == assignment_id, whose)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def count_own(actor: Actor, state: AssignmentState) -> int:
    """How many assignments in this state a lawyer has."""
    statement = select(func.count(Assignment.id)).join(Lawyer, Lawyer.id == Assignment.lawyer_id)
    return db.session.execute(
        statement.where(is_of(actor.account_id), Assignment.state == state, _is_in_time())
    ).scalar_one()


def _is_in_time() -> ColumnElement[bool]:
    """No offer that was not answered in time, be it noted as lapsed or not yet."""
    return or_(Assignment.state != AssignmentState.OFFERED, Assignment.lapses_at >= now())


def list_own_notes(actor: Actor, case_id: UUID) -> list[tuple[datetime, str]]:
    """The inner notes that somebody has written on a case, the newest first."""
    statement = (
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.action == NOTE, CaseEvent.account_id == actor.account_id)
        .order_by(CaseEvent.id.desc())
    )
    events = list(db.session.scalars(statement))
    notes = unseal_notes([(event.id, event.note_cipher) for event in events])
    return [(event.at, note) for event, note in zip(events, notes, strict=True)]
