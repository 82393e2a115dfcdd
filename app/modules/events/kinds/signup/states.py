"""How a registration goes on.

registered ◀─confirm─ offered ◀─a seat is free─ waiting
registered ──▶ attended | missed; every one that is alive ──▶ cancelled
"""

from enum import StrEnum


class State(StrEnum):
    REGISTERED = "registered"
    WAITING = "waiting"
    OFFERED = "offered"
    """A seat came free and is kept until the member has confirmed it, or the time to do so has passed."""
    ATTENDED = "attended"
    MISSED = "missed"
    CANCELLED = "cancelled"


SEATED = (State.REGISTERED, State.OFFERED, State.ATTENDED, State.MISSED)
LIVE = (State.REGISTERED, State.OFFERED, State.WAITING)
