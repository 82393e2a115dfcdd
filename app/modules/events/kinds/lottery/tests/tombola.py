"""Lotteries for tests."""

from typing import Any
from uuid import UUID

from app.benefits.papers import Step
from app.benefits.proposals import APPROVE as APPROVE_REDRAW
from app.modules.events.draws.queries import list_places
from app.modules.events.entering import enter
from app.modules.events.models import Entry
from app.modules.events.prizes.models import Redraw, Why, Win
from app.modules.events.prizes.queries import list_winners
from app.modules.events.prizes.redrawing import carry_out, propose
from app.modules.events.prizes.redrawing import take_step as take_redraw_step
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.tests.fair import SYSTEM, Fair
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7


class Tombola:
    """Who announces lotteries, and what came of them."""

    GROUND = "获奖者来电放弃"

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

    def win_of(self, campaign_id: UUID, member_id: UUID) -> UUID:
        with self.fair.staff():
            own = db.select(Entry.id).where(Entry.campaign_id == campaign_id, Entry.member_id == member_id)
            return db.session.scalars(own).one()

    def masked_name(self, win_id: UUID) -> str:
        with self.fair.staff():
            return db.session.get_one(Win, (self.fair.zone.id, win_id)).masked_name

    def ask(self, campaign_id: UUID, member_id: UUID) -> Redraw:
        """Ask to draw again what a member won."""
        win_id = self.win_of(campaign_id, member_id)
        with self.fair.staff():
            made = propose(self.fair.maker, uuid7(), campaign_id, win_id=win_id, why=Why.DECLINED, ground=self.GROUND)
            db.session.commit()
            return made

    def decide(self, redraw: Redraw, step: Step = APPROVE_REDRAW, by: Actor | None = None) -> Redraw:
        return take_redraw_step(by or self.fair.checker, redraw.id, step, seen="submitted.1", reason="再核实")

    def carry(self, redraw: Redraw) -> Redraw:
        """Agree to it, and do it."""
        with self.fair.staff():
            self.decide(redraw)
            db.session.commit()
        with self.fair.work():
            carry_out(SYSTEM, redraw.id)
            db.session.commit()
            return db.session.get_one(Redraw, (self.fair.zone.id, redraw.id))

    def redraw(self, campaign_id: UUID, member_id: UUID) -> Redraw:
        return self.carry(self.ask(campaign_id, member_id))
