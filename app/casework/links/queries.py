"""Reads of links and merges. No rule of reading is asked here: `access.standing` asks where a merged case goes on."""

from uuid import UUID

from sqlalchemy import or_, select

from app.casework.links.models import CaseLink, CaseMerge
from app.casework.models import Case
from app.casework.queries import is_at_the_desk
from app.casework.states import Phase
from tenants.database import db


def find_goes_on(case: Case) -> Case | None:
    """The case into which a merged one went, as far as the plane sees it."""
    statement = select(Case).join(CaseMerge, CaseMerge.into_id == Case.id).where(CaseMerge.case_id == case.id)
    return db.session.execute(statement).scalar_one_or_none()


def find_last_goes_on(case: Case) -> Case | None:
    """Where a merged case goes on by now: the one it went into may have been merged, too."""
    found = find_goes_on(case) if case.phase == Phase.MERGED else None
    while found is not None and found.phase == Phase.MERGED:
        found = find_goes_on(found)
    return found


def list_whole(case: Case) -> list[Case]:
    """All that is one case by now, the one that goes on first: it, and what was merged into it."""
    goes_on = find_last_goes_on(case) or case
    return [goes_on, *list_merged_into(goes_on.id)]


def list_merged_into(case_id: UUID) -> list[Case]:
    """The cases that were merged into this one, and those that were merged into these before."""
    steps = select(CaseMerge.case_id).where(CaseMerge.into_id == case_id).cte(recursive=True)
    steps = steps.union(select(CaseMerge.case_id).join(steps, CaseMerge.into_id == steps.c.case_id))
    return list(db.session.scalars(select(Case).where(Case.id.in_(select(steps.c.case_id))).order_by(Case.id)))


def find_numbered(number: str) -> Case | None:
    """The case of a number, of any module, as far as the plane sees it."""
    return db.session.scalar(select(Case).where(Case.number == number, is_at_the_desk()))


def find_link(case_id: UUID, other_id: UUID) -> CaseLink | None:
    """The link of the two that holds."""
    pair = ((CaseLink.case_id == case_id) & (CaseLink.other_id == other_id)) | (
        (CaseLink.case_id == other_id) & (CaseLink.other_id == case_id)
    )
    return db.session.scalar(select(CaseLink).where(pair, CaseLink.unlinked_at.is_(None)))


def list_links(case_id: UUID) -> list[CaseLink]:
    """The links of a case, either way; those that hold first, the newest first."""
    statement = select(CaseLink).where(or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id))
    return list(db.session.scalars(statement.order_by(CaseLink.unlinked_at.is_not(None), CaseLink.id.desc())))
