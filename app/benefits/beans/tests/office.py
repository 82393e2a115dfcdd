"""Who makes and who checks issues of beans, with a budget and members."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.benefits.beans import issuing, writing
from app.benefits.beans.issue_states import APPROVE, SUBMIT
from app.benefits.beans.models import BeanIssue
from app.benefits.beans.tests.books import budget_with
from app.benefits.papers import Hand
from app.core.clock import today_in_china
from app.unions.models import Union
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import World


@dataclass
class Office:
    """A zone with a budget of 100 beans, who makes issues, who checks them, and three members."""

    zone: ZoneFacts
    world: World
    names: tuple[str, ...] = ("", "", "")

    def __post_init__(self) -> None:
        self.maker, self.checker = (self.world.staff_actor(self.zone, "zone_admin") for _ in range(2))
        self.people = [self.world.member(self.zone, name) for name in self.names]
        self.members = [person.member_id for person in self.people if person.member_id]
        with scope(Plane.WORKER, zone=self.zone):
            self.budget_id = budget_with(100).id
            db.session.commit()

    def staff(self):
        return scope(Plane.STAFF, zone=self.zone)

    def move_budget(self, union: Union) -> None:
        """Takes a budget of another union from now on."""
        with scope(Plane.WORKER, zone=self.zone):
            self.budget_id = budget_with(100, union=union).id
            db.session.commit()

    def drafted(self, amounts: dict[UUID, int] | None = None) -> UUID:
        issue_id = uuid7()
        with self.staff():
            issuing.draft_issue(self.maker, issue_id, budget_id=self.budget_id, category="festival", title="春节慰问",
                                expires_on=today_in_china() + timedelta(days=90), grace_days=30)  # fmt: skip
            issuing.set_lines(self.maker, issue_id, amounts or dict.fromkeys(self.members, 20), seen="draft.1")
            db.session.commit()
        return issue_id

    def take(self, issue_id: UUID, step, *, by=None, reason: str = "") -> BeanIssue:
        actor = by or (self.maker if step.hand is Hand.MAKER else self.checker)
        with self.staff():
            seen = db.session.get_one(BeanIssue, (self.zone.id, issue_id)).mark
            done = issuing.take_step(
                actor, issue_id, step, seen=seen, reason=reason or ("人数有误" if step.needs_reason else "")
            )
            db.session.commit()
        return done

    def approved(self, **amounts) -> UUID:
        issue_id = self.drafted(**amounts)
        for step in (SUBMIT, APPROVE):
            self.take(issue_id, step)
        return issue_id

    def write(self, issue_id: UUID) -> list[int]:
        """Writes chunks until there is none left; how many members each had."""
        written = []
        while True:
            with scope(Plane.WORKER, zone=self.zone):
                count = writing.write_chunk(issue_id)
                db.session.commit()
            if not count:
                return written
            written.append(count)
