"""Reading juries: who judges, what was handed in, and which works lack scores."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.errors import NotFound
from app.modules.events.kinds.works.jury.models import JuryCriterion, JuryMember, JuryRecusal, JurySheet
from app.modules.events.kinds.works.models import ShownWork, Work
from app.modules.events.kinds.works.queries import find_work
from app.modules.events.kinds.works.settings import Jury, rules_of
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db

PAGE = 50
RECUSED = exists().where(
    JuryRecusal.zone_id == JurySheet.zone_id,
    JuryRecusal.work_id == JurySheet.work_id,
    JuryRecusal.judge_id == JurySheet.judge_id,
)
"""That the judge of a sheet recused themselves from its work."""


def find_jury(campaign_id: UUID) -> tuple[Campaign, Jury]:
    """An announced campaign whose works a jury scores; raises `NotFound`."""
    campaign = find_announced(campaign_id, kind="works")
    jury = rules_of(campaign).jury
    if jury is None:
        raise NotFound
    return campaign, jury


def list_criteria(campaign_id: UUID) -> Sequence[JuryCriterion]:
    """What the jury of an announced campaign scores by, in its order."""
    found = select(JuryCriterion).where(JuryCriterion.campaign_id == campaign_id)
    return db.session.scalars(found.order_by(JuryCriterion.number)).all()


def list_judges(campaign_id: UUID) -> Sequence[JuryMember]:
    """Who judges, also who was dismissed, in the order of appointment."""
    found = select(JuryMember).where(JuryMember.campaign_id == campaign_id)
    return db.session.scalars(found.order_by(JuryMember.id)).all()


def list_judged(account_id: UUID | None) -> Sequence[tuple[JuryMember, Campaign]]:
    """The campaigns whose works somebody judges, the latest first."""
    found = (
        select(JuryMember, Campaign)
        .join(Campaign, (Campaign.zone_id == JuryMember.zone_id) & (Campaign.id == JuryMember.campaign_id))
        .where(JuryMember.account_id == account_id, JuryMember.dismissed_at.is_(None))
        .order_by(JuryMember.id.desc())
        .limit(100)
    )
    return [(judge, campaign) for judge, campaign in db.session.execute(found)]


def find_judge(campaign_id: UUID, account_id: UUID | None) -> JuryMember:
    """Somebody as a judge of a campaign's works; raises `NotFound` for who is none."""
    own = select(JuryMember).where(
        JuryMember.campaign_id == campaign_id, JuryMember.account_id == account_id, JuryMember.dismissed_at.is_(None)
    )
    found = db.session.scalar(own)
    if found is None:
        raise NotFound
    return found


def find_judged(work_id: UUID) -> tuple[Work, ShownWork]:
    """A work that is shown, with what is shown of it; raises `NotFound`."""
    shown = db.session.get(ShownWork, (current_zone().id, work_id))
    if shown is None:
        raise NotFound
    return find_work(work_id), shown


def list_works(
    campaign_id: UUID, *, only: Collection[UUID] | None = None, after: int = 0, limit: int | None = None
) -> Sequence[Row]:
    """The works that are shown, `only` some of them, by their numbers, each with its union."""
    found = (
        select(Work.id, Work.number, Work.title, Work.union_path, Union.name.label("union_name"))
        .join(ShownWork, (ShownWork.zone_id == Work.zone_id) & (ShownWork.id == Work.id))
        .join(Union, Union.id == Work.union_id)
        .where(Work.campaign_id == campaign_id, Work.number > after)
        .order_by(Work.number)
        .limit(limit)
    )
    return db.session.execute(found if only is None else found.where(Work.id.in_(only))).all()


def find_union_name(work: Work) -> str:
    return db.session.scalars(select(Union.name).where(Union.id == work.union_id)).one()


def list_sheets_of(judge: JuryMember) -> dict[UUID, list[JurySheet]]:
    """What a judge handed in, by work, the last at the end."""
    return _by_work(select(JurySheet).where(JurySheet.judge_id == judge.id))


def list_sheets(campaign_id: UUID, works: Iterable[UUID]) -> dict[UUID, list[JurySheet]]:
    """All that was handed in for these works, also what was corrected since and what dismissed judges gave."""
    return _by_work(select(JurySheet).where(JurySheet.campaign_id == campaign_id, JurySheet.work_id.in_(list(works))))


def list_recusals(campaign_id: UUID) -> dict[UUID, dict[UUID, JuryRecusal]]:
    """Who recused themselves from which work: by work and judge."""
    found: dict[UUID, dict[UUID, JuryRecusal]] = {}
    for each in db.session.scalars(select(JuryRecusal).where(JuryRecusal.campaign_id == campaign_id)):
        found.setdefault(each.work_id, {})[each.judge_id] = each
    return found


def list_recusals_of(judge: JuryMember) -> Sequence[tuple[JuryRecusal, Work]]:
    """What a judge recused themselves from, with the works by their numbers."""
    found = (
        select(JuryRecusal, Work)
        .join(Work, (Work.zone_id == JuryRecusal.zone_id) & (Work.id == JuryRecusal.work_id))
        .where(JuryRecusal.judge_id == judge.id)
        .order_by(Work.number)
    )
    return [(recusal, work) for recusal, work in db.session.execute(found)]


def sheet_turn(work_id: UUID, judge_id: UUID) -> str:
    """The turn that a judge's sheets of a work take, and their recusal from it."""
    return f"events.works.sheet.{current_zone().id}.{work_id}.{judge_id}"


def list_counting(campaign_id: UUID) -> dict[UUID, list[list[int]]]:
    """What counts of a work: the last sheet of each judge who was not dismissed and did not recuse themselves from it."""
    last = (
        select(JurySheet.work_id, JurySheet.tenths)
        .ext(distinct_on(JurySheet.work_id, JurySheet.judge_id))
        .join(JuryMember, (JuryMember.zone_id == JurySheet.zone_id) & (JuryMember.id == JurySheet.judge_id))
        .where(JurySheet.campaign_id == campaign_id, JuryMember.dismissed_at.is_(None), ~RECUSED)
        .order_by(JurySheet.work_id, JurySheet.judge_id, JurySheet.number.desc())
    )
    found: dict[UUID, list[list[int]]] = {}
    for work_id, tenths in db.session.execute(last):
        found.setdefault(work_id, []).append(tenths)
    return found


def count_handed_in(campaign_id: UUID) -> Counter[UUID]:
    """How many of the works that are shown each judge scored."""
    counted = (
        select(JurySheet.judge_id, func.count(JurySheet.work_id.distinct()))
        .join(ShownWork, (ShownWork.zone_id == JurySheet.zone_id) & (ShownWork.id == JurySheet.work_id))
        .where(JurySheet.campaign_id == campaign_id, ~RECUSED)
        .group_by(JurySheet.judge_id)
    )
    return Counter(dict(db.session.execute(counted).all()))


def _by_work(statement: Select[JurySheet]) -> dict[UUID, list[JurySheet]]:
    found: dict[UUID, list[JurySheet]] = {}
    for sheet in db.session.scalars(statement.order_by(JurySheet.judge_id, JurySheet.number)):
        found.setdefault(sheet.work_id, []).append(sheet)
    return found
