"""A zone with vouchers to give, who writes and who reviews campaigns, and members who come."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.benefits.papers import Hand, Step
from app.benefits.vouchers.tests.market import Market
from app.core.clock import now
from app.members.audience.choice import Audience
from app.modules.events.models import Campaign, Entry
from app.modules.events.operations import Content, draft_campaign, follow_the_clock, take_step
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person

SOON = timedelta(hours=1)
A_DAY = timedelta(days=1)
SYSTEM = Actor(name="system")


class Fair(Market):
    """A market whose vouchers are given in campaigns."""

    def content(self, batch_id: UUID | None = None, **other: Any) -> Content:
        mode = other.pop("mode", "first_come")
        opens_at: datetime = other.pop("opens_at", now() + SOON)
        facts: dict[str, Any] = {
            "title": "六一观影抢票", "summary": "两千张电影票", "rules": "每人一张，先到先得。", "opens_at": opens_at,
            "closes_at": opens_at + A_DAY, "audience": Audience(),
            "settings": {"batch_id": batch_id or self.approved(), "mode": mode},
        } | other  # fmt: skip
        return Content(**facts)

    def drafted_campaign(self, content: Content | None = None, kind: str = "claim") -> UUID:
        campaign_id = uuid7()
        content = content or self.content()
        with self.staff():
            draft_campaign(self.maker, campaign_id, kind, content)
            db.session.commit()
        return campaign_id

    def step(self, campaign_id: UUID, step: Step, *, by: Actor | None = None, **facts: Any) -> Campaign:
        actor = by or (self.maker if step.hand is Hand.ANYBODY else self.checker)
        words = {"reason": "时间有误"} if step.needs_reason else {}
        with self.staff():
            done = take_step(actor, campaign_id, step, **(words | facts))
            db.session.commit()
        return done

    def announced(self, content: Content | None = None, **other: Any) -> UUID:
        campaign_id = self.drafted_campaign(content or self.content(**other))
        for step in (SUBMIT, APPROVE, FREEZE):
            self.step(campaign_id, step)
        return campaign_id

    def tick(self) -> int:
        """Let the clock take all the steps that are due; how many."""
        taken = 0
        with self.work():
            while follow_the_clock(SYSTEM):
                db.session.commit()
                taken += 1
        return taken

    def campaign(self, campaign_id: UUID) -> Campaign:
        with self.staff():
            return db.session.get_one(Campaign, (self.zone.id, campaign_id))

    def entrants(self, campaign_id: UUID) -> set[UUID]:
        with self.staff():
            return set(db.session.scalars(db.select(Entry.member_id).where(Entry.campaign_id == campaign_id)))

    def is_for_others(self, path: str) -> bool:
        """Whether a page tells a member who looks in that the campaign is for others, and has no button for them."""
        page = self.world.client(self.zone, self.world.member(self.zone)).get(path).text.partition("<main")[2]
        return "本活动面向其他会员" in page and "<form" not in page

    def people(self, number: int) -> list[Person]:
        return [self.world.member(self.zone) for _ in range(number)]

    def as_member(self, member_id: UUID):
        return scope(Plane.MEMBER, zone=self.zone, actor=Actor(uuid7(), name="", member_id=member_id))
