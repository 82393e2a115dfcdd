"""Reads of public notices: for the desk, for the public, and whether a grant may be paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from app.casework.access.models import CaseConflict
from app.casework.kinds import CaseKind, all_kinds, casework_of
from app.casework.models import Case
from app.casework.public_notice.models import Finding, Listing, Notice, NoticeLine, Objection
from app.casework.public_notice.promises import due_at
from app.casework.queries import is_at_the_desk
from app.casework.sealing import APPLICANT, unseal, unseal_texts
from app.casework.states import Phase
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.identifiers import mask_name
from tenants.context import Actor
from tenants.database import db

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant that may be put on public notice, masked as the desk's list is."""

    id: UUID
    number: str
    kind: str
    masked_name: str
    union: str
    amount_cents: int
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A line of a notice as the desk sees it: what the public reads, and whose case it is."""

    case_id: UUID
    number: str
    masked_name: str
    union_name: str
    kind: str
    amount_cents: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands with public notice. `has_objection`: one to its grant, on this notice or an earlier one, is not answered."""

    notice_id: UUID
    is_published: bool
    ends_on: date | None
    has_objection: bool

    @property
    def is_running(self) -> bool:
        return self.ends_on is not None and today_in_china() <= self.ends_on

    @property
    def is_clear(self) -> bool:
        return self.ends_on is not None and not self.is_running and not self.has_objection


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


def kinds_on_notice(module: str) -> list[CaseKind]:
    """The kinds of a module whose grants are put on public notice."""
    return [kind for kind in casework_of(module).kinds if kind.public_notice is not None]


def may_be_listed(case: Case, kind: CaseKind) -> bool:
    """Whether a case is a grant whose member agreed to public notice before it was decided."""
    is_grant = case.phase == Phase.DECIDED and case.amount_granted_cents is not None and not case.accounts_only_since
    return is_grant and case.consent_version in kind.consents_to_notice


def list_grants(module: str) -> list[Grant]:
    """The grants of a module that may be listed and are on no notice, the oldest first."""
    kinds = [_agreed(kind) for kind in kinds_on_notice(module)]
    listed = select(Listing.case_id).where(Listing.taken_off_at.is_(None))
    statement = (
        select(Case)
        .where(or_(*kinds), Case.phase == Phase.DECIDED, Case.amount_granted_cents.is_not(None), Case.id.not_in(listed))
        .where(is_at_the_desk())
        .order_by(Case.closed_at)
        .limit(MOST_SHOWN)
    )
    return [_grant(case) for case in db.session.execute(statement).scalars()]


def _grant(case: Case) -> Grant:
    person = unseal(case, APPLICANT)
    assert case.number and case.amount_granted_cents and case.closed_at  # noqa: S101, PT018 - what is decided has them
    return Grant(case.id, case.number, case.kind, mask_name(person["name"]), person["union"], case.amount_granted_cents,
                 case.closed_at)  # fmt: skip


def list_notices(module: str) -> Sequence[Notice]:
    """The notices of a module for the desk, drafts first, then the newest."""
    statement = select(Notice).where(Notice.module == module)
    return (
        db.session.execute(statement.order_by(Notice.published_at.desc(), Notice.id.desc()).limit(MOST_SHOWN))
        .scalars()
        .all()
    )


def list_shown(module: str) -> Sequence[Notice]:
    """The notices the public reads: those that run, and those that ended not long ago."""
    statement = select(Notice).where(Notice.module == module, Notice.shown_until >= today_in_china())
    return (
        db.session.execute(statement.order_by(Notice.ends_on.desc(), Notice.id.desc()).limit(MOST_SHOWN))
        .scalars()
        .all()
    )


def find_notice(module: str, notice_id: UUID) -> Notice:
    """Raises `NotFound`."""
    statement = select(Notice).where(Notice.id == notice_id, Notice.module == module)
    notice = db.session.execute(statement).scalar_one_or_none()
    if notice is None:
        raise NotFound
    return notice


def find_shown(module: str, notice_id: UUID) -> Notice:
    """A notice the public may read; raises `NotFound`."""
    notice = find_notice(module, notice_id)
    if notice.shown_until is None or notice.shown_until < today_in_china():
        raise NotFound
    return notice


def list_lines(notice_id: UUID) -> Sequence[NoticeLine]:
    """What the public reads of a notice, in an order that tells nothing."""
    statement = select(NoticeLine).where(NoticeLine.notice_id == notice_id).order_by(NoticeLine.id)
    return db.session.execute(statement).scalars().all()


def list_listed(notice_id: UUID) -> list[ListedCase]:
    """The lines of a notice with their cases, for the desk."""
    statement = (
        select(
            Case.id,
            Case.number,
            NoticeLine.masked_name,
            NoticeLine.union_name,
            NoticeLine.kind,
            NoticeLine.amount_cents,
        )
        .join(Listing, Listing.case_id == Case.id)
        .join(NoticeLine, NoticeLine.id == Listing.id)
        .where(NoticeLine.notice_id == notice_id)
        .order_by(NoticeLine.id)
    )
    return [ListedCase(*row) for row in db.session.execute(statement)]


def standing_of(case_id: UUID) -> Standing | None:
    """How a case stands with public notice; None for one that is on none. Members see no objection of others."""
    statement = (
        select(Notice.id, Notice.published_at.is_not(None), Notice.ends_on, has_open_objection(case_id))
        .join(Listing, Listing.notice_id == Notice.id)
        .where(Listing.case_id == case_id, Listing.taken_off_at.is_(None))
    )
    row = db.session.execute(statement).one_or_none()
    return Standing(*row) if row else None


def name_shown_until(case_id: UUID) -> date | None:
    """The last day on which the public reads the masked name of a case's applicant; None for none."""
    statement = (
        select(Notice.shown_until)
        .join(Listing, Listing.notice_id == Notice.id)
        .where(Listing.case_id == case_id, Listing.taken_off_at.is_(None))
        .where(Notice.taken_down_at.is_(None), Notice.shown_until >= today_in_china())
    )
    return db.session.execute(statement).scalars().first()


def waits_for_notice() -> ColumnElement[bool]:
    """The condition on `Case` that a grant may not be paid yet: it is put on public notice, and that has not ended, or an
    objection is open, to this notice or to an earlier one. What the accounts alone keep was paid before, and is on no notice any more."""
    kinds = [_agreed(kind) for kind in all_kinds() if kind.public_notice is not None]
    has_ended = exists().where(
        Listing.case_id == Case.id, Listing.taken_off_at.is_(None), Notice.id == Listing.notice_id,
        Notice.ends_on < today_in_china(),
    )  # fmt: skip
    return and_(or_(false(), *kinds), or_(~has_ended, has_open_objection(Case.id)), Case.accounts_only_since.is_(None))


def _agreed(kind: CaseKind) -> ColumnElement[bool]:
    return and_(Case.kind == kind.key, Case.consent_version.in_(kind.consents_to_notice))


def is_clear(case_id: UUID) -> bool:
    """Whether a grant may be paid, as far as public notice goes."""
    return db.session.execute(select(~waits_for_notice()).where(Case.id == case_id)).scalar_one()


def has_open_objection(case_id: Any) -> ColumnElement[bool]:
    """The condition that an objection to a case's grant is open, on whatever notice; `case_id` is an id or a column of `Case`."""
    open_ones = select(Objection.id).join(Listing, Listing.id == Objection.listing_id)
    return open_ones.where(Listing.case_id == case_id, Objection.finding == Finding.OPEN).correlate(Case).exists()


def is_objected_to(case_id: UUID) -> bool:
    """Whether an objection to a case's grant waits for its answer."""
    return bool(db.session.scalar(select(has_open_objection(case_id))))


def has_well_founded_objection(case_id: UUID) -> bool:
    """Whether an objection to a case's grant was found well-founded since it was decided as it is."""
    statement = (
        select(Objection.id)
        .join(Listing, Listing.id == Objection.listing_id)
        .join(Case, Case.id == Listing.case_id)
        .where(Case.id == case_id, Objection.finding == Finding.WELL_FOUNDED, Objection.answered_at > Case.closed_at)
    )
    return db.session.execute(statement.limit(1)).first() is not None


def has_objection_at_hand(case_id: UUID) -> ColumnElement[bool]:
    """The condition that an objection to a case's grant waits for an answer, or had one less than a day ago: two may be at it."""
    at_hand = or_(Objection.finding == Finding.OPEN, Objection.answered_at > now() - timedelta(days=1))
    on_it = select(Objection.id).join(Listing, Listing.id == Objection.listing_id)
    return on_it.where(Listing.case_id == case_id, at_hand).exists()


def waits_for_judgement(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Case` that an objection to its grant waits for the actor, or for whoever decides, since long past its day.

    It never waits for who knows the people of the case.
    """
    mine = (Objection.account_id, Notice.drafted_by, Case.decided_by, Case.appeal_decided_by)
    is_theirs = and_(*(account.is_distinct_from(actor.account_id) for account in mine))
    waiting = (
        select(Objection.id)
        .join(Listing, Listing.id == Objection.listing_id)
        .join(Notice, Notice.id == Objection.notice_id)
        .where(Listing.case_id == Case.id, Objection.finding == Finding.OPEN)
        .where(or_(is_theirs, Objection.escalated_at.is_not(None)))
    )
    is_kept = exists().where(CaseConflict.case_id == Case.id, CaseConflict.account_id == actor.account_id)
    return and_(waiting.correlate(Case).exists(), ~is_kept)


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
