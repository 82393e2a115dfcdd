"""Who may be named a judge: staff and outsiders who hold the right in the running zone."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.casework.assignment.colleagues import list_here
from app.core.errors import NotFound
from app.identity.queries import Colleague
from app.modules.events.judging.rights import JUDGE

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """Some of those who may judge, and of how `many`; `gone` are the names of who was named before and may not any more."""

    people: list[Colleague]
    many: int
    gone: list[str]


def list_people() -> list[Colleague]:
    """Who may judge here, by name. Ends the running transaction."""
    return list_here(JUDGE)


def find_colleague(account_id: UUID) -> Colleague:
    """Somebody who may judge here; raises `NotFound`. Ends the running transaction."""
    found = next((each for each in list_people() if each.account_id == account_id), None)
    if found is None:
        raise NotFound
    return found


def choose(people: Sequence[Colleague], text: str, judges: Container[UUID], named: Mapping[UUID, str]) -> Choice:
    """Those with this text in their name: `judges` first, then by name, at most `MOST_FOUND`. `named` are the names of the accounts that
    were named before."""
    found = sorted((each for each in people if text in each.name), key=lambda each: each.account_id not in judges)
    there = {each.account_id for each in people}
    return Choice(
        found[:MOST_FOUND], len(people), [name for account_id, name in named.items() if account_id not in there]
    )
