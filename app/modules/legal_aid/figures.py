"""What legal aid counts: figures of the zone's desk, and the number on its line of the menu."""

from app.casework import deadlines, figures
from tenants.context import current_actor

SLUG = "legal_aid"


def untaken() -> int:
    return figures.count_untaken(SLUG)


def urgent() -> int:
    return figures.count_urgent(SLUG)


def in_hand() -> int:
    return figures.count_in_hand(SLUG)


def late() -> int:
    return deadlines.count_late(SLUG)


def over_this_month() -> int:
    return figures.count_over_this_month(SLUG)


def waiting_for_actor() -> int:
    return deadlines.count_waiting_for(current_actor(), SLUG)
