"""What a member does with beans: kept for a purchase out of the lots that expire first, spent or let go, and given back."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, literal, select, update

from app.benefits.beans.days import LAST_DAY, LAST_DAY_OF_MEMBER, give_grace, is_good
from app.benefits.beans.errors import HoldDecided, NotEnoughBeans, RefundTooHigh
from app.benefits.beans.kinds import AccountKind, HoldState, TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import (
    OF_ACCOUNT,
    OF_LOT,
    BeanAccount,
    BeanBudget,
    BeanCatalogue,
    BeanEntry,
    BeanHold,
    BeanLot,
    BeanTransaction,
)
from app.core.errors import NotFound
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.turns import take_turn


def spendable(member_id: UUID, category: str) -> list[Move]:
    """What a member can spend today on a category of goods, in the order in which it would be taken."""
    query = (
        select(BeanAccount.balance, BeanAccount.budget_id, BeanAccount.lot_id, BeanAccount.member_id)
        .join(BeanLot, OF_LOT)
        .join(BeanBudget, (BeanBudget.zone_id == BeanLot.zone_id) & (BeanBudget.id == BeanLot.budget_id))
        .join(
            BeanCatalogue,
            (BeanCatalogue.zone_id == BeanBudget.zone_id) & (BeanCatalogue.id == BeanBudget.catalogue_id),
        )
        .where(
            BeanAccount.kind == AccountKind.MEMBER,
            BeanAccount.member_id == member_id,
            BeanAccount.balance > 0,
            is_good(),
            literal(category) == BeanCatalogue.categories.any_(),
        )
        .order_by(LAST_DAY_OF_MEMBER, BeanLot.id)
    )
    return [Move(*row) for row in db.session.execute(query)]


def hold(actor: Actor, hold_id: UUID, member_id: UUID, amount: int, category: str, purpose: str) -> BeanHold:
    """Keep `amount` beans of a member's for a purchase of a category; the same `hold_id` again returns the first hold.

    Raises `NotEnoughBeans` where the member can't spend as many on it, and `HoldDecided` where that hold is over.
    """
    _one_at_a_time(member_id)
    before = db.session.get(BeanHold, (current_zone().id, hold_id))
    if before is not None:
        if (before.member_id, before.amount, before.category, before.state) != (
            member_id,
            amount,
            category,
            HoldState.HELD,
        ):
            raise HoldDecided
        return before
    taken = _take(spendable(member_id, category), amount)
    made = BeanHold(
        id=hold_id,
        member_id=member_id,
        category=category,
        purpose=purpose,
        amount=amount,
        state=HoldState.HELD,
        refunded=0,
    )
    db.session.add(made)
    db.session.flush()
    post(actor, TransactionKind.HOLD, f"hold:{hold_id}", taken, hold_id=hold_id)
    return made


def release(actor: Actor, hold_id: UUID) -> None:
    """Give the beans back that are held; once. Raises `HoldDecided`, also when they are released already by another."""
    _decide(hold_id, HoldState.RELEASED)
    post(actor, TransactionKind.RELEASE, f"release:{hold_id}", _held(hold_id), hold_id=hold_id)


def spend(actor: Actor, hold_id: UUID) -> None:
    """Spend what is held; once. Raises `HoldDecided`."""
    _decide(hold_id, HoldState.SPENT)
    post(actor, TransactionKind.SPEND, f"spend:{hold_id}", _held(hold_id), hold_id=hold_id)


def refund(actor: Actor, hold_id: UUID, amount: int, key: str, reason: str) -> None:
    """Give back `amount` of what was spent, to the lots it came from, first to the one that expires last; once for its `key`.

    What a lot that has ended, or nearly, gets back can be spent for `days.REFUND_GRACE_DAYS` from today.
    Raises `RefundTooHigh`.
    """
    found = _find(hold_id)
    _one_at_a_time(found.member_id)
    db.session.refresh(found)
    if db.session.scalar(select(BeanTransaction.id).where(BeanTransaction.key == f"refund:{hold_id}:{key}")):
        return
    if found.state != HoldState.SPENT or amount > found.amount - found.refunded:
        raise RefundTooHigh
    back = _take(reversed(_unrefunded(found)), amount)
    post(actor, TransactionKind.REFUND, f"refund:{hold_id}:{key}", back, hold_id=hold_id, reason=reason)
    give_grace(back)
    found.refunded += amount
    db.session.flush()


def _take(moves: Iterable[Move], amount: int) -> list[Move]:
    """`amount` of what the moves would give, in their order. Raises `NotEnoughBeans`."""
    taken = []
    for move in moves:
        part = min(move.amount, amount)
        if part:
            taken.append(Move(part, move.budget_id, move.lot_id, move.member_id))
        amount -= part
    if amount:
        raise NotEnoughBeans
    return taken


def _one_at_a_time(member_id: UUID) -> None:
    """Two purchases of one member's choose their lots one after the other; held to the end of the transaction."""
    take_turn(f"beans.{current_zone().id}.{member_id}")


def _find(hold_id: UUID) -> BeanHold:
    found = db.session.get(BeanHold, (current_zone().id, hold_id))
    if found is None:
        raise NotFound
    return found


def _decide(hold_id: UUID, state: HoldState) -> None:
    decided = (
        update(BeanHold)
        .where(BeanHold.id == hold_id, BeanHold.state == HoldState.HELD)
        .values(state=state)
        .execution_options(synchronize_session=False, preserve_rowcount=True)
    )
    if db.session.execute(decided).rowcount != 1:  # type: ignore[attr-defined]
        _find(hold_id)
        raise HoldDecided


def _held(hold_id: UUID) -> list[Move]:
    """What the hold took, lot by lot, as it was taken."""
    return _moved(hold_id, TransactionKind.HOLD)


def _unrefunded(found: BeanHold) -> list[Move]:
    """What of a hold is spent and was not given back, lot by lot, the one that expires first at the beginning."""
    return _moved(found.id, TransactionKind.HOLD, TransactionKind.REFUND)


def _moved(hold_id: UUID, *kinds: TransactionKind) -> list[Move]:
    """The beans that a hold's transactions took from its member's lots, less what they gave back."""
    query = (
        select(-func.sum(BeanEntry.amount), BeanAccount.budget_id, BeanAccount.lot_id, BeanAccount.member_id)
        .join(BeanTransaction, (BeanTransaction.zone_id == BeanEntry.zone_id) & (BeanTransaction.id == BeanEntry.transaction_id))
        .join(BeanAccount, OF_ACCOUNT)
        .join(BeanLot, OF_LOT)
        .where(
            BeanTransaction.hold_id == hold_id,
            BeanTransaction.kind.in_(kinds),
            BeanAccount.kind == AccountKind.MEMBER,
        )
        .group_by(BeanAccount.budget_id, BeanAccount.lot_id, BeanAccount.member_id, LAST_DAY)
        .order_by(LAST_DAY, BeanAccount.lot_id)
    )  # fmt: skip
    return [
        Move(int(amount), budget, lot, member) for amount, budget, lot, member in db.session.execute(query) if amount
    ]
