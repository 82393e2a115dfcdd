"""What help counts: figures of the zone's desk, and the number on its line of the menu."""

from app.casework import deadlines, figures
from app.casework.rating import ratings
from tenants.context import current_actor

SLUG = "help"


def untaken() -> int:
    return figures.count_untaken(SLUG)


def in_hand() -> int:
    return figures.count_in_hand(SLUG)


def late() -> int:
    return deadlines.count_late(SLUG)


def due_soon() -> int:
    return deadlines.count_due_soon(SLUG)


def decided_this_month() -> int:
    return figures.count_decided_this_month(SLUG)


def waiting_for_actor() -> int:
    return deadlines.count_waiting_for(current_actor(), SLUG)


def rating() -> str:
    return ratings.average(SLUG)
