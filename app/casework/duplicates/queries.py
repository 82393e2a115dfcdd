"""Cases that may be about the same, as far as the reader's plane may know of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.casework.kinds import CaseKind, find_kind
from app.casework.models import Case, CaseDocument
from app.casework.queries import is_at_the_desk
from app.casework.reviews import reads
from app.casework.states import OVER, State
from app.core.clock import now
from app.core.files import StoredFile
from tenants.context import Actor
from tenants.database import db

RECENT = timedelta(days=365)
MOST = 20


@dataclass(frozen=True, slots=True)
class LikeCase:
    """A case that may be about the same; `is_listed` says whether the reader reviews cases of its module, whose
    list shows all of them, `may_open` whether they find more at its page."""

    id: UUID
    number: str
    kind: CaseKind
    state: State
    submitted_at: datetime
    is_same_member: bool
    has_same_paper: bool
    is_listed: bool
    may_open: bool


def list_like(actor: Actor, case: Case) -> list[LikeCase]:
    """The member's other cases of the module that are open or were handed in within a year, and cases of any module with a
    paper of this one, newest first.
    """
    same_papers = _with_a_paper_of(case.id)
    is_recent = or_(Case.phase.not_in(OVER), Case.submitted_at > now() - RECENT)
    statement = (
        select(Case)
        .where(Case.id != case.id, is_at_the_desk())
        .where(
            or_((Case.member_id == case.member_id) & (Case.module == case.module) & is_recent, Case.id.in_(same_papers))
        )
        .order_by(Case.submitted_at.desc(), Case.id.desc())
        .limit(MOST)
    )
    return [_like(actor, case, other, same_papers) for other in db.session.execute(statement).scalars()]


def _with_a_paper_of(case_id: UUID) -> set[UUID]:
    """The other cases that hold the same bytes."""
    mine, theirs, sent = aliased(StoredFile), aliased(StoredFile), aliased(CaseDocument)
    statement = (
        select(CaseDocument.case_id)
        .join(theirs, theirs.id == CaseDocument.file_id)
        .join(mine, mine.sha256 == theirs.sha256)
        .join(sent, sent.file_id == mine.id)
        .where(sent.case_id == case_id, CaseDocument.case_id != case_id)
        .distinct()
    )
    return set(db.session.execute(statement).scalars())


def _like(actor: Actor, case: Case, other: Case, same_papers: Iterable[UUID]) -> LikeCase:
    kind = find_kind(other.kind)
    return LikeCase(
        id=other.id,
        number=other.number or "",
        kind=kind,
        state=kind.table[other.state],
        submitted_at=other.submitted_at or other.created_at,
        is_same_member=other.member_id == case.member_id,
        has_same_paper=other.id in same_papers,
        is_listed=actor.may(kind.review),
        may_open=reads(actor, other.id),
    )
