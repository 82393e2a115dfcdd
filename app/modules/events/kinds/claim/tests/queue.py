"""A giveaway whose vouchers are all taken, those who wait, and pieces that come back."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import VoucherState
from app.benefits.vouchers.voiding import make_void
from app.core.early_posts import at_last
from app.members.audience.choice import Audience
from app.modules.events.kinds.claim import claiming, giving_back, lining_up, moving_up
from app.modules.events.kinds.claim.claiming import Claimed, claim
from app.modules.events.kinds.claim.models import Waiting
from app.modules.events.kinds.claim.states import State
from app.modules.events.tests.fair import Fair
from app.notifications.models import Message
from tenants.database import db


class Queue:
    """Who has one, and who waits for it."""

    def __init__(self, fair: Fair, *, stock: int = 1, **settings: Any) -> None:
        self.fair = fair
        self.batch_id = fair.approved(stock=stock)
        audience = settings.pop("audience", Audience())
        settings = {"batch_id": self.batch_id, "mode": "first_come"} | settings
        self.campaign_id = fair.announced(fair.content(audience=audience, settings=settings))

    def claim(self, member_id: UUID) -> Claimed:
        return self._press(lambda *who: at_last(claim(*who)), member_id)

    def line_up(self, member_id: UUID) -> Claimed:
        return self._press(lambda *who: at_last(lining_up.line_up(*who)), member_id)

    def leave(self, member_id: UUID) -> bool:
        return self._press(lining_up.leave, member_id)

    def give_back(self, member_id: UUID) -> bool:
        return self._press(giving_back.give_back, member_id)

    def _press(self, wish: Callable[[UUID, UUID], Any], member_id: UUID) -> Any:
        claiming._gone.clear()
        with self.fair.as_member(member_id):
            done = wish(member_id, self.campaign_id)
            db.session.commit()
        return done

    def take_all(self, members: Sequence[UUID]) -> None:
        assert {self.claim(each) for each in members} == {Claimed.GOT}

    def comes_back(self, member_id: UUID) -> None:
        """A member's voucher is made void."""
        with self.fair.staff():
            found = db.select(Voucher.id).where(Voucher.member_id == member_id, Voucher.state != VoucherState.VOID)
            make_void(self.fair.checker, db.session.scalars(found).one(), reason="发错了")
            db.session.commit()

    def move_up(self) -> None:
        with self.fair.work():
            while moving_up.move_up():
                db.session.commit()

    def holders(self) -> list[UUID]:
        """Who has one, in the order of giving."""
        with self.fair.staff():
            alive = db.select(Voucher.member_id).where(Voucher.state != VoucherState.VOID)
            return list(db.session.scalars(alive.order_by(Voucher.id)))

    def line(self) -> list[UUID]:
        """Who waits, in their order."""
        return [member_id for member_id, state in self.standing() if state == State.WAITING]

    def standing(self) -> list[tuple[UUID, str]]:
        """Who stands or stood in the line and how, by their places."""
        with self.fair.staff():
            found = db.select(Waiting.member_id, Waiting.state).order_by(Waiting.place)
            return [(row.member_id, row.state) for row in db.session.execute(found)]

    def told(self, member_id: UUID) -> list[str]:
        """What the member was told of the campaign, in order."""
        with self.fair.as_member(member_id):
            sent = db.select(Message.kind).where(Message.kind.startswith("events."))
            return list(db.session.scalars(sent.order_by(Message.id)))
