"""Reads of objections to grants: for who answers and who makes them, and what an open one means for its case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select

from app.casework.access.conflicts import is_conflict
from app.casework.models import Case
from app.casework.public_notice.models import Finding, Listing, Notice, Objection
from app.casework.public_notice.promises import due_at
from app.casework.sealing import unseal_texts
from app.core.clock import now
from app.core.errors import NotFound
from tenants.context import Actor
from tenants.database import db

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ToldObjection:
    """An objection in clear, without who makes it."""

    id: UUID
    notice_id: UUID
    listing_id: UUID
    words: str
    made_at: datetime
    due_at: datetime
    finding: str
    answer: str


def has_open_objection(case_id: Any) -> ColumnElement[bool]:
    """The condition that an objection to a case's grant is open, on whatever notice; `case_id` is an id or a column of `Case`."""
    return _of_case(case_id).where(Objection.finding == Finding.OPEN).correlate(Case).exists()


def _of_case(case_id: Any) -> Select[UUID]:
    return select(Objection.id).join(Listing, Listing.id == Objection.listing_id).where(Listing.case_id == case_id)


def is_objected_to(case_id: UUID) -> bool:
    """Whether an objection to a case's grant waits for its answer."""
    return bool(db.session.scalar(select(has_open_objection(case_id))))


def has_well_founded_objection(case_id: UUID) -> bool:
    """Whether an objection to a case's grant was found well-founded since it was decided as it is."""
    statement = (
        _of_case(case_id)
        .join(Case, Case.id == Listing.case_id)
        .where(Objection.finding == Finding.WELL_FOUNDED, Objection.answered_at > Case.closed_at)
    )
    return db.session.execute(statement.limit(1)).first() is not None


def list_well_founded(case_id: UUID) -> Sequence[Row[UUID, datetime | None]]:
    """The objections to a case's grants that were found well-founded, with the moment, the latest first."""
    statement = (
        select(Objection.id, Objection.answered_at)
        .join(Listing, Listing.id == Objection.listing_id)
        .where(Listing.case_id == case_id, Objection.finding == Finding.WELL_FOUNDED)
        .order_by(Objection.answered_at.desc())
    )
    return db.session.execute(statement.limit(MOST_SHOWN)).all()


def has_objection_at_hand(case_id: UUID) -> ColumnElement[bool]:
    """The condition that an objection to a case's grant waits for an answer, or had one less than a day ago: two may be at it."""
    at_hand = or_(Objection.finding == Finding.OPEN, Objection.answered_at > now() - timedelta(days=1))
    return _of_case(case_id).where(at_hand).exists()


def waits_for_judgement(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Case` that an objection to its grant waits for the actor, or for whoever decides, since long past its day.

    It never waits for who knows the people of the case.
    """
    mine = (Objection.account_id, Notice.drafted_by, Case.decided_by, Case.appeal_decided_by)
    is_theirs = and_(*(account.is_distinct_from(actor.account_id) for account in mine))
    waiting = (
        _of_case(Case.id)
        .join(Notice, Notice.id == Objection.notice_id)
        .where(Objection.finding == Finding.OPEN, or_(is_theirs, Objection.escalated_at.is_not(None)))
    )
    return and_(waiting.correlate(Case).exists(), ~is_conflict(Case.id, actor.account_id))


def list_objections(module: str) -> list[tuple[Objection, Notice, Case]]:
    """The objections to a module's notices, unanswered ones first: each with its notice and its case."""
    statement = (
        select(Objection, Notice, Case)
        .join(Notice, Notice.id == Objection.notice_id)
        .join(Listing, Listing.id == Objection.listing_id)
        .join(Case, Case.id == Listing.case_id)
        .where(Notice.module == module)
        .order_by(Objection.answered_at.desc(), Objection.made_at)
        .limit(MOST_SHOWN)
    )
    return [(objection, notice, case) for objection, notice, case in db.session.execute(statement)]


def find_objection(module: str, objection_id: UUID) -> tuple[Objection, Case]:
    """An objection to a notice of the module and the case it is about; raises `NotFound`."""
    statement = (
        select(Objection, Case)
        .join(Listing, Listing.id == Objection.listing_id)
        .join(Case, Case.id == Listing.case_id)
        .where(Objection.id == objection_id, Case.module == module)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def list_own_objections(actor: Actor, module: str) -> list[ToldObjection]:
    """What the member objected to the module's notices, newest first, with the answers."""
    if actor.member_id is None:
        return []
    statement = (
        select(Objection)
        .join(Notice, Notice.id == Objection.notice_id)
        .where(Objection.member_id == actor.member_id, Notice.module == module)
        .order_by(Objection.id.desc())
        .limit(MOST_SHOWN)
    )
    return told(db.session.execute(statement).scalars().all())


def told(objections: Sequence[Objection]) -> list[ToldObjection]:
    """Objections in clear."""
    table = Objection.__tablename__
    words = unseal_texts(table, "words_cipher", [(each.id, each.words_cipher) for each in objections])
    answers = unseal_texts(table, "answer_cipher", [(each.id, each.answer_cipher) for each in objections])
    return [
        ToldObjection(
            each.id, each.notice_id, each.listing_id, said, each.made_at, due_at(each.made_at), each.finding, answer
        )
        for each, said, answer in zip(objections, words, answers, strict=True)
    ]
