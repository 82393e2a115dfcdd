"""How a referral goes on.

(verified) ──▶ cooling ──time──▶ rewarded ──▶ clawed_back
     └──▶ refused ◀──┘
"""

from enum import StrEnum


class State(StrEnum):
    COOLING = "cooling"
    """Verified; rewarded once the cooling period is over, if the joiner is a member still."""
    REWARDED = "rewarded"
    REFUSED = "refused"
    CLAWED_BACK = "clawed_back"


class Reason(StrEnum):
    """Why a referral is refused or its reward taken back."""

    SELF = "self"
    MEMBER_BEFORE = "member-before"
    OUTSIDE = "outside"
    LEFT = "left"
    BUDGET = "budget"
    CAP = "cap"
    FALSE = "false"


NEXT = {
    State.COOLING: frozenset({State.REWARDED, State.REFUSED}),
    State.REWARDED: frozenset({State.CLAWED_BACK}),
    State.REFUSED: frozenset(),
    State.CLAWED_BACK: frozenset(),
}
