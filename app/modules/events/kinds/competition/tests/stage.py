"""Competitions at a fair: unions with contestants, judges, and rounds carried on to the end."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.benefits.proposals import APPROVE as APPROVE_SCORES
from app.core.clock import now
from app.identity.queries import Colleague, ties_of
from app.modules.events.kinds.competition import deciding, judging, measuring, queries, registering, rounds
from app.modules.events.kinds.competition.errors import RoundNotReady
from app.modules.events.kinds.competition.models import Contestant, Judge, Round, ScoreList, Start
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from app.unions.models import Union
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person

MOMENT = "%Y-%m-%dT%H:%M"
CRITERIA = "操作规范 100 60\n作品质量 100 40"
WITH_SHEET = "操作规范 100 60\n理论笔试 100 40 表格"
AN_HOUR = timedelta(hours=1)


class Stage:
    """A zone with two unions below its own, each with people, and rounds a day apart after registration."""

    def __init__(self, fair: Fair) -> None:
        self.fair, self.world, self.zone = fair, fair.world, fair.zone
        zone_union = self.world.union_of(self.zone)
        self.east, self.west = (
            self.world.union(name, "enterprise", zone_union) for name in ("东方机械厂工会", "西城纺织厂工会")
        )

    def settings(self, *criteria: str, go_on: int = 2, **other: Any) -> dict[str, Any]:
        first = now() + SOON + 2 * A_DAY
        written = criteria or (CRITERIA, CRITERIA)
        rows = [
            {
                "title": ("初赛", "复赛", "总决赛")[number] if number < len(written) - 1 else "总决赛", "mode": "onsite",
                "venue": "工人文化宫", "starts_at": first + number * A_DAY, "ends_at": first + number * A_DAY + 2 * AN_HOUR,
                "go_on": go_on if number < len(written) - 1 else None, "criteria": each,
            }
            for number, each in enumerate(written)
        ]  # fmt: skip
        return {"rounds": rows, "appeal_hours": 24, "first_prizes": 1, "second_prizes": 1, "third_prizes": None,
                "prizes": [], "passes_on": False} | other  # fmt: skip

    def drafted(self, settings: dict[str, Any] | None = None, **other: Any) -> UUID:
        content = self.fair.content(uuid7(), title="焊工技能竞赛", settings=settings or self.settings(), **other)
        return self.fair.drafted_campaign(content, "competition")

    def announced(self, settings: dict[str, Any] | None = None, **other: Any) -> UUID:
        campaign_id = self.drafted(settings, **other)
        for step in (SUBMIT, APPROVE, FREEZE):
            self.fair.step(campaign_id, step)
        return campaign_id

    def person(self, union: Union) -> Person:
        return self.world.member(union)

    def actor(self, person: Person, *, is_member: bool = True) -> Actor:
        """Somebody on the members' plane."""
        return Actor(person.account_id, person.member_id if is_member else None, person.name)

    def guest(self) -> Person:
        """Somebody with an account and no membership."""
        person = self.world.staff(self.world.union())
        return Person(None, person.account_id, person.phone, person.name)

    def acting(self, actor: Actor, plane: Plane = Plane.MEMBER):
        return scope(plane, zone=self.zone, actor=actor)

    def register(self, campaign_id: UUID, person: Person, *, name: str = "", shown: str = "masked") -> Contestant:
        actor = self.actor(person)
        with self.acting(actor):
            made = registering.register(actor, uuid7(), campaign_id, name=name, shown=shown)
            db.session.commit()
            return made

    def rounds(self, campaign_id: UUID) -> Sequence[Round]:
        with self.fair.staff():
            return queries.list_rounds(campaign_id)

    def step(self, round_id: UUID, action: str) -> None:
        with self.fair.staff():
            rounds.take_step(round_id, action)
            db.session.commit()

    def refused(self, round_id: UUID, action: str) -> str:
        """Why a round takes no such step now."""
        with pytest.raises(RoundNotReady) as refusal:
            self.step(round_id, action)
        return str(refusal.value.message)

    def judge(self, campaign_id: UUID, *rounds_: UUID, role: str = "judge", union: Union | None = None) -> Actor:
        """A judge of these rounds, who belongs to a union where one is named."""
        person = self.world.member(union) if union else self.world.staff(self.zone, role)
        if union:
            self.world.grant(person, self.zone, role)
        with scope(Plane.WORKER, zone=self.zone):
            ties = ties_of([person.account_id])[person.account_id]
        actor = Actor(person.account_id, person.member_id, person.name, frozenset({"events.judge"}), ties=ties)
        self.appoint(campaign_id, actor, *rounds_)
        return actor

    def appoint(self, campaign_id: UUID, actor: Actor, *rounds_: UUID) -> list[Judge]:
        assert actor.account_id
        colleague = Colleague(actor.account_id, actor.name, actor.member_id, actor.ties)
        with self.fair.staff():
            appointed = judging.appoint(self.fair.maker, campaign_id, colleague, rounds_)
            db.session.commit()
            return appointed

    def starts(self, round_id: UUID) -> dict[int, Start]:
        with self.fair.staff():
            return {start.number: start for start, _union in queries.list_starts(round_id)}

    def score(self, judge: Actor, start: Start, *tenths: int | None, sign: bool = True) -> None:
        with self.acting(judge, Plane.STAFF):
            sheet = judging_sheet(start, judge)
            judging.write_sheet(judge, start.id, tenths, sign=sign, seen=sheet)
            db.session.commit()

    def scored(self, round_id: UUID, judge: Actor, **by_number: tuple[int, ...]) -> None:
        """Let a judge sign a sheet for each contestant: `n1=(900, 800)`."""
        starts = self.starts(round_id)
        for number, tenths in by_number.items():
            self.score(judge, starts[int(number[1:])], *tenths)

    def measured(self, round_id: UUID, by_number: dict[int, list[int]]) -> None:
        """Let one bring scores in and another confirm them."""
        self.confirm(self.brought_in(round_id, by_number))

    def brought_in(self, round_id: UUID, by_number: dict[int, list[int]]) -> ScoreList:
        starts = self.starts(round_id)
        with self.fair.staff():
            brought = measuring.bring_in(
                self.fair.maker, round_id, {starts[number].id: tenths for number, tenths in by_number.items()}
            )
            db.session.commit()
            return brought

    def confirm(self, brought: ScoreList, *, by: Actor | None = None) -> None:
        with self.fair.staff():
            measuring.take_step(by or self.fair.checker, brought.id, APPROVE_SCORES, seen="submitted.1")
            db.session.commit()

    def published(self, round_id: UUID) -> None:
        for action in ("close", "publish"):
            self.step(round_id, action)

    def appeal(self, person: Person, start: Start, reason: str = "第二项漏看了一道工序") -> UUID:
        actor, appeal_id = self.actor(person), uuid7()
        with self.acting(actor):
            deciding.appeal(actor, appeal_id, start.id, reason)
            db.session.commit()
        return appeal_id

    def below_union(self, start: Start) -> Union:
        """The union of whoever starts."""
        return db.session.get_one(Union, start.union_id)

    def start_of(self, held: Round, contestant: Contestant) -> Start:
        """A start as nobody wrote it through the operations."""
        return Start(id=uuid7(), campaign_id=held.campaign_id, round_id=held.id, contestant_id=contestant.id,
                     number=contestant.number, shown_name="某")  # fmt: skip

    def finished(self, clock) -> UUID:
        """A competition of one round and one contestant, with a certificate; two days and more have passed."""
        campaign_id = self.announced(self.settings(CRITERIA))
        clock.shift(SOON)
        self.register(campaign_id, self.person(self.east))
        clock.shift(A_DAY)
        self.fair.tick()
        (only,) = self.rounds(campaign_id)
        judge = self.judge(campaign_id, only.id)
        self.step(only.id, "open")
        self.scored(only.id, judge, n1=(900, 900))
        self.published(only.id)
        clock.shift(A_DAY)
        self.step(only.id, "conclude")
        return campaign_id

    def contestant_of(self, start: Start) -> Contestant:
        with self.fair.staff():
            return queries.find_contestant(start.contestant_id)

    def contestant(self, contestant: Contestant) -> Contestant:
        with self.fair.staff():
            return db.session.get_one(Contestant, (self.zone.id, contestant.id))


def judging_sheet(start: Start, judge: Actor) -> str | None:
    """The mark of the judge's sheet as it stands."""
    found = queries.find_sheet_of(start.id, queries.find_judge(start.round_id, judge.account_id).id)
    return found.mark if found else None
