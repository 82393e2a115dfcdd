"""Check-in: staff scan the member's code or tick the list, or the member scans the code that hangs at the door."""

import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.core.audit import record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.platform import platform
from app.core.rotating_codes import RotatingCode
from app.modules.events.kinds.signup.errors import CodeNotGood, NotNow, RegistrationMovedOn
from app.modules.events.kinds.signup.models import Registration, Session
from app.modules.events.kinds.signup.queries import find_by_serial, find_registration, find_session, list_own
from app.modules.events.kinds.signup.states import State
from app.notifications.operations import notify
from tenants.context import current_zone
from tenants.database import db

CODE = RotatingCode("signup_shown", "/console/events/signup/check-in")
OPENS_BEFORE = timedelta(hours=1)
SEATED = (State.REGISTERED, State.OFFERED)


def is_open(session: Session, moment: datetime) -> bool:
    """Whether members check in now."""
    return session.cancelled_at is None and session.starts_at - OPENS_BEFORE <= moment < session.ends_at


def find_shown(code: str) -> Registration:
    """The registration whose code was scanned or typed; raises `CodeNotGood`."""
    serial = CODE.read(code)
    found = find_by_serial(serial) if serial else None
    if found is None:
        raise CodeNotGood(field="code")
    return found


def check_in(registration_id: UUID) -> Registration:
    """Note that somebody came; noted twice it is once. Also after the session, for who was marked as missing.

    Raises `RegistrationMovedOn` for who has no seat, and `NotNow` before check-in opens.
    """
    registration = find_registration(registration_id, lock=True)
    if now() < find_session(registration.session_id).starts_at - OPENS_BEFORE:
        raise NotNow
    return _attend(registration, (*SEATED, State.MISSED))


def door_code(session_id: UUID) -> str:
    """What the QR code at the door holds: nobody makes one who has not seen it."""
    return platform().blind_index.of("signup_door", f"{current_zone().id}|{session_id}").hex()[:32]


def check_in_at_door(member_id: UUID, session_id: UUID, code: str) -> Registration:
    """The member says that they are here. Raises `CodeNotGood`, `NotNow`, `NotFound`, `RegistrationMovedOn`."""
    if not hmac.compare_digest(code.encode(), door_code(session_id).encode()):
        raise CodeNotGood
    session = find_session(session_id)
    own = list_own(member_id, session.campaign_id).get(session_id)
    if own is None:
        raise NotFound
    if not is_open(session, now()):
        raise NotNow
    return _attend(find_registration(own.id, member_id, lock=True), SEATED)


def release(registration_id: UUID, *, reason: str) -> Registration:
    """Staff free somebody's seat, who is told why. Raises `RegistrationMovedOn`."""
    registration = find_registration(registration_id, lock=True)
    if registration.state not in (*SEATED, State.WAITING):
        raise RegistrationMovedOn
    registration.state = State.CANCELLED
    db.session.flush()
    session = find_session(registration.session_id)
    notify("events.signup_released", registration.member_id, {"session": session.title, "reason": reason},
           dedupe_key=f"events.signup_released:{registration.id}",
           href=f"/events/signup/registrations/{registration.id}")  # fmt: skip
    _remember("events.signup_release", registration, reason=reason)
    return registration


def _attend(registration: Registration, sources: tuple[State, ...]) -> Registration:
    if registration.state == State.ATTENDED:
        return registration
    if registration.state not in sources:
        raise RegistrationMovedOn
    registration.state, registration.attended_at = State.ATTENDED, now()
    db.session.flush()
    _remember("events.signup_attend", registration)
    return registration


def _remember(action: str, registration: Registration, **detail: Any) -> None:
    record(action, object_type="events_signup_registration", object_id=registration.id,
           subject_member_id=registration.member_id, state=registration.state, **detail)  # fmt: skip
