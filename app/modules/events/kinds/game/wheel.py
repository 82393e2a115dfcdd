"""The arithmetic of a wheel, in plain Python: the page says it in words, and anybody can compute it again.

rule         = the turns that the prizes are spread among, and the pieces of each prize, as "1000: 2 10 50"
commitment   = SHA-256 of the seed's 32 bytes followed by the rule, published before it opens
a turn's ticket = SHA-256 of seed (hex), "/" and the turn's number, as a number, modulo the turns the prizes are spread among
a ticket's prize = the first prize has the first tickets from 0, as many as it has pieces; then the second, and so on
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from app.modules.events.draws.order import commitment_of


def wheel_rule(turns: int, quantities: Sequence[int]) -> str:
    """The odds as they are committed to."""
    return f"{turns}: {' '.join(map(str, quantities))}"


def ticket_of(seed: str, number: int, turns: int) -> int:
    """The ticket that comes out at a turn; `seed` is in hex."""
    return int(hashlib.sha256(f"{seed}/{number}".encode()).hexdigest(), 16) % turns


def prize_of(ticket: int, quantities: Sequence[int]) -> int | None:
    """Which of the prizes, counted from 0, a ticket stands for; None for nothing."""
    for place, quantity in enumerate(quantities):
        if ticket < quantity:
            return place
        ticket -= quantity
    return None


def faults(record: dict[str, Any]) -> list[str]:
    """What of a wheel's record (`turns.json`) does not follow from its seed; empty where all of it does.

    Raises `KeyError`, `TypeError` or `ValueError` for what is no record.
    """
    seed, turns = record["seed"], record["turns"]
    found = []
    if commitment_of(bytes.fromhex(seed), wheel_rule(turns, record["quantities"])) != record["commitment"]:
        found.append("the seed or the odds are not those that were committed to")
    if [each["number"] for each in record["results"]] != list(range(1, len(record["results"]) + 1)):
        found.append("turns are missing or stand twice")
    for each in record["results"]:
        if each["ticket"] != ticket_of(seed, each["number"], turns):
            found.append(f"ticket {each['number']} does not follow from the seed")
        elif each["prize"] != prize_of(each["ticket"], record["quantities"]):
            found.append(f"ticket {each['number']} does not stand for that prize")
    return found
