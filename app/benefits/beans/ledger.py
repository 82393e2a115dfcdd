"""Writes the ledger: a transaction with its entries, once for its key. Of many members at once `issuing` writes one in SQL."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.benefits.beans.errors import KeyReused, NotEnoughBeans
from app.benefits.beans.kinds import MOVES, AccountKind, TransactionKind
from app.benefits.beans.models import BeanAccount, BeanEntry, BeanTransaction
from app.core.constraints import refused_as
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

COUNTED = {"preserve_rowcount": True}
NO_BALANCE = "bean_accounts_balance"


@dataclass(frozen=True, slots=True)
class Move:
    """`amount` beans (above zero) of a budget: of a lot and a member where the accounts of the transaction are theirs."""

    amount: int
    budget_id: UUID
    lot_id: UUID | None = None
    member_id: UUID | None = None


Place = tuple[str, UUID, UUID | None, UUID | None]


def post(
    actor: Actor,
    kind: TransactionKind,
    key: str,
    moves: Iterable[Move],
    *,
    hold_id: UUID | None = None,
    reason: str = "",
) -> UUID:
    """Make a transaction and return its id; the same `key` again changes nothing and returns the first one's.

    Raises `NotEnoughBeans`, and `KeyReused` for a key that stands for other moves. The database checks the rest when it commits.
    """
    asked = sorted(moves, key=repr)
    changes = _changes(kind, asked)
    transaction_id, digest = uuid7(), hashlib.sha256(repr((str(kind), hold_id, asked)).encode()).digest()
    zone_id = current_zone().id
    made = insert(BeanTransaction).values(
        zone_id=zone_id, id=transaction_id, kind=kind, hold_id=hold_id, key=key, digest=digest, reason=reason,
        made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    with refused_as({NO_BALANCE: NotEnoughBeans}):
        if not db.session.execute(made.on_conflict_do_nothing(), execution_options=COUNTED).rowcount:  # type: ignore[attr-defined]
            return _made_before(key, digest)
        accounts = _accounts(changes)
        entries = [
            {"zone_id": zone_id, "id": uuid7(), "transaction_id": transaction_id, "account_id": accounts[place], "amount": amount}
            for place, amount in changes.items()
        ]  # fmt: skip
        db.session.execute(insert(BeanEntry).values(entries))
    return transaction_id


def _made_before(key: str, digest: bytes) -> UUID:
    found = select(BeanTransaction.id).where(BeanTransaction.key == key, BeanTransaction.digest == digest)
    before = db.session.scalar(found)
    if before is None:
        raise KeyReused
    return before


def _changes(kind: TransactionKind, moves: Iterable[Move]) -> Counter[Place]:
    """What each account loses or gains."""
    source, target = MOVES[kind]
    changes: Counter[Place] = Counter()
    for move in moves:
        if move.amount <= 0:
            raise ValueError("a move of beans is above zero")
        changes[_place(source, move)] -= move.amount
        changes[_place(target, move)] += move.amount
    return changes


def _place(kind: AccountKind, move: Move) -> Place:
    of_lot = kind not in (AccountKind.FUNDING, AccountKind.BUDGET)
    of_member = kind in (AccountKind.MEMBER, AccountKind.HELD)
    return str(kind), move.budget_id, move.lot_id if of_lot else None, move.member_id if of_member else None


def _accounts(places: Iterable[Place]) -> dict[Place, UUID]:
    """The ids of the accounts, opened where they are not yet."""
    wanted = list(places)
    found = _opened(wanted)
    missing = [place for place in wanted if place not in found]
    if missing:
        rows = [
            {"zone_id": current_zone().id, "id": uuid7(), "kind": kind, "budget_id": budget, "lot_id": lot, "member_id": member}
            for kind, budget, lot, member in missing
        ]  # fmt: skip
        db.session.execute(insert(BeanAccount).values(rows).on_conflict_do_nothing())
        found |= _opened(missing)
    return found


def _opened(places: list[Place]) -> dict[Place, UUID]:
    columns = (BeanAccount.kind, BeanAccount.budget_id, BeanAccount.lot_id, BeanAccount.member_id)
    budgets, lots = {place[1] for place in places}, {place[2] for place in places if place[2]}
    rows = db.session.execute(
        select(*columns, BeanAccount.id).where(
            BeanAccount.budget_id.in_(budgets),
            BeanAccount.lot_id.in_(lots) | BeanAccount.lot_id.is_(None),
            BeanAccount.member_id.in_({place[3] for place in places if place[3]}) | BeanAccount.member_id.is_(None),
        )
    )
    known = {(kind, budget, lot, member): account_id for kind, budget, lot, member, account_id in rows}
    return {place: known[place] for place in places if place in known}
