"""Every route and method, as anybody who has no business there: nothing is shown, nothing changes."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

import pytest

from app.core.access import access_of
from app.core.places import Place, blueprint_of
from app.identity import gate
from app.members.models import Membership
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tests.contracts.planting import CANARY, connect_as_owner, plant, tables
from tests.contracts.walking import SHUT, Step, complaints, pass_csrf, steps
from tests.fixtures.world import Browser, Person

HOSTS = {Place.CITY: "city.hall.test", Place.ID: "id.hall.test", Place.PORTAL: "hall.test"}
INSIDERS: tuple[str, ...] = (
    "another member of the zone", "a former member of the zone", "a member at their own zone", "staff at their own zone",
)  # fmt: skip
TRAIL = ("sessions", "change_feed", "accounts")
"""What a walk may change: when a session was last seen, and the line of the feed that says so."""


@dataclass
class Scene:
    """A zone full of canaries, and people: strangers to it, and those who have business on the host they visit."""

    target: ZoneFacts
    planted: dict[str, UUID]
    strangers: dict[Place, dict[str, Browser]]
    insiders: dict[str, Browser]
    own_staff: Browser

    def steps(self, app, place: Place) -> list[Step]:
        return steps(app, place, self.planted, [self.target.slug])


@pytest.fixture(scope="module")
def scene(app, settings, city) -> Scene:
    with app.app_context():
        target, other = city.zone(), city.zone()
        owner_of_rows = city.member(target)
        with connect_as_owner(settings.database_owner_url) as owner:
            planted = plant(owner, target.id, owner_of_rows.member_id, target.union_path)
        people = {
            "nobody": None,
            "a member of another zone": city.member(other),
            "staff of another zone": city.staff(other),
        }
        hosts = {Place.ZONE: target.host, **HOSTS}
        strangers = {
            place: {who: city.client(host, one) for who, one in people.items()} for place, host in hosts.items()
        }
        former = city.member(target)
        end_membership(target, former)
        insiders = dict(zip(INSIDERS, (
            city.client(target, city.member(target)), city.client(target, former),
            city.client(other, people["a member of another zone"]), city.client(other, people["staff of another zone"]),
        ), strict=True))  # fmt: skip
        own_staff = city.client(target, city.staff(target, "zone_admin", "caseworker"))
        for client in [own_staff, *insiders.values(), *(one for group in strangers.values() for one in group.values())]:
            pass_csrf(client)
    return Scene(target, planted, strangers, insiders, own_staff)


def walk(to_do: Iterable[Step], visitors: dict[str, Browser], also_fine: Iterable[int] = ()) -> list[str]:
    """What is wrong with the answers to people who have no business at these steps."""
    wrong = []
    for step in to_do:
        for who, client in visitors.items():
            for address in step.addresses:
                with closing(client.open(address, method=step.method)) as answer:
                    wrong += complaints(step, who, answer, CANARY, also_fine)
    return wrong


def test_every_route_says_who_may_enter(app):
    unmarked = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and access_of(app.view_functions[rule.endpoint]) is None
    ]
    assert unmarked == []


@pytest.mark.parametrize("place", Place)
def test_strangers_get_nothing_and_change_nothing(app, settings, scene, place):
    before = fingerprint(settings, place)
    assert walk(scene.steps(app, place), scene.strangers[place]) == []
    assert fingerprint(settings, place) == before
    signed_in = [who for who, client in scene.strangers[place].items() if is_signed_in(client, place)]
    assert len(signed_in) == len(scene.strangers[place]) - 1, (
        "somebody was signed out on the way: the rest proved nothing"
    )


@pytest.mark.parametrize("who", INSIDERS)
def test_people_with_business_here_get_nothing_of_others(app, settings, scene, who):
    """Another member of the zone, and people on their own zone's host who name the ids of this one."""
    before, client = planted_rows(settings, scene.planted), scene.insiders[who]
    personal = [step for step in scene.steps(app, Place.ZONE) if has_id(step) and step.method in ("GET", "POST")]
    reachable = [step for step in personal if client.host != scene.target.host or is_private(step)]
    # an empty form is refused before anything is looked for
    assert walk(reachable, {who: client}, also_fine=[422]) == []
    assert is_signed_in(client, Place.ZONE)
    assert planted_rows(settings, scene.planted) == before


def test_the_walk_sees_what_is_there(app, scene):
    """Its positive control: the zone's own staff are shown canaries, on lists and on pages of one object."""
    shown = {
        step.rule.endpoint
        for step in scene.steps(app, Place.ZONE)
        if step.method == "GET" and any(shows_canary(scene.own_staff, address) for address in step.addresses)
    }
    assert {
        "console_news.index",
        "console_news.edit",
        "console_notifications.broadcast",
    } <= shown


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_the_gates_check_the_walk_complains(app, scene, monkeypatch, method):
    """Its negative control, for reads and for writes: these carry a CSRF token, so that nothing else stops them."""
    monkeypatch.setattr(gate, "_check_access", lambda *_: None)
    to_do = [
        step for step in scene.steps(app, Place.ZONE) if step.method == method and step.access.kind == "permission"
    ]
    assert len(walk(to_do, {"nobody": scene.strangers[Place.ZONE]["nobody"]})) > 10


@pytest.mark.parametrize("place", [Place.ZONE, Place.CITY])
def test_an_address_that_takes_only_forms_leads_staff_to_a_page_and_others_nowhere(app, city, scene, place):
    with app.app_context():
        own_staff = scene.own_staff if place is Place.ZONE else city.client(HOSTS[place], city.city_admin())
    wrong, led = [], []
    for address in forms_alone(app, scene.steps(app, place)):
        answers = {who: client.get(address) for who, client in scene.strangers[place].items()}
        wrong += [f"{who}: {address} {one.status_code}" for who, one in answers.items() if one.status_code != 404]
        answer = own_staff.get(address)
        leads_up = answer.status_code == 302 and address.startswith(answer.location.rstrip("/"))
        led += [address] if leads_up else []
        wrong += [] if leads_up or answer.status_code == 404 else [f"staff: {address} {answer.status_code}"]
    assert wrong == []
    assert len(led) > 8


def test_routes_of_one_place_do_not_exist_at_another(app, city, scene):
    with app.app_context():
        admin = city.city_admin()
        clients = {
            Place.ZONE: city.client(scene.target, admin),
            **{place: city.client(host, admin) for place, host in HOSTS.items()},
        }
    for client in clients.values():
        pass_csrf(client)
    wrong = []
    for place in clients:
        for step in scene.steps(app, place):
            blueprint = blueprint_of(app, step.rule.endpoint)
            assert blueprint is not None
            for other in clients.keys() - blueprint.places:
                status = clients[other].open(step.addresses[0], method=step.method).status_code
                if status not in SHUT:
                    wrong.append(f"{step} of {place} answers {status} at {other}")
    assert wrong == []


def end_membership(zone: ZoneFacts, person: Person) -> None:
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(db.update(Membership).where(Membership.member_id == person.member_id).values(status="ended"))
        db.session.commit()


def shows_canary(client: Browser, address: str) -> bool:
    with closing(client.get(address)) as answer:
        return CANARY.encode() in answer.data


def forms_alone(app, to_do: list[Step]) -> list[str]:
    """Addresses of staff that take POST and show nothing, with or without a slash at their end."""
    posts = [step for step in to_do if step.method == "POST" and step.access and step.access.kind == "permission"]
    found = [step.addresses[0].rstrip("/") for step in posts]
    known = app.url_map.bind("")
    return [path for path in found if not (known.test(path, "GET") or known.test(f"{path}/", "GET"))]


def has_id(step: Step) -> bool:
    return any(type(converter).__name__ == "UUIDConverter" for converter in step.rule._converters.values())


def is_private(step: Step) -> bool:
    return step.access is not None and step.access.kind != "public"


def is_signed_in(client: Browser, place: Place) -> bool:
    """Whether the gate still knows who this is: a page for signed-in people lets them in."""
    page = {Place.ZONE: "/me/sign-out", Place.ID: "/account/"}.get(place)
    return client.get(page).status_code == 200 if page else client.get_cookie("hall", domain=client.host) is not None


def planted_rows(settings, planted: dict[str, UUID]) -> dict[str, object]:
    """The planted rows as they are now."""
    with connect_as_owner(settings.database_owner_url) as owner:
        columns = tables(owner)
        return {
            table: owner.execute(f"SELECT t::text FROM {table} t WHERE id = %s", [row_id]).fetchone()  # type: ignore[arg-type]
            for table, row_id in planted.items()
            if any(column.name == "id" for column in columns[table])
        }


def fingerprint(settings, place: Place) -> dict[str, object]:
    """How many rows every table has, and a digest of them, but for the trail a visit leaves.

    At the sign-in host everybody has business of their own, and the audit says what they did.
    """
    trail = (*TRAIL, "audit_entries") if place is Place.ID else TRAIL
    with connect_as_owner(settings.database_owner_url) as owner:
        return {
            table: owner.execute(f"SELECT count(*), sum(hashtext(t::text)) FROM {table} t").fetchone()  # type: ignore[arg-type]
            for table in tables(owner)
            if table not in trail and not table.startswith("identity_")
        }
