"""Sign-ups at a fair: campaigns with sessions, and members who come."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.core.clock import now
from app.modules.events.kinds.signup import registering, waiting
from app.modules.events.kinds.signup.models import Registration, Session
from app.modules.events.kinds.signup.sessions import When, write_session
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tenants.database import db
from tenants.ids import uuid7

AN_HOUR = timedelta(hours=1)
SETTINGS = {"sessions_each": 1, "cancel_hours": 24, "confirm_hours": 12}


class Signups:
    """Sessions begin five days after the campaign opens, which is open for a day."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair

    def when(self, **other: Any) -> When:
        starts_at = now() + SOON + 5 * A_DAY
        facts = {"venue": "工人文化宫三楼", "starts_at": starts_at, "ends_at": starts_at + 2 * AN_HOUR,
                 "sign_up_until": starts_at - AN_HOUR, "seats": 2} | other  # fmt: skip
        return When(**facts)

    def drafted(self, *whens: When, settings: dict[str, Any] | None = None, **other: Any) -> UUID:
        content = self.fair.content(batch_id=uuid7(), title="花艺沙龙", settings=SETTINGS | (settings or {}), **other)
        campaign_id = self.fair.drafted_campaign(content, "signup")
        with self.fair.staff():
            for number, when in enumerate(whens, start=1):
                write_session(self.fair.maker, campaign_id, uuid7(), f"第{number}场", when, seen=None)
            db.session.commit()
        return campaign_id

    def announced(self, *whens: When, **facts: Any) -> tuple[UUID, list[UUID]]:
        """The campaign, and its sessions in their order."""
        campaign_id = self.drafted(*(whens or (self.when(),)), **facts)
        for step in (SUBMIT, APPROVE, FREEZE):
            self.fair.step(campaign_id, step)
        with self.fair.staff():
            found = db.select(Session.id).where(Session.campaign_id == campaign_id).order_by(Session.title)
            return campaign_id, list(db.session.scalars(found))

    def register(self, member_id: UUID, session_id: UUID, note: str = "") -> Registration:
        with self.fair.as_member(member_id):
            made = registering.register(member_id, session_id, note)
            db.session.commit()
            return made

    def cancel(self, registration: Registration) -> None:
        with self.fair.as_member(registration.member_id):
            registering.cancel(registration.member_id, registration.id)
            db.session.commit()

    def confirm(self, registration: Registration) -> None:
        with self.fair.as_member(registration.member_id):
            registering.confirm(registration.member_id, registration.id)
            db.session.commit()

    def move_up(self) -> None:
        with self.fair.work():
            while waiting.move_up():
                db.session.commit()

    def states(self, registrations: Sequence[Registration]) -> list[str]:
        with self.fair.staff():
            keys = [(self.fair.zone.id, each.id) for each in registrations]
            return [db.session.get_one(Registration, key, populate_existing=True).state for key in keys]

    def session(self, session_id: UUID) -> Session:
        with self.fair.staff():
            return db.session.get_one(Session, (self.fair.zone.id, session_id), populate_existing=True)
