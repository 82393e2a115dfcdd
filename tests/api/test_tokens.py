"""The API: tokens with scopes, and when they end."""

import json
import re
from datetime import timedelta

import pytest
import time_machine

from app.core.audit import AuditEntry
from app.core.clock import now
from app.identity import api_tokens, limits, operations
from tenants.context import Actor, Plane, ZoneState, scope
from tenants.database import db
from tenants.models import Zone

MEMBERS = "/api/v1/members"


@pytest.fixture
def zone(world):
    return world.zone()


@pytest.fixture
def staff(world, zone):
    return world.staff(zone)


def run(world, *arguments: str):
    return world.app.test_cli_runner().invoke(args=["tokens", *arguments])


def make_token(world, zone, person, *scopes: str) -> dict:
    arguments = ["create", "--zone", zone.slug, "--account", person.phone, "--name", "报表程序", "--json"]
    made = run(world, *arguments, *(f"--scope={scope}" for scope in scopes))
    assert made.exit_code == 0, made.output + made.stderr
    return json.loads(made.output)


def bearer(token: dict) -> dict[str, str]:
    return {"Authorization": f"Bearer {token['token']}"}


def uses(token: dict) -> list[AuditEntry]:
    with scope(Plane.CITY, reason="test"):
        found = db.select(AuditEntry).where(AuditEntry.action == "identity.use-api-token")
        return list(db.session.scalars(found.where(AuditEntry.object_id == token["id"])))


def readable_paths(client) -> list[str]:
    """Every path of the API that can be read, ids filled in."""
    paths = client.get("/api/v1/openapi.json").json["paths"]
    nobody = "00000000-0000-7000-8000-000000000000"
    return [re.sub(r"{\w+_id}", nobody, path) for path, methods in paths.items() if "get" in methods]


def test_the_zone_says_of_itself_what_anybody_may_know(world, zone):
    answer = world.client(zone).get("/api/v1/zone").json
    assert (answer["slug"], answer["state"]) == (zone.slug, "active")


def test_a_token_reads_the_members_of_its_zone_masked(world, zone, staff):
    person = world.member(zone, "王小明")
    answer = world.client(zone).get(MEMBERS, headers=bearer(make_token(world, zone, staff, "members.view")))
    (member,) = [each for each in answer.json["members"] if each["name"] == "王小明"]
    assert person.phone[3:] not in answer.text
    assert "*" in member["phone"]


def test_without_a_token_a_cookie_means_nothing(world, zone, staff):
    answer = world.client(zone, staff).get(MEMBERS)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="unionhall"'


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(world, zone, staff, scheme):
    token = make_token(world, zone, staff, "members.view")
    answer = world.client(zone).get(MEMBERS, headers={"Authorization": f"{scheme} {token['token']}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("form", ["{}", "Basic {}", "Token {}", "Bearer", "Bearer x{}"])
def test_a_token_sent_in_another_form_is_refused(world, zone, staff, form):
    token = make_token(world, zone, staff, "members.view")
    answer = world.client(zone).get(MEMBERS, headers={"Authorization": form.format(token["token"])})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_holds_in_its_own_zone_only_on_every_path(world, zone, staff):
    token, other = make_token(world, zone, staff, "members.view"), world.client(world.zone())
    paths = readable_paths(other)
    assert MEMBERS in paths
    assert {path: other.get(path, headers=bearer(token)).status_code for path in paths} == dict.fromkeys(paths, 401)


def test_a_token_does_no_more_than_its_scopes(world, zone, staff):
    token = make_token(world, zone, staff, "desk.view")
    answer = world.client(zone).get(MEMBERS, headers=bearer(token))
    assert answer.status_code == 403
    assert 'error="insufficient_scope", scope="members.view"' in answer.headers["WWW-Authenticate"]


def test_a_scope_the_account_does_not_hold_is_refused(world, zone):
    editor = world.staff(zone, "editor")
    made = run(world, "create", "--zone", zone.slug, "--account", editor.phone, "--name", "x", "--scope=members.view")
    assert made.exit_code == 1
    assert "members.view" in made.stderr


def test_a_role_taken_away_takes_the_token_s_rights_away(world, zone, staff):
    token, client = make_token(world, zone, staff, "members.view"), world.client(zone)
    assert client.get(MEMBERS, headers=bearer(token)).status_code == 200
    with scope(Plane.CITY, actor=Actor(permissions=frozenset({"staff.appoint"})), reason="test"):
        operations.take_role(
            Actor(permissions=frozenset({"staff.appoint"})), staff.account_id, "zone_admin", zone.union_id
        )
        db.session.commit()
    assert client.get(MEMBERS, headers=bearer(token)).status_code == 403


def test_a_blocked_account_s_token_is_not_valid(world, zone, staff):
    token = make_token(world, zone, staff, "members.view")
    with scope(Plane.IDENTITY):
        operations.block_account(Actor(), staff.account_id, "lost phone")
        db.session.commit()
    assert world.client(zone).get(MEMBERS, headers=bearer(token)).status_code == 401


def test_a_token_expires(world, zone, staff):
    token = make_token(world, zone, staff, "members.view")
    with time_machine.travel(now() + timedelta(days=91), tick=True):
        answer = world.client(zone).get(MEMBERS, headers=bearer(token))
    assert (answer.status_code, answer.json["type"]) == (401, "urn:unionhall:invalid-token")


def test_a_revoked_token_ends_at_once(world, zone, staff):
    token = make_token(world, zone, staff, "members.view")
    told = json.loads(run(world, "revoke", "--zone", zone.slug, token["id"], "--json").output)
    assert (told["id"], told["state"]) == (token["id"], "revoked")
    assert world.client(zone).get(MEMBERS, headers=bearer(token)).status_code == 401


def test_tokens_are_listed_as_one_array_without_their_texts(world, zone, staff):
    made = [make_token(world, zone, staff, "members.view") for _ in range(2)]
    listed = run(world, "list", "--zone", zone.slug, "--json").output
    assert [row["id"] for row in json.loads(listed)] == [token["id"] for token in made]
    assert not any(token["token"] in listed for token in made)


def test_a_closed_zone_takes_no_token_and_a_read_only_one_is_read(world, zone, staff):
    token, client = make_token(world, zone, staff, "members.view"), world.client(zone)
    statuses = []
    for state in (ZoneState.SUSPENDED, ZoneState.READ_ONLY):
        with scope(Plane.CITY, reason="test"):
            db.session.execute(db.update(Zone).where(Zone.id == zone.id).values(state=state.value))
            db.session.commit()
        world.app.extensions["unionhall"].registry.forget()
        statuses.append([client.get(path, headers=bearer(token)).status_code for path in (MEMBERS, "/api/v1/zone")])
    assert statuses == [[404, 404], [200, 200]]


def test_the_first_use_on_a_day_is_in_the_audit_trail(world, zone, staff):
    token, client = make_token(world, zone, staff, "members.view"), world.client(zone)
    for _ in range(3):
        client.get(MEMBERS, headers=bearer(token))
    [entry] = uses(token)
    assert (entry.zone_id, entry.detail["account"]) == (zone.id, str(staff.account_id))
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        client.get(MEMBERS, headers=bearer(token))
    assert len(uses(token)) == 2


def test_a_program_that_asks_too_often_is_told_when_to_come_back(world, zone, staff, monkeypatch):
    monkeypatch.setattr(api_tokens, "USES", limits.Limit("api.token.minute", 2, timedelta(hours=1)))
    token, client = make_token(world, zone, staff, "members.view"), world.client(zone)
    answers = [client.get(MEMBERS, headers=bearer(token)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3600
