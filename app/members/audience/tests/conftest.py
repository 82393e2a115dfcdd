"""A zone with members in two unions, and its neighbour."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.members.audience import Audience
from app.members.models import Member, Membership
from app.unions.models import Union
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tests.fixtures.world import Person, World


@dataclass
class Town:
    """Members 0 to 2 belong to the zone's own union, 3 and 4 to a town's below it; `stranger` to another zone's."""

    world: World
    zone: ZoneFacts
    below: Union
    members: list[Person]
    stranger: Person
    actor: Actor

    @property
    def town_path(self) -> str:
        return self.below.path

    def staff(self) -> Any:
        return scope(Plane.STAFF, zone=self.zone, actor=self.actor)

    def as_member(self, person: Person) -> Any:
        return scope(Plane.MEMBER, zone=self.zone, actor=Actor(person.account_id, person.member_id, person.name))

    def change(self, place: int, **values: Any) -> None:
        self._write(update(Member).where(Member.id == self.id_of(place)).values(**values))

    def change_membership(self, place: int, **values: Any) -> None:
        self._write(update(Membership).where(Membership.member_id == self.id_of(place)).values(**values))

    def _write(self, statement: Any) -> None:
        with scope(Plane.WORKER):
            db.session.execute(statement)
            db.session.commit()

    def id_of(self, place: int) -> UUID:
        member_id = self.members[place].member_id
        assert member_id is not None
        return member_id

    def chosen(self, audience: Audience) -> list[int]:
        """The places of the members an audience means, the same on every plane that asks."""
        ids = [self.id_of(place) for place in range(len(self.members))]
        with self.staff():
            found = set(db.session.scalars(select(Member.id).where(*audience.conditions())))
        with scope(Plane.WORKER, zone=self.zone):
            assert set(db.session.scalars(select(Member.id).where(*audience.conditions()))) == found
            assert {each for each in [*ids, self.stranger.member_id] if audience.includes(each)} == found  # type: ignore[arg-type]
        for place, person in enumerate(self.members):
            with self.as_member(person):
                assert audience.includes(ids[place]) == (ids[place] in found)
        assert found <= set(ids)
        return [place for place, each in enumerate(ids) if each in found]


@pytest.fixture
def town(world: World) -> Town:
    zone, neighbour = world.zone(), world.zone()
    below = world.union("东海镇总工会", "town", world.union_of(zone))
    members = [world.member(zone, name) for name in ("陈一鸣", "林二妹", "黄三和")]
    members += [world.member(below, name) for name in ("吴四海", "周五一")]
    return Town(world, zone, below, members, world.member(neighbour, "郑六安"), world.staff_actor(zone, "zone_admin"))
