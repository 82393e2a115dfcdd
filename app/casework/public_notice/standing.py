"""How a case stands with public notice, and whether its grant may be paid."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from app.casework.kinds import all_kinds
from app.casework.models import Case
from app.casework.public_notice.models import Listing, Notice
from app.casework.public_notice.objection_queries import has_open_objection
from app.casework.public_notice.queries import has_agreed
from app.core.clock import today_in_china
from tenants.database import db


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
    kinds = [has_agreed(kind) for kind in all_kinds() if kind.public_notice is not None]
    has_ended = exists().where(
        Listing.case_id == Case.id, Listing.taken_off_at.is_(None), Notice.id == Listing.notice_id,
        Notice.ends_on < today_in_china(),
    )  # fmt: skip
    return and_(or_(false(), *kinds), or_(~has_ended, has_open_objection(Case.id)), Case.accounts_only_since.is_(None))


def is_clear(case_id: UUID) -> bool:
    """Whether a grant may be paid, as far as public notice goes."""
    return db.session.execute(select(~waits_for_notice()).where(Case.id == case_id)).scalar_one()
