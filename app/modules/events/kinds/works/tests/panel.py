"""A call for works with a jury: unions below the zone's own with authors, judges who sit for a day, and votes beside."""

from typing import Any
from uuid import UUID

from app.core.clock import now
from app.identity.queries import Colleague, ties_of
from app.modules.events.kinds.works.jury import appointing, queries, scoring
from app.modules.events.kinds.works.jury.models import JurySheet
from app.modules.events.kinds.works.models import ShownWork
from app.modules.events.kinds.works.tests.atelier import Atelier
from app.modules.events.tests.fair import A_DAY, SOON
from app.unions.models import Union
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.world import Person

CRITERIA = "构图 100 60\n主题 10 40"
BEST, HALF, NOTHING = (1000, 100), (500, 50), (0, 0)
"""What a judge gives in both criteria, in tenths."""


class Panel(Atelier):
    """The jury sits from the second day on, for a day; votes are taken until the end of the third."""

    def __init__(self, fair) -> None:
        super().__init__(fair)
        zone_union = fair.world.union_of(fair.zone)
        self.east, self.west = (
            fair.world.union(name, "enterprise", zone_union) for name in ("东港造船厂工会", "西河印刷厂工会")
        )

    def jury(self, **other: Any) -> dict[str, Any]:
        """The settings of a jury beside those of the atelier."""
        opens_at = now() + SOON
        return {
            "criteria": CRITERIA, "judge_from": opens_at + A_DAY, "judge_until": opens_at + 2 * A_DAY, "judges_see": "work",
            "least_judges": 1, "jury_weight": 50,
        } | other  # fmt: skip

    def judged(self, **other: Any) -> UUID:
        """An announced campaign with a jury."""
        return self.announced(settings=self.jury(**other))

    def author(self, union: Union) -> Person:
        return self.fair.world.member(union)

    def work_of(self, campaign_id: UUID, union: Union, title: str = "晨光") -> UUID:
        """A work that is shown, by a new member of a union."""
        member_id = self.author(union).member_id
        assert member_id
        work_id = self.send(campaign_id, member_id, title)
        self.accept(work_id)
        return work_id

    def judge(self, campaign_id: UUID, union: Union | None = None) -> Actor:
        """A judge from outside, or one who belongs to a union."""
        person = self.fair.world.member(union) if union else self.fair.world.staff(self.fair.zone, "judge")
        if union:
            self.fair.world.grant(person, self.fair.zone, "judge")
        actor = self.actor(person)
        self.appoint(campaign_id, actor)
        return actor

    def actor(self, person: Person) -> Actor:
        """Somebody at the staff's desk, with the unions they belong to or work for."""
        with scope(Plane.WORKER, zone=self.fair.zone):
            ties = ties_of([person.account_id])[person.account_id]
        return Actor(person.account_id, person.member_id, person.name, frozenset({"events.judge"}), ties=ties)

    def appoint(self, campaign_id: UUID, actor: Actor) -> None:
        assert actor.account_id
        with self.fair.staff():
            appointing.appoint(
                self.fair.maker, campaign_id, Colleague(actor.account_id, actor.name, actor.member_id, actor.ties)
            )
            db.session.commit()

    def dismiss(self, campaign_id: UUID, actor: Actor) -> None:
        assert actor.account_id
        with self.fair.staff():
            appointing.dismiss(self.fair.maker, campaign_id, actor.account_id)
            db.session.commit()

    def acting(self, judge: Actor):
        return scope(Plane.STAFF, zone=self.fair.zone, actor=judge)

    def score(self, judge: Actor, work_id: UUID, *tenths: int | None, reason: str = "") -> None:
        with self.acting(judge):
            scoring.hand_in(judge, work_id, tenths, reason=reason)
            db.session.commit()

    def sheets(self, work_id: UUID) -> list[JurySheet]:
        with self.fair.staff():
            return queries.list_sheets(self.work(work_id).campaign_id, [work_id]).get(work_id, [])

    def result(self) -> dict[str, ShownWork]:
        return {each.title: each for each in self.shown()}
