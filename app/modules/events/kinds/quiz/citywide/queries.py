"""Reading the ranking over all zones, as members and staff of any of them may."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Row, func, literal, select, tuple_

from app.modules.events.kinds.quiz.citywide.models import Holding, Standing
from app.modules.events.kinds.quiz.citywide.persons import persons_of
from app.modules.events.models import Campaign
from tenants.context import current_zone
from tenants.database import db
from tenants.models import Zone

IN_ORDER = (Standing.points.desc(), Standing.milliseconds, Standing.reached_at, Standing.person)
SHOWN = 100
AT_ONCE = 1_000


def find_holding(campaign: Campaign) -> Holding | None:
    """That the zone's quiz is one of those that are ranked together; none where it is ranked alone."""
    return db.session.get(Holding, (campaign.shared_id or campaign.id, current_zone().id))


def list_holdings(shared_id: UUID) -> Sequence[Row]:
    """The zones that hold a quiz: `name`, `sent_until`, `done_at`."""
    zones = select(Zone.name, Holding.sent_until, Holding.done_at).join(Zone, Zone.id == Holding.held_in)
    return db.session.execute(zones.where(Holding.shared_id == shared_id).order_by(Zone.name)).all()


def is_final(shared_id: UUID) -> bool:
    """Whether all results of all zones are in."""
    open_ones = select(Holding.held_in).where(Holding.shared_id == shared_id, Holding.done_at.is_(None))
    return db.session.scalar(open_ones.limit(1)) is None


def list_best(shared_id: UUID, limit: int | None = SHOWN) -> Iterator[Row]:
    """The first, or with no limit all, each with the name of the zone they took part in."""
    found = (
        select(Standing.person, Standing.shown_name, Standing.union_name, Standing.points, Standing.milliseconds,
               Zone.name.label("zone_name"))
        .join(Zone, Zone.id == Standing.held_in)
        .where(Standing.shared_id == shared_id)
        .order_by(*IN_ORDER)
        .limit(limit)
    )  # fmt: skip
    yield from db.session.execute(found, execution_options={"yield_per": AT_ONCE})


def count_people(shared_id: UUID) -> int:
    return db.session.scalar(select(func.count()).select_from(Standing).where(Standing.shared_id == shared_id)) or 0


def find_standing(shared_id: UUID, member_id: UUID) -> Standing | None:
    """A member's own line."""
    (person,) = persons_of(shared_id, [member_id])
    return db.session.get(Standing, (shared_id, person))


def place_of(standing: Standing) -> int:
    """The place of a line, from 1."""
    before = tuple_(-Standing.points, Standing.milliseconds, Standing.reached_at, Standing.person) < tuple_(
        literal(-standing.points),
        literal(standing.milliseconds),
        literal(standing.reached_at),
        literal(standing.person),
    )
    counted = select(func.count()).select_from(Standing).where(Standing.shared_id == standing.shared_id, before)
    return (db.session.scalar(counted) or 0) + 1
