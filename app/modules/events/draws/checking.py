"""Computes a published draw again from its record."""

from typing import Any

from app.modules.events.draws.order import commitment_of, digest_of, draw_order


def faults(record: dict[str, Any]) -> list[str]:
    """What of a record (`record.json`) does not follow from its seed and entries; empty where all of it does.

    Raises `KeyError`, `TypeError` or `ValueError` for what is no record.
    """
    seed, entries = bytes.fromhex(record["seed"]), list(record["entries"])
    found = []
    if commitment_of(seed) != record["commitment"]:
        found.append("the seed is not the one that was committed to")
    if digest_of(entries) != record["entrants_digest"] or len(entries) != record["entrants"]:
        found.append("the list of entries is not the one that was drawn from")
    if len(set(entries)) != len(entries):
        found.append("an entry stands in the list twice")
    if draw_order(seed, entries) != entries:
        found.append("the entries do not stand in the order of the draw")
    if not set(record["won"]) <= set(entries):
        found.append("somebody won who had not entered")
    return found
