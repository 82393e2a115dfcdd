"""Lotteries for tests."""

from typing import Any
from uuid import UUID

from app.modules.events.draws.queries import list_places
from app.modules.events.entering import enter
from app.modules.events.models import Entry
from app.modules.events.prizes.models import Win
from app.modules.events.prizes.queries import list_winners
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import Fair
from tenants.database import db


class Tombola:
    """Who announces lotteries, and what came of them."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair

    def prize(self, title: str = "一等奖", quantity: int = 1, **batch: Any) -> dict[str, Any]:
        stock = batch.pop("stock", quantity)
        return {"title": title, "batch_id": self.fair.approved(stock=stock, **batch), "quantity": quantity}

    def drafted(self, *prizes: dict[str, Any], **other: Any) -> UUID:
        settings = {"prizes": list(prizes), "passes_on": other.pop("passes_on", False)} | other.pop("settings", {})
        content = self.fair.content(self.fair.members[0], settings=settings, **other)
        return self.fair.drafted_campaign(content, kind="lottery")

    def announced(self, *prizes: dict[str, Any], **other: Any) -> UUID:
        campaign_id = self.drafted(*prizes, **other)
        for step in (SUBMIT, APPROVE, FREEZE):
            self.fair.step(campaign_id, step)
        return campaign_id

    def register(self, campaign_id: UUID, members: list[UUID]) -> None:
        for each in members:
            with self.fair.as_member(each):
                enter(each, self.fair.campaign(campaign_id))
                db.session.commit()

    def drawn(self, campaign_id: UUID) -> list[UUID]:
        """The members in the order of the draw."""
        with self.fair.staff():
            whose = {each.id: each.member_id for each in db.session.scalars(db.select(Entry))}
            return [whose[each.id] for each in list_places(campaign_id)]

    def wins(self, campaign_id: UUID) -> list[tuple[str, UUID, str, bool]]:
        """Prize, member, outcome and whether it holds, in their order."""
        with self.fair.staff():
            whose = {each.id: each.member_id for each in db.session.scalars(db.select(Entry))}
            wins = db.session.scalars(db.select(Win).where(Win.campaign_id == campaign_id).order_by(Win.place)).all()
            titles = [each.prize for each in list_winners(campaign_id)]
            return [(title, whose[win.id], win.outcome, win.holds) for title, win in zip(titles, wins, strict=True)]
