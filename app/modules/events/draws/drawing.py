"""Committing to a draw, drawing, and going through the places. On the staff plane the first, on the worker plane the rest."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ColumnExpressionArgument,
    Select,
    String,
    Subquery,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.core.audit import record
from app.core.clock import now
from app.core.platform import platform
from app.modules.events.draws.models import Draw, DrawPlace, PassedOver
from app.modules.events.draws.order import commitment_of
from app.modules.events.models import Entry
from tenants.context import current_zone
from tenants.database import db
from tenants.isolation import RUNNING_ZONE

SEED_BYTES = 32


def commit_draw(campaign_id: UUID, rule: str = "") -> Draw:
    """Draw the seed by lot and keep it sealed; its commitment is public from now on, and so is the rule of who takes part.

    `rule` says in words what `draw` is asked to draw among; empty where it is among all who entered, with one chance each.
    """
    seed = secrets.token_bytes(SEED_BYTES)
    sealed = platform().cipher.encrypt(seed.hex(), table=Draw.__tablename__, column="seed", row=campaign_id)
    made = Draw(id=campaign_id, seed_cipher=sealed, commitment=commitment_of(seed, rule), rule=rule)
    db.session.add(made)
    db.session.flush()
    record("events.commit_draw", object_type="events_campaign", object_id=campaign_id, commitment=made.commitment)
    return made


def draw(campaign_id: UUID, among: Select[UUID, int] | None = None) -> None:
    """Fix the list of entries, publish the seed, and give each entry its place; drawn once it changes nothing.

    `among` selects the ids of the entries that take part, each with its number of chances, as the rule says that was committed to:
    without a rule there is none, and each entry takes part with one chance. Ids that are no entries of the campaign are left out.
    """
    found = db.session.get_one(Draw, (current_zone().id, campaign_id), with_for_update=True, populate_existing=True)
    if found.drawn_at is not None:
        return
    seed = _unsealed(found)
    if (among is None) == bool(found.rule):
        raise ValueError("what a draw is among is not what its rule says: one comes without the other")
    part = _taking_part(campaign_id, among)
    entrants, digest = db.session.execute(select(func.count(), _sha256(_lines(part))).select_from(part)).one()
    place = func.row_number().over(order_by=_lot(part, f"{seed}{digest}"))
    rows = select(RUNNING_ZONE, part.c.id, part.c.campaign_id, place, part.c.chances)
    columns = ["zone_id", "id", "campaign_id", "place", "chances"]
    found.seed, found.entrants, found.entrants_digest, found.drawn_at = seed, entrants, digest, now()
    db.session.flush()
    db.session.execute(insert(DrawPlace).from_select(columns, rows, include_defaults=False))
    record("events.draw", object_type="events_campaign", object_id=campaign_id, entrants=entrants,
           entrants_digest=digest, seed=seed)  # fmt: skip


def read_seed(campaign_id: UUID) -> str:
    """The seed (hex) that a campaign committed to, before it is published: for what is decided while the campaign runs."""
    return _unsealed(db.session.get_one(Draw, (current_zone().id, campaign_id)))


def take_places(campaign_id: UUID, number: int) -> Sequence[tuple[DrawPlace, UUID]]:
    """The next places that were neither given a prize nor told that there is none, in their order, each with its member."""
    return _take(campaign_id, DrawPlace.won.is_(None), number)


def take_waiting(campaign_id: UUID, number: int) -> Sequence[tuple[DrawPlace, UUID]]:
    """The first places of the waiting list behind the winners, each with its member."""
    return _take(campaign_id, DrawPlace.waits, number)


def leave_line(campaign_id: UUID, member_id: UUID) -> bool:
    """Let the turn of a member who waits behind the winners go to the next, for good; whether they still waited. On the member plane."""
    own = select(Entry.id).where(Entry.campaign_id == campaign_id, Entry.member_id == member_id)
    leaving = update(DrawPlace).where(DrawPlace.campaign_id == campaign_id, DrawPlace.id.in_(own), DrawPlace.waits)
    left = leaving.values(waits=False, passed_over=PassedOver.LEFT).returning(DrawPlace.id)
    return db.session.scalar(left) is not None


def _take(
    campaign_id: UUID, condition: ColumnExpressionArgument[bool], number: int
) -> Sequence[tuple[DrawPlace, UUID]]:
    taken = (
        select(DrawPlace, Entry.member_id)
        .join(Entry, (Entry.zone_id == DrawPlace.zone_id) & (Entry.id == DrawPlace.id))
        .where(DrawPlace.campaign_id == campaign_id, condition)
        .order_by(DrawPlace.place)
        .limit(number)
        .with_for_update(of=DrawPlace)
    )
    return [(place, member_id) for place, member_id in db.session.execute(taken)]


def _taking_part(campaign_id: UUID, among: Select[UUID, int] | None) -> Subquery:
    """The entries of a campaign that take part in its draw, with their chances."""
    found = select(Entry.id, Entry.campaign_id).where(
        Entry.zone_id == current_zone().id, Entry.campaign_id == campaign_id
    )
    if among is None:
        return found.add_columns(literal(1).label("chances")).subquery()
    chosen = among.subquery()
    return found.add_columns(chosen.c[1].label("chances")).join(chosen, chosen.c[0] == Entry.id).subquery()


def _lines(part: Subquery):
    """The list of entries as its digest is made of it (`order.digest_of`)."""
    entry = _id(part)
    line = case((part.c.chances == 1, entry), else_=entry + " " + cast(part.c.chances, String)) + "\n"
    return func.coalesce(func.string_agg(line, aggregate_order_by(literal(""), entry)), "")


def _lot(part: Subquery, secret: str):
    """The lot of an entry, of its chances the smallest (`order.lot_of`)."""
    numbers = func.generate_series(1, part.c.chances).table_valued("number", name="number")
    number = numbers.c.number
    name = case((number == 1, _id(part)), else_=_id(part) + " " + cast(number, String))
    lots = select(func.min(_sha256(literal(secret) + name).collate("C"))).select_from(numbers)
    return lots.correlate(part).scalar_subquery()


def _id(part: Subquery):
    return cast(part.c.id, String).collate("C")


def _unsealed(draw: Draw) -> str:
    return platform().cipher.decrypt(draw.seed_cipher, table=Draw.__tablename__, column="seed", row=draw.id)


def _sha256(text):
    """SHA-256 of a text, in hex."""
    return func.encode(func.sha256(func.convert_to(text, "UTF8")), "hex")
