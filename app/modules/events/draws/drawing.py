"""Committing to a draw, drawing, and going through the places. On the staff plane the first, on the worker plane the rest."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import String, cast, func, insert, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.core.audit import record
from app.core.clock import now
from app.core.platform import platform
from app.modules.events.draws.models import Draw, DrawPlace
from app.modules.events.draws.order import commitment_of
from app.modules.events.models import Entry
from tenants.context import current_zone
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql

PLACE = allow_raw_sql("events.draws", "INSERT … SELECT of one row an entry; the statement names zone and campaign")
SEED_BYTES = 32


def commit_draw(campaign_id: UUID) -> Draw:
    """Draw the seed by lot and keep it sealed; its commitment is public from now on."""
    seed = secrets.token_bytes(SEED_BYTES)
    sealed = platform().cipher.encrypt(seed.hex(), table=Draw.__tablename__, column="seed", row=campaign_id)
    made = Draw(id=campaign_id, seed_cipher=sealed, commitment=commitment_of(seed))
    db.session.add(made)
    db.session.flush()
    record("events.commit_draw", object_type="events_campaign", object_id=campaign_id, commitment=made.commitment)
    return made


def draw(campaign_id: UUID) -> None:
    """Fix the list of entries, publish the seed, and give each entry its place; drawn once it changes nothing."""
    found = db.session.get_one(Draw, (current_zone().id, campaign_id), with_for_update=True, populate_existing=True)
    if found.drawn_at is not None:
        return
    seed = platform().cipher.decrypt(found.seed_cipher, table=Draw.__tablename__, column="seed", row=campaign_id)
    entry = cast(Entry.id, String).collate("C")
    lines = func.coalesce(func.string_agg(entry + "\n", aggregate_order_by(literal(""), entry)), "")
    of_campaign = (Entry.zone_id == current_zone().id, Entry.campaign_id == campaign_id)
    entrants, digest = db.session.execute(select(func.count(), _sha256(lines)).where(*of_campaign)).one()
    lot = _sha256(literal(f"{seed}{digest}") + entry).collate("C")
    place = func.row_number().over(order_by=lot)
    rows = select(Entry.zone_id, Entry.id, Entry.campaign_id, place).where(*of_campaign)
    columns = ["zone_id", "id", "campaign_id", "place"]
    found.seed, found.entrants, found.entrants_digest, found.drawn_at = seed, entrants, digest, now()
    db.session.flush()
    with raw_sql(PLACE):
        db.session.execute(insert(DrawPlace).from_select(columns, rows, include_defaults=False))
    record("events.draw", object_type="events_campaign", object_id=campaign_id, entrants=entrants,
           entrants_digest=digest, seed=seed)  # fmt: skip


def take_places(campaign_id: UUID, number: int) -> Sequence[tuple[DrawPlace, UUID]]:
    """The next places that were neither given a prize nor told that there is none, in their order, each with its member."""
    waiting = (
        select(DrawPlace, Entry.member_id)
        .join(Entry, (Entry.zone_id == DrawPlace.zone_id) & (Entry.id == DrawPlace.id))
        .where(DrawPlace.campaign_id == campaign_id, DrawPlace.won.is_(None))
        .order_by(DrawPlace.place)
        .limit(number)
        .with_for_update(of=DrawPlace)
    )
    return [(place, member_id) for place, member_id in db.session.execute(waiting)]


def _sha256(text):
    """SHA-256 of a text, in hex."""
    return func.encode(func.sha256(func.convert_to(text, "UTF8")), "hex")
