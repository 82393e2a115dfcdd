"""Who keeps the door of a campaign: named by staff, with the role for as long as any campaign says so, and nothing else of the desk."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from app.core.audit import record
from app.core.clock import CHINA, now
from app.core.errors import NotFound
from app.identity.operations import grant_role, take_role
from app.modules.events.kinds.signup.errors import NoDoorNow, NotYourDoor, OwnDoor
from app.modules.events.kinds.signup.models import DoorKeeper, Session
from app.modules.events.kinds.signup.queries import find_session, list_sessions
from app.modules.events.kinds.signup.rights import DOOR_ROLE
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from app.modules.events.rights import MANAGE
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

HOLDER = "events"
COMING = timedelta(days=14)
LONGER = timedelta(days=1)
"""For so long after the last session."""


def name_keeper(actor: Actor, campaign_id: UUID, account_id: UUID, name: str) -> DoorKeeper:
    """Let an account check in at a campaign's sessions until the day after the last one; named again their end is renewed.

    Raises `NotFound`, `OwnDoor` for oneself, and `NoDoorNow` where no session is to come.
    """
    find_announced(campaign_id, kind="signup")
    if account_id == actor.account_id:
        raise OwnDoor
    take_turn(_of_campaign(campaign_id))
    until = _until(campaign_id)
    if until <= now() + LONGER:
        raise NoDoorNow
    take_turn(_turn(account_id))
    keeper = _find(campaign_id, account_id)
    if keeper is None:
        keeper = DoorKeeper(
            id=uuid7(), campaign_id=campaign_id, account_id=account_id, name=name, named_by_name=actor.name
        )
        db.session.add(keeper)
    keeper.until = until
    db.session.flush()
    _hold_role(actor, account_id, name)
    _remember("events.signup_name_keeper", keeper)
    return keeper


def end_keeper(actor: Actor, keeper_id: UUID) -> DoorKeeper:
    """Let somebody check in here no more, and take the role with their last door; ended twice it is once. Raises `NotFound`."""
    keeper = db.session.get(DoorKeeper, (current_zone().id, keeper_id))
    if keeper is None:
        raise NotFound
    take_turn(_turn(keeper.account_id))
    if keeper.ended_at is None:
        keeper.ended_at = now()
        db.session.flush()
        _hold_role(actor, keeper.account_id, keeper.name)
        _remember("events.signup_end_keeper", keeper)
    return keeper


def follow_sessions(actor: Actor, campaign_id: UUID) -> None:
    """Let the door-keepers' end follow sessions that were moved or cancelled; of who moved them it stays, for nobody renews a role of
    their own."""
    take_turn(_of_campaign(campaign_id))
    until = _until(campaign_id)
    kept = select(DoorKeeper).where(
        DoorKeeper.campaign_id == campaign_id, DoorKeeper.ended_at.is_(None), DoorKeeper.account_id != actor.account_id
    )
    for keeper in db.session.scalars(kept.order_by(DoorKeeper.account_id)).all():
        take_turn(_turn(keeper.account_id))
        keeper.until = until
        db.session.flush()
        _hold_role(actor, keeper.account_id, keeper.name)


def list_keepers(campaign_id: UUID) -> Sequence[DoorKeeper]:
    """Who keeps, or kept, a campaign's door, those of before at the end."""
    found = select(DoorKeeper).where(DoorKeeper.campaign_id == campaign_id)
    return db.session.scalars(found.order_by(DoorKeeper.ended_at.is_not(None), DoorKeeper.name)).all()


def list_doors(actor: Actor) -> list[tuple[Session, Campaign]]:
    """The sessions at which somebody may check in, that are on or come soon: of campaigns whose door they keep, or of all."""
    found = (
        select(Session, Campaign)
        .join(Campaign, (Campaign.zone_id == Session.zone_id) & (Campaign.id == Session.campaign_id))
        .where(
            Campaign.frozen_at.is_not(None), Session.cancelled_at.is_(None), Session.ends_at > now() - timedelta(days=1),
            Session.starts_at < now() + COMING,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(200)
    )  # fmt: skip
    if not actor.may(MANAGE):
        kept = select(DoorKeeper.campaign_id).where(_keeps(actor.account_id))
        found = found.where(Session.campaign_id.in_(kept))
    return [(session, campaign) for session, campaign in db.session.execute(found)]


def require_keeper(actor: Actor, campaign_id: UUID) -> None:
    """Raises `NotYourDoor` for who neither prepares campaigns nor keeps the door of this one now."""
    kept = select(DoorKeeper.id).where(DoorKeeper.campaign_id == campaign_id, _keeps(actor.account_id))
    if not actor.may(MANAGE) and db.session.scalar(kept) is None:
        raise NotYourDoor


def find_door(actor: Actor, session_id: UUID) -> Session:
    """A session at which somebody may check in; raises `NotFound`."""
    session = find_session(session_id)
    try:
        require_keeper(actor, session.campaign_id)
    except NotYourDoor:
        raise NotFound from None
    return session


def is_listed(session: Session) -> bool:
    """Whether its list can be read at the door: on the days of the session."""
    today = now().astimezone(CHINA).date()
    return session.starts_at.astimezone(CHINA).date() <= today <= session.ends_at.astimezone(CHINA).date()


def _until(campaign_id: UUID) -> datetime:
    """The day after the last session that is not cancelled; now where there is none."""
    ends = [each.ends_at for each in list_sessions(campaign_id) if each.cancelled_at is None]
    return max(ends) + LONGER if ends else now()


def _keeps(account_id: UUID | None) -> ColumnElement[bool]:
    return and_(DoorKeeper.account_id == account_id, DoorKeeper.ended_at.is_(None), DoorKeeper.until > now())


def _find(campaign_id: UUID, account_id: UUID) -> DoorKeeper | None:
    own = select(DoorKeeper).where(
        DoorKeeper.campaign_id == campaign_id, DoorKeeper.account_id == account_id, DoorKeeper.ended_at.is_(None)
    )
    return db.session.scalar(own)


def _hold_role(actor: Actor, account_id: UUID, name: str) -> None:
    """Give the role until the last of their doors is over, or take it where there is none."""
    until = db.session.scalar(select(func.max(DoorKeeper.until)).where(_keeps(account_id)))
    union_id = current_zone().union_id
    if until is not None:
        grant_role(actor, account_id, DOOR_ROLE, union_id, expires_at=until, name=name, holder=HOLDER)
        return
    with suppress(NotFound):  # taken by the city meanwhile
        take_role(actor, account_id, DOOR_ROLE, union_id, holder=HOLDER)


def _of_campaign(campaign_id: UUID) -> str:
    return f"events.signup.keepers.{current_zone().id}.{campaign_id}"


def _turn(account_id: UUID) -> str:
    return f"events.signup.doors.{current_zone().id}.{account_id}"


def _remember(action: str, keeper: DoorKeeper) -> None:
    record(action, object_type="events_campaign", object_id=keeper.campaign_id, keeper=str(keeper.account_id))
