"""Games for tests, and members who play them."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from typing import Any
from uuid import UUID

from app.members.audience.choice import Audience
from app.modules.events.kinds.game import catching, playing
from app.modules.events.kinds.game.models import Best, Board, Play, Turn
from app.modules.events.models import Entry
from app.modules.events.prizes.models import Win
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import Fair
from tenants.database import db
from tenants.ids import uuid7

A_PLAY = catching.LASTS + timedelta(seconds=5)


@dataclass(frozen=True)
class Arcade:
    """A fair with games."""

    fair: Fair

    def drafted(self, game: str, *quantities: int, audience: Audience | None = None, **settings: Any) -> UUID:
        prizes = [
            {"title": f"奖品{number}", "batch_id": self.fair.approved(stock=many), "quantity": many}
            for number, many in enumerate(quantities or (1,))
        ]
        content = self.fair.content(
            UUID(int=0),
            title="趣味游戏",
            audience=audience or Audience(),
            settings={"game": game, "prizes": prizes} | settings,
        )
        return self.fair.drafted_campaign(content, kind="game")

    def announced(self, game: str, *quantities: int, **settings: Any) -> UUID:
        campaign_id = self.drafted(game, *quantities, **settings)
        for step in (SUBMIT, APPROVE, FREEZE):
            self.fair.step(campaign_id, step)
        return campaign_id

    def begin(self, campaign_id: UUID, member_id: UUID, play_id: UUID | None = None) -> UUID:
        with self.fair.as_member(member_id):
            return playing.begin(member_id, campaign_id, play_id or uuid7())

    def hand_in(self, campaign_id: UUID, member_id: UUID, play_id: UUID, log: str = "") -> None:
        with self.fair.as_member(member_id):
            playing.hand_in(member_id, campaign_id, play_id, log)

    def turn_card(self, campaign_id: UUID, member_id: UUID, play_id: UUID, place: int, step: int | None = None) -> None:
        at = self.board(play_id).step if step is None else step
        with self.fair.as_member(member_id):
            playing.turn_card(member_id, campaign_id, play_id, step=at, place=place)

    def solve(self, campaign_id: UUID, member_id: UUID, play_id: UUID) -> None:
        """Find all pairs without a miss, those last of which a card lies open."""
        board = self.board(play_id)
        cards = board.cards
        for letter in sorted(set(cards), key=lambda letter: letter in board.shown):
            for place in (cards.index(letter), cards.rindex(letter)):
                self.turn_card(campaign_id, member_id, play_id, place)

    def miss(self, campaign_id: UUID, member_id: UUID, play_id: UUID, times: int) -> None:
        """Turn two cards over that are no pair, so many times."""
        cards = self.board(play_id).cards
        three = [cards.index(letter) for letter in sorted(set(cards))[:3]]
        for place in islice(cycle(three), 2 * times):
            self.turn_card(campaign_id, member_id, play_id, place)

    def play(self, play_id: UUID) -> Play:
        with self.fair.work():
            return db.session.get_one(Play, (self.fair.zone.id, play_id))

    def board(self, play_id: UUID) -> Board:
        with self.fair.work():
            return db.session.get_one(Board, (self.fair.zone.id, play_id))

    def best(self, campaign_id: UUID, member_id: UUID) -> Best | None:
        with self.fair.work():
            own = db.select(Best).join(Entry, (Entry.id == Best.id) & (Entry.zone_id == Best.zone_id))
            return db.session.scalar(own.where(Entry.campaign_id == campaign_id, Entry.member_id == member_id))

    def turns(self, campaign_id: UUID) -> list[Turn]:
        with self.fair.work():
            return list(db.session.scalars(db.select(Turn).filter_by(campaign_id=campaign_id).order_by(Turn.number)))

    def winners(self, campaign_id: UUID) -> list[UUID]:
        """The members who won, in their order."""
        with self.fair.work():
            won = db.select(Entry.member_id).join(Win, (Win.id == Entry.id) & (Win.zone_id == Entry.zone_id))
            return list(db.session.scalars(won.where(Win.campaign_id == campaign_id).order_by(Win.place)))


def perfect_log(seed: int, *, catch: int = 99) -> str:
    """The log of who catches the first `catch` things that are worth something, and keeps clear of nothing else."""
    lane, free, log = catching.MIDDLE, 0, ""
    good = [each for each in catching.things(seed) if catching.WORTH[each.kind] > 0]
    for thing in good[:catch]:
        while lane != thing.lane and free <= thing.tick:
            side = 1 if thing.lane > lane else -1
            log, lane, free = f"{log}{free}{'R' if side > 0 else 'L'}", lane + side, free + catching.STEP
        free = max(free, thing.tick + 1)
    return log
