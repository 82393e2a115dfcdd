"""Referrals for tests: who brings whom, and the clock."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.clock import now
from app.core.signals import REFERRAL_VERIFIED, ReferralVerified
from app.members.models import Membership
from app.modules.events.kinds.referral import rewarding
from app.modules.events.kinds.referral.linking import make_link
from app.modules.events.kinds.referral.models import Referral
from app.modules.events.queries import find_announced
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import Fair
from tenants.context import Plane, scope
from tenants.database import db


@dataclass(frozen=True)
class Circle:
    """A fair whose members bring others."""

    fair: Fair

    def drafted(self, *, stock: int = 9, per_member: int = 9, **settings: Any) -> UUID:
        batches = {
            f"{who}_batch_id": self.fair.approved(stock=stock, per_member=per_member) for who in ("referrer", "joiner")
        }
        settings = {"budget": 3, "per_referrer": 2, "cooling_days": 3, "claw_back_days": 10} | batches | settings
        content = self.fair.content(UUID(int=0), title="携手入会", settings=settings)
        return self.fair.drafted_campaign(content, kind="referral")

    def announced(self, **settings: Any) -> UUID:
        campaign_id = self.drafted(**settings)
        for step in (SUBMIT, APPROVE, FREEZE):
            self.fair.step(campaign_id, step)
        return campaign_id

    def code(self, campaign_id: UUID, member_id: UUID) -> str:
        with self.fair.as_member(member_id):
            code = make_link(member_id, find_announced(campaign_id, kind="referral")).code
            db.session.commit()
        assert code
        return code

    def verify(self, member_id: UUID, code: str) -> None:
        """What the module `joining` does when a membership is verified."""
        with self.fair.work():
            REFERRAL_VERIFIED.send(ReferralVerified(member_id, code, now()))
            db.session.commit()

    def joined(self, code: str, number: int = 1) -> list[UUID]:
        """So many people who join by a code."""
        people = [each.member_id for each in self.fair.people(number)]
        for each in people:
            assert each
            self.verify(each, code)
        return [each for each in people if each]

    def leave(self, member_id: UUID) -> None:
        with scope(Plane.WORKER):
            for each in db.session.scalars(db.select(Membership).where(Membership.member_id == member_id)):
                each.status = "ended"
            db.session.commit()

    def tick(self) -> None:
        with self.fair.work():
            while rewarding.reward_due() + rewarding.claw_back_left():
                db.session.commit()

    def referral(self, member_id: UUID) -> Referral:
        with self.fair.work():
            return db.session.scalars(db.select(Referral).where(Referral.member_id == member_id)).one()

    def states(self, members: list[UUID]) -> list[tuple[str, str]]:
        found = [self.referral(each) for each in members]
        return [(each.state, each.reason) for each in found]
