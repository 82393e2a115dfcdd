"""The API: tokens with scopes, problem documents, OpenAPI."""

import json

import pytest


@pytest.fixture
def zone(world):
    return world.zone()


@pytest.fixture
def staff(world, zone):
    return world.staff(zone)


def make_token(world, zone, person, *scopes: str) -> dict:
    arguments = ["tokens", "create", "--zone", zone.slug, "--account", person.phone, "--name", "报表程序", "--json"]
    made = world.app.test_cli_runner().invoke(args=[*arguments, *(f"--scope={scope}" for scope in scopes)])
    assert made.exit_code == 0, made.output + made.stderr
    return json.loads(made.output)


def bearer(token: dict) -> dict[str, str]:
    return {"Authorization": f"Bearer {token['token']}"}


def test_the_zone_says_of_itself_what_anybody_may_know(world, zone):
    answer = world.client(zone).get("/api/v1/zone").json
    assert (answer["slug"], answer["state"]) == (zone.slug, "active")


def test_a_token_reads_the_members_of_its_zone_masked(world, zone, staff):
    person = world.member(zone, "王小明")
    answer = world.client(zone).get("/api/v1/members", headers=bearer(make_token(world, zone, staff, "members.view")))
    (member,) = [each for each in answer.json["members"] if each["name"] == "王小明"]
    assert person.phone[3:] not in answer.text
    assert "*" in member["phone"]


def test_without_a_token_a_cookie_means_nothing(world, zone, staff):
    answer = world.client(zone, staff).get("/api/v1/members")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


def test_a_token_holds_in_its_own_zone_only(world, zone, staff):
    token = make_token(world, zone, staff, "members.view")
    assert world.client(world.zone()).get("/api/v1/members", headers=bearer(token)).status_code == 401


def test_a_token_does_no_more_than_its_scopes(world, zone, staff):
    token = make_token(world, zone, staff, "desk.view")
    assert world.client(zone).get("/api/v1/members", headers=bearer(token)).status_code == 404


def test_a_scope_the_account_does_not_hold_is_refused(world, zone):
    editor = world.staff(zone, "editor")
    made = world.app.test_cli_runner().invoke(
        args=[
            "tokens",
            "create",
            "--zone",
            zone.slug,
            "--account",
            editor.phone,
            "--name",
            "x",
            "--scope",
            "members.view",
        ]
    )
    assert made.exit_code == 1
    assert "members.view" in made.stderr


def test_a_revoked_token_ends_at_once(world, zone, staff):
    token = make_token(world, zone, staff, "members.view")
    world.app.test_cli_runner().invoke(args=["tokens", "revoke", "--zone", zone.slug, token["id"]])
    assert world.client(zone).get("/api/v1/members", headers=bearer(token)).status_code == 401


def test_wrong_input_is_a_problem_that_names_the_field(world, zone, staff):
    token = make_token(world, zone, staff, "members.view")
    answer = world.client(zone).get("/api/v1/members?limit=0", headers=bearer(token))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert "limit" in answer.text


def test_openapi_describes_what_exists(world, zone):
    description = world.client(zone).get("/api/v1/openapi.json")
    assert description.status_code == 200
    assert "/api/v1/members" in description.json["paths"]
