"""Walking routes: their addresses with objects that exist, and visitors who pass CSRF, so that only access stops them."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from app.casework.kinds import all_kinds
from app.core.access import Access, access_of
from app.core.places import Place, blueprint_of
from app.identity.gate import ANY_HOST_ENDPOINTS
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Browser

SHUT = {301, 302, 303, 308, 401, 403, 404, 405}
MOST_ADDRESSES, MOST_OF_ANY = 40, 2
# Two end sessions and with them the walk; the others answer at every host and say nothing of any zone.
ELSEWHERE = {"session.end", "identity.account.end_everywhere", *ANY_HOST_ENDPOINTS}
# What a word in an address may be, by the name of the parameter; an address that names nothing proves little.
WORDS = {
    "action": ["approve", "take"],
    "step": ["submit", "approve"],
    "kind": ["claim"],
    "key": ["theme"],
    "chart": ["outcomes"],
    "domain": ["hall.example.cn"],
    "block_id": ["b1"],
    "token": ["x.y.z"],
    "name": ["news.css"],
    "path": ["theme.css"],
    "year": ["2026"],
    "page": ["1"],
    "slug": ["news", "harbor"],
    "serial": ["2026-00001"],
}


@dataclass(frozen=True)
class Step:
    """One method of one route, with all the addresses it is tried at."""

    rule: Rule
    method: str
    access: Access | None
    addresses: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def steps(app: Flask, place: Place, planted: dict[str, UUID], slugs: Iterable[str]) -> list[Step]:
    """Every route and method of a kind of host but the end of a session, which would end the walk."""
    with app.app_context():
        words = WORDS | {"slug": [*slugs, *WORDS["slug"]], "kind_name": [kind.name for kind in all_kinds()]}
    found = []
    for rule in app.url_map.iter_rules():
        blueprint = blueprint_of(app, rule.endpoint)
        if blueprint is None or place not in blueprint.places or rule.endpoint in ELSEWHERE:
            continue
        addresses = tuple(_addresses(rule, planted, words))
        access = access_of(app.view_functions[rule.endpoint])
        found += [Step(rule, method, access, addresses) for method in sorted(rule.methods or ())]
    return found


def _addresses(rule: Rule, planted: dict[str, UUID], words: dict[str, list[str]]) -> list[str]:
    choices = {name: _candidates(rule, name, converter, planted, words) for name, converter in rule._converters.items()}
    sets = itertools.islice(itertools.product(*choices.values()), MOST_ADDRESSES)
    return [rule.build(dict(zip(choices, each, strict=True)))[1] for each in sets]  # type: ignore[index]


def _candidates(
    rule: Rule, name: str, converter: BaseConverter, planted: dict[str, UUID], words: dict[str, list[str]]
) -> list[str]:
    if isinstance(converter, UUIDConverter):
        return _ids(rule, name.removesuffix("_id"), planted)
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[:MOST_OF_ANY]
    return words[name]


def _ids(rule: Rule, noun: str, planted: dict[str, UUID]) -> list[str]:
    """Ids a parameter can mean: rows of its own table (`cases` for a case), else of those with its noun in their name, else
    of its part's, else of every one; where there is no row at all, an id of nothing."""
    exact = [row for table, row in planted.items() if table == f"{noun}s" or table.startswith(f"{noun}s_")]
    part = set(re.split(r"[._/]", f"{rule.endpoint}/{rule.rule}"))
    named = [row for table, row in planted.items() if noun in table.removesuffix("s")]
    own = [row for table, row in planted.items() if table.partition("_")[0] in part or table in part]
    return [str(row) for row in dict.fromkeys(exact or named or own or planted.values() or [uuid7()])]


def pass_csrf(client: Browser) -> None:
    """Give the client a valid CSRF token for its host and send it with every request, as the site's own forms do."""
    client.environ_base["HTTP_X_CSRFTOKEN"] = csrf_token(client)


def complaints(step: Step, who: str, answer: TestResponse, canary: str, also_fine: Iterable[int] = ()) -> list[str]:
    """What is wrong with an answer to somebody who has no business there; `also_fine` are more statuses that say nothing."""
    found = []
    if canary.encode() in answer.data:
        found.append("shows the canary")
    if answer.status_code >= 500:
        found.append(f"answers {answer.status_code}")
    if (
        step.access
        and step.access.kind in ("permission", "member", "own")
        and answer.status_code not in {*SHUT, *also_fine}
    ):
        found.append(f"answers {answer.status_code}")
    return [f"{who}: {step} at {answer.request.path} {fault}" for fault in found]
