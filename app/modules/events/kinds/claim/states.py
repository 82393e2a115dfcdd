"""How somebody's waiting for a piece that comes back goes on."""

from enum import StrEnum


class State(StrEnum):
    """Who left or was refused may wait again, behind all others; so may whose piece was made void. Over is over."""

    WAITING = "waiting"
    GIVEN = "given"
    LEFT = "left"
    REFUSED = "refused"
    OVER = "over"


MAY_COME_AGAIN = (State.LEFT, State.REFUSED, State.GIVEN)
