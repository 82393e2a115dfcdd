"""Writing the sessions of a draft; moving and cancelling announced ones, so that everybody who registered is told."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import InvalidInput
from app.core.i18n import moment
from app.core.pages.content import touch_content
from app.core.seen import require_seen
from app.modules.events.errors import CampaignMovedOn
from app.modules.events.kinds.signup.doors import follow_sessions
from app.modules.events.kinds.signup.errors import SessionMovedOn
from app.modules.events.kinds.signup.models import Registration, Session
from app.modules.events.kinds.signup.queries import find_session, list_sessions
from app.modules.events.kinds.signup.settings import MOST_SESSIONS
from app.modules.events.kinds.signup.states import LIVE
from app.modules.events.operations import hold_draft
from app.modules.events.queries import find_campaign
from app.notifications.operations import notify
from tenants.context import Actor
from tenants.database import db


@dataclass(frozen=True, slots=True)
class When:
    """Where and when a session is, how many it takes, and until when one can register."""

    venue: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime
    seats: int


def write_session(
    actor: Actor, campaign_id: UUID, session_id: UUID, title: str, when: When, *, seen: str | None
) -> Session:
    """Write a session of a draft, a new one or one there is. Raises `CampaignMovedOn`, `ChangedMeanwhile`, `InvalidInput`."""
    _require_in_order(when)
    hold_draft(actor, campaign_id, seen=seen)
    there = list_sessions(campaign_id)
    session = next((each for each in there if each.id == session_id), None)
    if session is None:
        if len(there) >= MOST_SESSIONS:
            raise InvalidInput(_("At most %(most)s sessions, please.", most=MOST_SESSIONS))
        session = Session(id=session_id, campaign_id=campaign_id)
        db.session.add(session)
    session.title = title
    _set(session, when)
    db.session.flush()
    _remember("events.signup_session", session)
    return session


def drop_session(actor: Actor, session_id: UUID, *, seen: str | None) -> None:
    """Take a session out of a draft."""
    session = find_session(session_id)
    hold_draft(actor, session.campaign_id, seen=seen)
    db.session.delete(session)
    db.session.flush()
    _remember("events.signup_drop_session", session)


def move_session(actor: Actor, session_id: UUID, when: When, *, reason: str, seen: str | None) -> Session:
    """Move an announced session, or give it more seats; everybody who registered or waits is told, and who keeps the door does so till then.

    Raises `SessionMovedOn`, `ChangedMeanwhile`, and `InvalidInput` for fewer seats than are taken, or times that have gone by: nobody could
    move it back then.
    """
    _require_in_order(when)
    if when.ends_at <= now():
        raise InvalidInput(_("It would be over already: choose times to come."), field="ends_at")
    session = _held(session_id, seen)
    _set(session, when)
    session.reason = reason
    session.reminded_day_at = session.reminded_hours_at = None
    with refused_as({"events_signup_sessions_seats": InvalidInput(_("More seats are taken already."), field="seats")}):
        db.session.flush()
    follow_sessions(actor, session.campaign_id)
    _tell("events.signup_moved", session, when=moment(session.starts_at), venue=session.venue, reason=reason)
    touch_content()
    _remember("events.signup_move_session", session, reason=reason)
    return session


def cancel_session(actor: Actor, session_id: UUID, *, reason: str, seen: str | None) -> Session:
    """Cancel an announced session; everybody who registered or waits is told. Raises `SessionMovedOn`, `ChangedMeanwhile`."""
    session = _held(session_id, seen)
    session.cancelled_at, session.reason = now(), reason
    session.version += 1
    db.session.flush()
    follow_sessions(actor, session.campaign_id)
    _tell("events.signup_session_cancelled", session, when=moment(session.starts_at), reason=reason)
    touch_content()
    _remember("events.signup_cancel_session", session, reason=reason)
    return session


def _held(session_id: UUID, seen: str | None) -> Session:
    session = find_session(session_id, lock=True)
    require_seen(seen, session.mark, session)
    if find_campaign(session.campaign_id).frozen_at is None:
        raise CampaignMovedOn
    if session.cancelled_at is not None or session.ends_at <= now():
        raise SessionMovedOn
    return session


def _set(session: Session, when: When) -> None:
    for each in fields(when):
        setattr(session, each.name, getattr(when, each.name))
    session.version = (session.version or 0) + 1


def _require_in_order(when: When) -> None:
    if when.ends_at <= when.starts_at:
        raise InvalidInput(_("The end must be after the beginning."), field="ends_at")
    if when.sign_up_until > when.ends_at:
        raise InvalidInput(_("It would take registrations after its end."), field="sign_up_until")


def _tell(kind: str, session: Session, **words: str) -> None:
    live = select(Registration.member_id).where(Registration.session_id == session.id, Registration.state.in_(LIVE))
    for member_id in db.session.scalars(live):
        notify(kind, member_id, {"session": session.title, **words}, dedupe_key=f"{kind}:{session.id}:{session.version}",
               href=f"/events/signup/{session.campaign_id}")  # fmt: skip


def _remember(action: str, session: Session, **detail: Any) -> None:
    record(action, object_type="events_campaign", object_id=session.campaign_id, session=session.title, **detail)
