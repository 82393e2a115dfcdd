"""Reads of fee claims, in clear."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, UnaryExpression, select

from app.casework.models import Case
from app.casework.sealing import unseal_texts
from app.core.clock import CHINA
from app.core.errors import NotFound
from app.core.files import StoredFile
from app.core.months import bounds
from app.modules.legal_aid.fees.formula import FeeLine, Told, calculate
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim, FeeReceipt
from app.modules.legal_aid.fees.noting import standard_on
from app.modules.legal_aid.fees.standards import Standard, Work, read_standard
from app.modules.legal_aid.fees.states import ClaimState
from app.modules.legal_aid.fees.time_to_claim import claim_by, is_in_time
from app.modules.legal_aid.hearings.models import Hearing
from app.modules.legal_aid.lawyers.models import Assignment
from app.modules.legal_aid.lawyers.queries import list_accepted
from tenants.context import Actor
from tenants.database import db

MOST = 500
_NEWEST_FIRST = FeeClaim.id.desc()
WITH_THE_LAWYER = (ClaimState.DRAFT, ClaimState.WITHDRAWN)
WHEN_OVER = {
    "legal_aid.mediation": (Work.CONSULTATION, Work.MEDIATION),
    "legal_aid.arbitration": (Work.CONSULTATION, Work.ARBITRATION),
    "legal_aid.litigation": (Work.CONSULTATION, Work.FIRST_INSTANCE, Work.SECOND_INSTANCE),
}
"""What may have been done in a case of each kind when the lawyer's part in it is over. Before that, a stage is done when it is
written down what came of its hearing."""


@dataclass(frozen=True, slots=True)
class DoneWork:
    """A piece of work a lawyer has done, on its day, and not claimed yet."""

    assignment: Assignment
    case: Case
    work: Work
    done_on: date

    @property
    def claim_by(self) -> date | None:
        """The last day on which it is claimed; None while the lawyer has the case."""
        return claim_by(self.assignment)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt with what is known of its file; `size` in bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim with its case."""

    claim: FeeClaim
    case: Case


def list_done(actor: Actor) -> list[DoneWork]:
    """What a lawyer may claim, the last done first."""
    own = list_accepted(actor, is_in_time())
    hearings = _heard([case.id for _assignment, case in own])
    claimed = _claimed(actor)
    found = [
        DoneWork(assignment, case, work, done_on)
        for assignment, case in own
        for work, done_on in _works(assignment, case, hearings.get(case.id, ())).items()
        if (case.id, work) not in claimed
    ]
    return sorted(found, key=lambda each: each.done_on, reverse=True)


def list_own(actor: Actor) -> list[ClaimLine]:
    """A lawyer's own claims, the newest first."""
    return _lines(FeeClaim.account_id == actor.account_id)


def find_own(actor: Actor, claim_id: UUID) -> ClaimLine:
    """Raises `NotFound`."""
    return _one(FeeClaim.id == claim_id, FeeClaim.account_id == actor.account_id)


def find_live(actor: Actor, case_id: UUID, work: Work) -> FeeClaim | None:
    """What a lawyer has claimed for a work of a case, or has begun to."""
    same = (FeeClaim.case_id == case_id, FeeClaim.work == work, FeeClaim.account_id == actor.account_id)
    statement = select(FeeClaim).where(*same, FeeClaim.state != ClaimState.WITHDRAWN)
    return db.session.execute(statement).scalar_one_or_none()


def find_claimed(claim_id: UUID) -> ClaimLine:
    """A claim that was handed in, whoever's; raises `NotFound`."""
    return _one(FeeClaim.id == claim_id, FeeClaim.claimed_at.is_not(None))


def list_waiting(*states: ClaimState) -> list[ClaimLine]:
    """What is in these states and waits longest, the longest first."""
    return _lines(FeeClaim.state.in_(states), order=FeeClaim.id.asc())


def list_of_case(case_id: UUID) -> list[FeeClaim]:
    """What was claimed of a case, the newest first."""
    return [line.claim for line in _lines(FeeClaim.case_id == case_id, FeeClaim.claimed_at.is_not(None))]


def list_for_same_work(claim: FeeClaim) -> list[FeeClaim]:
    """What others have claimed for the same work of the case."""
    same = (FeeClaim.case_id == claim.case_id, FeeClaim.work == claim.work, FeeClaim.id != claim.id)
    return [line.claim for line in _lines(*same, FeeClaim.state.not_in(WITH_THE_LAWYER))]


def list_claimed_in(month: date) -> list[ClaimLine]:
    """What was first claimed in a month, given by its first day, in its order; what was withdrawn since is left out."""
    start, end = bounds(month)
    within = (FeeClaim.claimed_at >= start, FeeClaim.claimed_at < end)
    return _lines(*within, FeeClaim.state.not_in(WITH_THE_LAWYER), order=FeeClaim.id.asc(), is_whole=True)


def list_bounces(claim_ids: Collection[UUID]) -> list[FeeBounce]:
    """The payments of these claims that came back, the oldest first."""
    return list(db.session.scalars(select(FeeBounce).where(FeeBounce.claim_id.in_(claim_ids)).order_by(FeeBounce.id)))


def find_last_bounce(claim_id: UUID) -> FeeBounce | None:
    """The last payment of a claim that came back and did not turn out to have arrived."""
    came_back = (FeeBounce.claim_id == claim_id, FeeBounce.undone_at.is_(None))
    statement = select(FeeBounce).where(*came_back).order_by(FeeBounce.id.desc())
    return db.session.scalars(statement.limit(1)).first()


def list_receipts(claim_id: UUID) -> list[Receipt]:
    statement = (
        select(FeeReceipt.id, StoredFile.name, StoredFile.media_type, StoredFile.size, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == FeeReceipt.file_id)
        .where(FeeReceipt.claim_id == claim_id)
        .order_by(FeeReceipt.id)
    )
    return [Receipt(row[0], row[1], row[2], row[3], bytes(row[4])) for row in db.session.execute(statement)]


def find_receipt(claim_id: UUID, receipt_id: UUID) -> FeeReceipt:
    """A receipt of that very claim; raises `NotFound`."""
    statement = select(FeeReceipt).where(FeeReceipt.id == receipt_id, FeeReceipt.claim_id == claim_id)
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def standard_of(claim: FeeClaim) -> Standard:
    """The one it was claimed by; of a draft that of the day on which the work was done, as it holds now."""
    return read_standard(claim.standard) if claim.standard else standard_on(Work(claim.work), claim.done_on)


def calculation_of(claim: FeeClaim) -> tuple[FeeLine, ...]:
    return calculate(standard_of(claim), Told(claim.minutes, claim.travel_cents))


def words_of(claim: FeeClaim, column: str) -> str:
    """What is sealed in a column; empty for nothing."""
    return unseal_texts(FeeClaim.__tablename__, column, [(claim.id, getattr(claim, column))])[0]


def _works(assignment: Assignment, case: Case, heard: Iterable[tuple[Work, date]]) -> dict[Work, date]:
    """What is done of an assignment, with its days: stages that were heard meanwhile and, when it is over, whatever its kind has."""
    begun = assignment.accepted_at.astimezone(CHINA).date() if assignment.accepted_at else date.max
    over = assignment.ended_at.astimezone(CHINA).date() if assignment.ended_at else None
    stages = {work: day for work, day in heard if begun <= day <= (over or day)}
    return dict.fromkeys(WHEN_OVER.get(case.kind, ()), over) | stages if over else stages


def _heard(case_ids: list[UUID]) -> dict[UUID, list[tuple[Work, date]]]:
    """The stages of which it is written down what came of a hearing, by case, with its day, the last one last."""
    statement = (
        select(Hearing.case_id, Hearing.stage, Hearing.starts_at)
        .where(Hearing.case_id.in_(case_ids), Hearing.outcome_cipher.is_not(None), Hearing.cancelled_at.is_(None))
        .order_by(Hearing.starts_at)
    )
    heard: dict[UUID, list[tuple[Work, date]]] = {}
    for case_id, stage, starts_at in db.session.execute(statement):
        heard.setdefault(case_id, []).append((Work(stage), starts_at.astimezone(CHINA).date()))
    return heard


def _claimed(actor: Actor) -> set[tuple[UUID, str]]:
    mine = (FeeClaim.account_id == actor.account_id, FeeClaim.state != ClaimState.WITHDRAWN)
    return {(row[0], row[1]) for row in db.session.execute(select(FeeClaim.case_id, FeeClaim.work).where(*mine))}


def _one(*conditions: ColumnElement[bool]) -> ClaimLine:
    found = _lines(*conditions)
    if not found:
        raise NotFound
    return found[0]


def _lines(
    *conditions: ColumnElement[bool], order: UnaryExpression[UUID] = _NEWEST_FIRST, is_whole: bool = False
) -> list[ClaimLine]:
    statement = select(FeeClaim, Case).join(Case, Case.id == FeeClaim.case_id).where(*conditions)
    return [
        ClaimLine(row[0], row[1])
        for row in db.session.execute(statement.order_by(order).limit(None if is_whole else MOST))
    ]
