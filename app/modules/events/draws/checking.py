"""Computes a published draw again from its record: the order, and which prize each place won."""

from collections.abc import Iterator
from typing import Any

from app.modules.events.draws.order import commitment_of, digest_of, draw_order

GOT = {"given", "before"}
PASSED_ON = {"capped", "enough", "stranger"}
"""Outcomes after which a piece goes to the next, where the campaign says so."""


def faults(record: dict[str, Any]) -> list[str]:
    """What of a record (`record.json`) does not follow from its seed, its rule and its entries; empty where all of it does.

    Raises `AttributeError`, `KeyError`, `TypeError` or `ValueError` for what is no record.
    """
    return [*_faults_of_order(record), *_faults_of_prizes(record), *_faults_of_line(record)]


def _faults_of_order(record: dict[str, Any]) -> Iterator[str]:
    seed, entries, chances = bytes.fromhex(record["seed"]), list(record["entries"]), dict(record["chances"])
    if commitment_of(seed, record["rule"]) != record["commitment"]:
        yield "the seed or the rule is not the one that was committed to"
    if digest_of(entries, chances) != record["entrants_digest"] or len(entries) != record["entrants"]:
        yield "the list of entries is not the one that was drawn from"
    if len(set(entries)) != len(entries):
        yield "an entry stands in the list twice"
    if draw_order(seed, entries, chances) != entries:
        yield "the entries do not stand in the order of the draw"
    if not set(record["won"]) <= set(entries):
        yield "somebody won who had not entered"


def _next_in_order(record: dict[str, Any]) -> list[str]:
    """The entries in the order of the draw without those that it went past: whose members had left the waiting list, or were no more."""
    won = {win["entry"] for win in record["wins"]}
    return [each for each in record["entries"] if each in won or each not in record["passed_over"]]


def _faults_of_line(record: dict[str, Any]) -> Iterator[str]:
    """Who waits stands behind all who won, in the order of the draw, up to its end."""
    waiting, entries = record["waiting"], _next_in_order(record)
    if waiting and waiting != entries[max(len(record["wins"]), len(entries) - len(waiting)) :]:
        yield "the waiting list is not what the order of the draw leaves"


def _faults_of_prizes(record: dict[str, Any]) -> Iterator[str]:
    """Prizes are given to the entries in their order, the highest first; a piece that is passed on, or drawn again, to the next."""
    if not record["prizes"]:
        return
    entries, wins = _next_in_order(record), record["wins"]
    left = {prize["rank"]: prize["quantity"] for prize in record["prizes"]}
    redrawn, prize_of = list(record["redraws"]), {win["entry"]: win["prize"] for win in wins}
    given_up = {each["entry"] for each in redrawn}
    if [win["entry"] for win in wins] != entries[: len(wins)]:
        yield "the winners are not the first in the order of the draw"
    for win in wins:
        while redrawn and not any(left.values()):
            left[prize_of[redrawn.pop(0)["entry"]]] += 1
        due = min((rank for rank, pieces in left.items() if pieces), default=None)
        if win["prize"] != due:
            yield f"{win['entry']} did not win the prize that was next"
            return
        is_passed_on = record["passes_on"] and win["outcome"] in PASSED_ON
        left[due] -= not is_passed_on
        if win["holds"] == (is_passed_on or win["entry"] in given_up):
            yield f"the piece of {win['entry']} went on, or did not, against the rules"
    if record["is_settled"] and len(wins) < len(entries) and any(left.values()):
        yield "a prize was left although somebody was next in the order"
    if record["won"] != [win["entry"] for win in wins if win["holds"] and win["outcome"] in GOT]:
        yield "those who won are not those who were given a prize"
