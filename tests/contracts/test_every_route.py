"""Every route and method, as anybody who has no business there: nothing is shown, nothing changes."""

import hashlib
import re
from uuid import UUID

import pytest
from werkzeug.routing import Rule

from app.core.access import access_of
from app.core.places import Place, PlacedBlueprint
from tenants.ids import uuid7
from tests.contracts.planting import CANARY, connect_as_owner, plant, tables

SHUT = {301, 302, 303, 401, 403, 404, 405}
VALUES = {
    "uuid": lambda: str(uuid7()),
    "int": lambda: "1",
    "path": lambda: "a/b",
    "default": lambda: "x",
    "string": lambda: "x",
}


@pytest.fixture(scope="module")
def scene(settings, city):
    """A zone full of canaries, another zone, and people of the other zone."""
    with city.app.app_context():
        target, other = city.zone(), city.zone()
        owner_of_rows = city.member(target)
        with connect_as_owner(settings.database_owner_url) as owner:
            planted = plant(owner, target.id, owner_of_rows.member_id, target.union_path)
        visitors = {
            "anonymous": city.client(target),
            "a member of another zone": city.client(target, city.member(other)),
            "staff of another zone": city.client(target, city.staff(other)),
        }
    return target, planted, visitors


def _rules(app, place: Place) -> list[tuple[Rule, str]]:
    found = []
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if isinstance(blueprint, PlacedBlueprint) and place in blueprint.places:
            found += [(rule, method) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def _likely_ids(rule: Rule, planted: dict[str, UUID]) -> list[str]:
    """Ids a rule could mean: those of its own part's tables where it has some, else those of every table."""
    words = set(re.split(r"[._/]", f"{rule.endpoint}/{rule.rule}"))
    own = [str(row_id) for table, row_id in planted.items() if table.partition("_")[0] in words or table in words]
    return own or [str(row_id) for row_id in planted.values()]


def _urls(rule: Rule, ids: list[str]) -> list[str]:
    """The rule's addresses: for one that names an object, every planted id is tried."""
    names = {
        name: type(converter).__name__.removesuffix("Converter").lower() for name, converter in rule._converters.items()
    }
    uuids = [name for name, kind in names.items() if kind == "uuid"]
    values = {name: VALUES.get(kind, VALUES["default"])() for name, kind in names.items()}
    sets = [values | dict.fromkeys(uuids, each) for each in ids] if uuids else [values]
    return [rule.build(each)[1] for each in sets]  # type: ignore[index]


def test_every_route_says_who_may_enter(app):
    unmarked = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in ("static", "openapi.spec")
        and not rule.endpoint.endswith(".static")
        and access_of(app.view_functions[rule.endpoint]) is None
    ]
    assert unmarked == []


def test_strangers_get_nothing_from_any_route_of_a_zone(app, settings, scene):
    _target, planted, visitors = scene
    before = _fingerprint(settings)
    wrong = []
    for rule, method in _rules(app, Place.ZONE):
        access = access_of(app.view_functions[rule.endpoint])
        for who, client in visitors.items():
            for url in _urls(rule, _likely_ids(rule, planted)):
                answer = client.open(url, method=method)
                if CANARY in answer.text:
                    wrong.append(f"{who}: {method} {url} shows the canary")
                if access and access.kind in ("permission", "member") and answer.status_code not in SHUT | {400, 422}:
                    wrong.append(f"{who}: {method} {url} answers {answer.status_code}")
    assert wrong == []
    assert _fingerprint(settings) == before


def test_routes_of_one_place_do_not_exist_at_another(app, city, scene):
    target, _, _ = scene
    with city.app.app_context():
        admin = city.city_admin()
        clients = {Place.ZONE: city.client(target, admin), Place.CITY: city.client("city.hall.test", admin),
                   Place.ID: city.client("id.hall.test", admin)}  # fmt: skip
    wrong = []
    for place in clients:
        for rule, method in _rules(app, place):
            blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
            for other, client in clients.items():
                if other in blueprint.places:
                    continue
                status = client.open(_urls(rule, [str(uuid7())])[0], method=method).status_code
                if status not in SHUT | {400}:
                    wrong.append(f"{method} {rule} of {place} answers {status} at {other}")
    assert wrong == []


def _fingerprint(settings) -> dict[str, str]:
    """A digest of every table's contents but the trail of sessions and the feed."""
    with connect_as_owner(settings.database_owner_url) as owner:
        return {
            table: hashlib.sha256(
                repr(owner.execute(f"SELECT count(*), sum(hashtext(t::text)) FROM {table} t").fetchall()).encode()  # type: ignore[arg-type]
            ).hexdigest()
            for table in tables(owner)
            if table not in ("sessions", "change_feed", "accounts") and not table.startswith("identity_")
        }
