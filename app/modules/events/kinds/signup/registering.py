"""What members do with their registrations: come, confirm a seat that came free, give it back."""

from datetime import datetime
from uuid import UUID

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.modules.events.entering import enter
from app.modules.events.kinds.signup.errors import (
    EnoughSessions,
    RegistrationMovedOn,
    SessionClosed,
    TooLateToCancel,
)
from app.modules.events.kinds.signup.models import Registration, Session
from app.modules.events.kinds.signup.queries import count_taken, find_registration, find_session, list_own, seal_note
from app.modules.events.kinds.signup.settings import terms_of
from app.modules.events.kinds.signup.states import LIVE, State
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

CLOSED = "events_signup_registrations_taken"


def register(member_id: UUID, session_id: UUID, note: str = "") -> Registration:
    """Register a member, who has a seat at once or waits in the order of coming; sent twice it is one, after a cancellation a new one.

    Raises `NotFound`, `NotOpen`, `NotInvited`, `SessionClosed`, `EnoughSessions`.
    """
    session = find_session(session_id)
    campaign = find_announced(session.campaign_id)
    take_turn(f"events.signup.{current_zone().id}.{campaign.id}.{member_id}")
    before = list_own(member_id, campaign.id).get(session_id)
    if before is not None and before.state != State.CANCELLED:
        return before
    enter(member_id, campaign)
    if session.cancelled_at is not None or session.sign_up_until <= now():
        raise SessionClosed
    if count_taken(member_id, campaign.id) >= terms_of(campaign).sessions_each:
        raise EnoughSessions
    registration_id = uuid7()
    made = Registration(
        id=registration_id, campaign_id=campaign.id, session_id=session_id, member_id=member_id,
        note_cipher=seal_note(registration_id, note),
    )  # fmt: skip
    db.session.add(made)
    with refused_as({CLOSED: SessionClosed}):
        db.session.flush()
    db.session.refresh(made)
    _remember("events.signup_register", made)
    return made


def confirm(member_id: UUID, registration_id: UUID) -> Registration:
    """Take the seat that was kept for a member who waited; sent twice it is one. Raises `NotFound`, `RegistrationMovedOn`."""
    registration = find_registration(registration_id, member_id, lock=True)
    if registration.state == State.REGISTERED:
        return registration
    if registration.state != State.OFFERED or (registration.confirm_until or now()) <= now():
        raise RegistrationMovedOn
    if find_session(registration.session_id).cancelled_at is not None:
        raise RegistrationMovedOn
    registration.state = State.REGISTERED
    db.session.flush()
    _remember("events.signup_confirm", registration)
    return registration


def cancel(member_id: UUID, registration_id: UUID) -> Registration:
    """Give a seat back, or wait no more. Raises `NotFound`, `RegistrationMovedOn`, `TooLateToCancel`."""
    registration = find_registration(registration_id, member_id, lock=True)
    if registration.state == State.CANCELLED:
        return registration
    if registration.state not in LIVE:
        raise RegistrationMovedOn
    if not may_cancel(registration, find_session(registration.session_id), find_announced(registration.campaign_id)):
        raise TooLateToCancel
    registration.state = State.CANCELLED
    db.session.flush()
    _remember("events.signup_cancel", registration)
    return registration


def may_cancel(registration: Registration, session: Session, campaign: Campaign) -> bool:
    """Whether the member can still give it back: a seat until the campaign's limit, a place in the queue until it begins."""
    until: datetime = (
        session.starts_at if registration.state == State.WAITING else terms_of(campaign).cancel_until(session)
    )
    return registration.state in LIVE and now() < until


def _remember(action: str, registration: Registration) -> None:
    record(action, object_type="events_signup_registration", object_id=registration.id,
           subject_member_id=registration.member_id, state=registration.state)  # fmt: skip
