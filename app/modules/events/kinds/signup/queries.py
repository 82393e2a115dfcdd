"""Reading sessions and registrations."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, func, select

from app.core.errors import NotFound
from app.core.platform import platform
from app.members.models import Member
from app.modules.events.kinds.signup.models import Registration, Session
from app.modules.events.kinds.signup.states import State
from tenants.context import current_zone
from tenants.database import db

PAGE = 50


def list_sessions(campaign_id: UUID) -> list[Session]:
    """The sessions of a campaign, the earliest first."""
    statement = select(Session).where(Session.campaign_id == campaign_id)
    return list(db.session.scalars(statement.order_by(Session.starts_at, Session.id)))


def find_session(session_id: UUID, *, lock: bool = False) -> Session:
    """A session as the running plane may read it; raises `NotFound`."""
    found = db.session.get(Session, (current_zone().id, session_id), with_for_update=lock, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def find_registration(registration_id: UUID, member_id: UUID | None = None, *, lock: bool = False) -> Registration:
    """A registration, of this member where one is named; raises `NotFound`."""
    key = (current_zone().id, registration_id)
    found = db.session.get(Registration, key, with_for_update=lock, populate_existing=True)
    if found is None or member_id not in (None, found.member_id):
        raise NotFound
    return found


def find_by_serial(serial: str) -> Registration | None:
    return db.session.scalar(select(Registration).where(Registration.serial == serial))


def list_own(member_id: UUID, campaign_id: UUID) -> dict[UUID, Registration]:
    """The member's latest registration for each session."""
    own = select(Registration).where(Registration.member_id == member_id, Registration.campaign_id == campaign_id)
    return {each.session_id: each for each in db.session.scalars(own.order_by(Registration.place))}


def count_taken(member_id: UUID, campaign_id: UUID) -> int:
    """How many sessions that were not cancelled the member has registered for or waits for."""
    held = select(Session.id).where(Session.campaign_id == campaign_id, Session.cancelled_at.is_(None))
    taken = select(func.count()).where(
        Registration.member_id == member_id, Registration.session_id.in_(held), Registration.state != State.CANCELLED
    )
    return db.session.scalar(taken) or 0


def count_standing(registration: Registration) -> int:
    """As which of those who wait for its session a registration waits."""
    standing = select(func.signups_waiting(registration.session_id, registration.place))
    return db.session.scalar(standing) or 0


def list_registrations(session_id: UUID, *, after: int = 0, limit: int | None = None) -> Sequence[Registration]:
    """Those of a session, in the order in which they came, behind one place in it."""
    found = select(Registration).where(Registration.session_id == session_id, Registration.place > after)
    return db.session.scalars(found.order_by(Registration.place).limit(limit)).all()


def list_expected(session_id: UUID, text: str = "", *, after: int = 0, limit: int | None = None) -> Sequence[Row]:
    """Who has a seat and is here or expected, with this text in their name, in the order in which they came."""
    found = (
        select(Registration, Member.name)
        .outerjoin(Member, Member.id == Registration.member_id)
        .where(
            Registration.session_id == session_id, Registration.place > after,
            Registration.state.in_([State.REGISTERED, State.OFFERED, State.ATTENDED, State.MISSED]),
        )
        .order_by(Registration.place)
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(found.where(Member.name.contains(text, autoescape=True)) if text else found).all()


def count_by_state(session_id: UUID) -> dict[str, int]:
    counted = select(Registration.state, func.count()).where(Registration.session_id == session_id)
    return dict(db.session.execute(counted.group_by(Registration.state)).all())


def seal_note(registration_id: UUID, note: str) -> bytes:
    plain = json.dumps(note, ensure_ascii=False)
    return platform().cipher.encrypt(plain, row=registration_id, table=Registration.__tablename__, column="note_cipher")


def notes_of(registrations: Sequence[Registration]) -> dict[UUID, str]:
    """What members told along, by registration."""
    sealed = [(each.id, each.note_cipher) for each in registrations]
    plain = platform().cipher.decrypt_many(sealed, table=Registration.__tablename__, column="note_cipher")
    return {each.id: json.loads(text) for each, text in zip(registrations, plain, strict=True)}
