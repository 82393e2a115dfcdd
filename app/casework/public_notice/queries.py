"""Reads of public notices, for the desk and for the public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from app.casework.kinds import CaseKind, casework_of
from app.casework.models import Case
from app.casework.public_notice.models import Listing, Notice, NoticeLine
from app.casework.queries import is_at_the_desk
from app.casework.sealing import APPLICANT, unseal
from app.casework.states import Phase
from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.core.identifiers import mask_name
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


def kinds_on_notice(module: str) -> list[CaseKind]:
    """The kinds of a module whose grants are put on public notice."""
    return [kind for kind in casework_of(module).kinds if kind.public_notice is not None]


def may_be_listed(case: Case, kind: CaseKind) -> bool:
    """Whether a case is a grant whose member agreed to public notice before it was decided."""
    is_grant = case.phase == Phase.DECIDED and case.amount_granted_cents is not None and not case.accounts_only_since
    return is_grant and case.consent_version in kind.consents_to_notice


def has_agreed(kind: CaseKind) -> ColumnElement[bool]:
    """The condition on `Case` that it is of a kind, and its member agreed to public notice of a grant."""
    return and_(Case.kind == kind.key, Case.consent_version.in_(kind.consents_to_notice))


def list_grants(module: str) -> list[Grant]:
    """The grants of a module that may be listed and are on no notice, the oldest first."""
    kinds = [has_agreed(kind) for kind in kinds_on_notice(module)]
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
