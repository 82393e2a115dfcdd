"""Reads of objections to handlers; the handler objected to finds none."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select

from app.casework.models import Case, CaseEvent
from app.casework.recusals.models import ASK, GRANT, REFUSE, CaseRecusal
from app.casework.sealing import unseal_texts
from app.core.errors import NotFound
from tenants.context import Actor
from tenants.database import db

MOST = 200


def find_last(case_id: UUID) -> CaseRecusal | None:
    """The last objection to a handler of a case."""
    statement = select(CaseRecusal).where(CaseRecusal.case_id == case_id).order_by(CaseRecusal.id.desc()).limit(1)
    return db.session.execute(statement).scalar_one_or_none()


def is_waiting(case_id: UUID) -> bool:
    """Whether an objection waits for its answer, by the history: who is objected to does not see it itself."""
    deeds = CaseEvent.action.in_((ASK, GRANT, REFUSE))
    last = select(CaseEvent.action).where(CaseEvent.case_id == case_id, deeds).order_by(CaseEvent.id.desc()).limit(1)
    return db.session.scalar(last) == ASK


def find_against(case_id: UUID, handler_id: UUID) -> CaseRecusal | None:
    """The objection to a handler of a case."""
    statement = select(CaseRecusal).where(CaseRecusal.case_id == case_id, CaseRecusal.handler_id == handler_id)
    return db.session.execute(statement).scalar_one_or_none()


def find_recusal(case_id: UUID, recusal_id: UUID) -> CaseRecusal:
    """An objection of that very case, as committed now; raises `NotFound`."""
    statement = select(CaseRecusal).where(CaseRecusal.case_id == case_id, CaseRecusal.id == recusal_id)
    found = db.session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def list_open(actor: Actor, module: str) -> Sequence[Row[CaseRecusal, Case]]:
    """The objections that wait for an answer, the oldest first; never of the actor's own case."""
    statement = select(CaseRecusal, Case).join(Case, Case.id == CaseRecusal.case_id).where(*_waits(actor, module))
    return db.session.execute(statement.order_by(CaseRecusal.id).limit(MOST)).all()


def count_open(actor: Actor, module: str) -> int:
    """How many objections wait for an answer."""
    statement = select(func.count(CaseRecusal.id)).join(Case, Case.id == CaseRecusal.case_id)
    return db.session.execute(statement.where(*_waits(actor, module))).scalar_one()


def _waits(actor: Actor, module: str) -> tuple[ColumnElement[bool], ...]:
    return Case.module == module, CaseRecusal.answer.is_(None), Case.member_id.is_distinct_from(actor.member_id)


def reason_of(recusal: CaseRecusal) -> str:
    """Why the member objects."""
    return unseal_texts(CaseRecusal.__tablename__, "reason_cipher", [(recusal.id, recusal.reason_cipher)])[0]


def words_of(recusal: CaseRecusal) -> str:
    """Why it was refused; empty for another one."""
    return unseal_texts(CaseRecusal.__tablename__, "words_cipher", [(recusal.id, recusal.words_cipher)])[0]
