"""A fair draw with its waiting list: who registered, in which order they were drawn, and pieces that come back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.modules.events.draws.queries import all_places
from app.modules.events.kinds.claim.tests.queue import Queue
from app.modules.events.models import Entry
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tenants.database import db


class Drawing(Queue):
    """A draw of `stock` vouchers; `order` are the members as they were drawn."""

    def __init__(self, fair: Fair, clock, *, stock: int = 2, **settings: Any) -> None:
        super().__init__(fair, stock=stock, mode="draw", **settings)
        self.clock, self.order = clock, []

    def draw(self, members: Sequence[UUID]) -> None:
        """Open it, have these register, close it and draw."""
        self.clock.shift(SOON)
        for each in members:
            self.claim(each)
        self.clock.shift(A_DAY)
        self.fair.tick()
        self.order = [self.whose()[each] for each in self.places()]

    def places(self, *, waiting: bool = False) -> list[UUID]:
        """The entries in the order of the draw, or of those who wait."""
        with self.fair.staff():
            return [each.id for each in all_places(self.campaign_id) if each.waits or not waiting]

    def whose(self) -> dict[UUID, UUID]:
        with self.fair.staff():
            return {each.id: each.member_id for each in db.session.scalars(db.select(Entry))}

    def line(self) -> list[UUID]:
        whose = self.whose()
        return [whose[each] for each in self.places(waiting=True)]

    def published(self) -> Any:
        """The record that anybody may read."""
        return self.fair.world.client(self.fair.zone).get(f"/events/draws/{self.campaign_id}/record.json").json
