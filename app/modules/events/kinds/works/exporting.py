"""The list of works as a workbook, for staff."""

from collections.abc import Iterator
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import select

from app.core.sheets import write_sheet
from app.members.models import Member
from app.modules.events.kinds.works.jury.queries import list_counting, list_criteria
from app.modules.events.kinds.works.jury.ranking import jury_points
from app.modules.events.kinds.works.models import ShownWork, Work
from app.modules.events.kinds.works.states import State
from app.modules.events.kinds.works.words import STATES
from app.modules.events.models import Campaign
from app.unions.models import Union
from tenants.database import db


def write_works(target: IO[bytes], campaign: Campaign) -> int:
    """Write all works of a campaign, whatever became of them; how many. Scores are those so far until it is settled."""
    headers = [
        _("Number of the work"), _("Title of the work"), _("Author"), _("Union"), _("State"), _("Votes"), _("Judges who scored"), _("Mean of the jury"),
        _("Points in all"), _("Rank"),
    ]  # fmt: skip
    widths = {headers[1]: 36.0, headers[3]: 36.0}
    return write_sheet(target, headers, _lines(campaign), widths=widths, title=_("Works"))


def _lines(campaign: Campaign) -> Iterator[tuple]:
    criteria, counting = list_criteria(campaign.id), list_counting(campaign.id)
    for work, shown, name, union in db.session.execute(_works(campaign)):
        sheets = counting.get(work.id, []) if shown else []
        yield (
            work.number,
            work.title,
            name or "–",
            union,
            str(STATES[State(work.state)]),
            shown.votes if shown else None,
            len(sheets) if criteria else None,
            _points(jury_points(criteria, sheets, least=1)),
            _points(shown.points if shown else None),
            shown.place if shown else None,
        )


def _works(campaign: Campaign):
    """By their numbers; whoever has left the zone's unions since has no name."""
    return (
        select(Work, ShownWork, Member.name, Union.name)
        .outerjoin(ShownWork, (ShownWork.zone_id == Work.zone_id) & (ShownWork.id == Work.id))
        .outerjoin(Member, Member.id == Work.member_id)
        .join(Union, Union.id == Work.union_id)
        .where(Work.campaign_id == campaign.id)
        .order_by(Work.number)
    )


def _points(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / 1000
