"""The private address at which somebody's calendar follows their hearings: made, made anew, taken back, read."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from app.core import audit
from app.core.clock import now
from app.core.errors import NotFound
from app.identity.limits import Limit, spend
from app.identity.queries import find_actor, list_colleagues
from app.identity.sessions import hash_token
from app.modules.legal_aid.hearings.models import Feed
from app.modules.legal_aid.hearings.queries import HearingLine, list_handled, list_represented
from app.modules.legal_aid.rights import COUNSEL, REVIEW
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

READS = Limit("legal-aid.feed.hour", 60, timedelta(hours=1))
BEHIND, AHEAD = timedelta(days=31), timedelta(days=366)


def make_feed(actor: Actor) -> str:
    """A new address' token, which is shown this once; a former one is void. Raises `NotFound` for who has no hearings."""
    _require_right(actor)
    _delete(actor)
    token = secrets.token_urlsafe(32)
    feed = Feed(zone_id=current_zone().id, id=uuid7(), account_id=actor.account_id, token_hash=hash_token(token))
    db.session.add(feed)
    db.session.flush()
    audit.record("legal_aid.make_feed", object_type="legal_aid_feed", object_id=feed.id)
    return token


def revoke_feed(actor: Actor) -> None:
    """Void the address; without one nothing happens."""
    _require_right(actor)
    if (feed := find_feed(actor)) is not None:
        _delete(actor)
        audit.record("legal_aid.revoke_feed", object_type="legal_aid_feed", object_id=feed.id)


def find_feed(actor: Actor) -> Feed | None:
    return db.session.execute(select(Feed).where(Feed.account_id == actor.account_id)).scalar_one_or_none()


def reader_of(token: str) -> Actor:
    """Whose address it is, with the rights they hold here now; on the identity plane. Raises `NotFound`, `TooMany`."""
    account_id: UUID | None = db.session.scalar(select(Feed.account_id).where(Feed.token_hash == hash_token(token)))
    if account_id is None:
        raise NotFound
    spend((READS, str(account_id)))
    actor = find_actor(account_id)
    if actor is None or not (actor.may(REVIEW) or actor.may(COUNSEL)):
        raise NotFound
    return actor


def list_for(actor: Actor) -> list[HearingLine]:
    """The hearings in an actor's calendar: of the cases they handle or have as a lawyer; on the staff plane."""
    start, end = now() - BEHIND, now() + AHEAD
    handled = list_handled(actor, start, end) if actor.may(REVIEW) else []
    represented = list_represented(actor, start, end) if actor.may(COUNSEL) else []
    return [*handled, *represented]


def drop_idle() -> None:
    """Void the addresses of who neither handles cases here nor acts as a lawyer any more: should they come back, they make a new
    one. Worker plane."""
    path = current_zone().union_path
    readers = {each.account_id for right in (REVIEW, COUNSEL) for each in list_colleagues(right, path)}
    for feed in db.session.scalars(select(Feed).where(Feed.account_id.not_in(readers))):
        db.session.delete(feed)
        audit.record("legal_aid.revoke_feed", object_type="legal_aid_feed", object_id=feed.id)


def _delete(actor: Actor) -> None:
    db.session.execute(delete(Feed).where(Feed.account_id == actor.account_id))


def _require_right(actor: Actor) -> None:
    if not (actor.may(REVIEW) or actor.may(COUNSEL)):
        raise NotFound
