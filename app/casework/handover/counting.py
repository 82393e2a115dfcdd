"""How many cases came from other zones, and how many went there: neither is an outcome, and each is counted where it goes on."""

from collections import Counter
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from app.casework.handover.models import CaseOrigin
from app.casework.kinds import Casework
from app.casework.models import Case
from app.casework.overview.counting import SOURCES, Period
from app.casework.overview.tables import Table, told
from app.casework.states import Phase
from app.core.clock import CHINA
from app.core.modules import Text
from tenants.database import db

CAME, WENT = "came", "went"


def count_handed_over(module: str, period: Period) -> Counter[tuple[str, str]]:
    """How many of each kind came (`CAME`) and went (`WENT`) in a period; what is erased by now counts as gone only."""
    found: Counter[tuple[str, str]] = Counter()
    first = datetime.combine(period.first, time(), CHINA)
    end = datetime.combine((period.last + timedelta(days=31)).replace(day=1), time(), CHINA)
    came = (
        select(Case.kind, func.count())
        .join(CaseOrigin, CaseOrigin.case_id == Case.id)
        .where(Case.module == module, CaseOrigin.arrived_at >= first, CaseOrigin.arrived_at < end)
        .group_by(Case.kind)
    )
    found.update({(kind, CAME): count for kind, count in db.session.execute(came)})
    for source in SOURCES:
        went = (
            select(source.kind, func.count())
            .where(source.module == module, source.phase == Phase.HANDED_OVER, period.holds(source.month_closed))
            .group_by(source.kind)
        )
        found.update({(kind, WENT): count for kind, count in db.session.execute(went)})
    return found


def handover_table(casework: Casework, period: Period, headings: list[Text]) -> Table:
    """Of each kind, how many came from other zones and how many went there."""
    found = count_handed_over(casework.module, period)
    texts = told({(kind.key, way): found[kind.key, way] for kind in casework.kinds for way in (CAME, WENT)})
    return Table(headings, [[kind.title, texts[kind.key, CAME], texts[kind.key, WENT]] for kind in casework.kinds])
