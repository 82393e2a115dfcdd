"""What beans lie in, and how they move: the chart of accounts and the kinds of transactions."""

from enum import StrEnum


class AccountKind(StrEnum):
    """The chart of accounts: a transaction takes from one kind and gives to one kind."""

    FUNDING = "funding"
    """What the union put into a budget, counted downwards from zero."""
    BUDGET = "budget"
    """What of a budget can be issued."""
    PROMISED = "promised"
    """What of a lot is kept for who will win it."""
    MEMBER = "member"
    """What a member can spend of a lot."""
    HELD = "held"
    """What of a lot is kept for a purchase of the member's that is not decided."""
    SPENT = "spent"
    """What of a lot was spent."""


class TransactionKind(StrEnum):
    """The moves there are; `MOVES` says between which accounts, and the database refuses any other."""

    APPROPRIATE = "appropriate"
    WITHDRAW = "withdraw"
    ISSUE = "issue"
    HOLD = "hold"
    RELEASE = "release"
    SPEND = "spend"
    REFUND = "refund"
    EXPIRE = "expire"
    RECLAIM = "reclaim"
    PROMISE = "promise"
    AWARD = "award"
    RECALL = "recall"
    DISCHARGE = "discharge"


class HoldState(StrEnum):
    """Beans that are held are spent or released, once."""

    HELD = "held"
    SPENT = "spent"
    RELEASED = "released"


MOVES: dict[TransactionKind, tuple[AccountKind, AccountKind]] = {
    TransactionKind.APPROPRIATE: (AccountKind.FUNDING, AccountKind.BUDGET),
    TransactionKind.WITHDRAW: (AccountKind.BUDGET, AccountKind.FUNDING),
    TransactionKind.ISSUE: (AccountKind.BUDGET, AccountKind.MEMBER),
    TransactionKind.HOLD: (AccountKind.MEMBER, AccountKind.HELD),
    TransactionKind.RELEASE: (AccountKind.HELD, AccountKind.MEMBER),
    TransactionKind.SPEND: (AccountKind.HELD, AccountKind.SPENT),
    TransactionKind.REFUND: (AccountKind.SPENT, AccountKind.MEMBER),
    TransactionKind.EXPIRE: (AccountKind.MEMBER, AccountKind.BUDGET),
    TransactionKind.RECLAIM: (AccountKind.MEMBER, AccountKind.BUDGET),
    TransactionKind.PROMISE: (AccountKind.BUDGET, AccountKind.PROMISED),
    TransactionKind.AWARD: (AccountKind.PROMISED, AccountKind.MEMBER),
    TransactionKind.RECALL: (AccountKind.MEMBER, AccountKind.PROMISED),
    TransactionKind.DISCHARGE: (AccountKind.PROMISED, AccountKind.BUDGET),
}
