"""Refusals of the API are problem documents in the reader's language; the description says which there are."""

import pytest

from tests.api.test_tokens import MEMBERS, bearer, make_token

DESCRIPTION = "/api/v1/openapi.json"


@pytest.fixture
def zone(world):
    return world.zone()


@pytest.fixture
def client(world, zone):
    return world.client(zone)


def test_wrong_input_is_a_problem_that_names_the_field_in_the_reader_s_words(world, zone, client):
    token = make_token(world, zone, world.staff(zone), "members.view")
    answer = client.get(f"{MEMBERS}?limit=0", headers=bearer(token) | {"Accept-Language": "zh-CN"})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json["errors"]["query"]["limit"] == ["数值须在 1 到 200 之间。"]


@pytest.mark.parametrize(("language", "title"), [("zh-CN", "需要有效的令牌"), ("en", "A valid token is needed")])
def test_titles_are_in_the_reader_s_language(client, language, title):
    answer = client.get(MEMBERS, headers={"Accept-Language": language})
    assert (answer.status_code, answer.json["title"]) == (401, title)
    assert title not in answer.json["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_wrong_method_is_told_which_are_right(client, method):
    answer = client.open("/api/v1/zone", method=method)
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_a_wrong_method_tells_nothing_of_a_module_that_is_off_or_of_another_place(world):
    assert world.client(world.zone(modules=())).post("/api/v1/news").status_code == 404
    assert world.client("city.hall.test").post("/api/v1/zone").status_code == 404


def test_an_unknown_path_is_a_problem(client):
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_the_description_names_no_host_whoever_asked_first(world, zone):
    other = world.zone()
    for host in (zone, other):
        answer = world.client(host).get(DESCRIPTION)
        assert answer.json["servers"] == [{"url": "/"}]
        assert zone.host not in answer.text
        assert other.host not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "nobody.hall.test", "id.hall.test", "city.hall.test", "hall.test"])
def test_only_a_zone_has_a_description(world, zone, host):
    world.client(host).get(DESCRIPTION)
    assert world.client(host).get(DESCRIPTION).status_code == 404
    assert host not in world.client(zone).get(DESCRIPTION).text


def test_the_description_holds_what_the_zone_uses(world, client):
    assert "/api/v1/news" in client.get(DESCRIPTION).json["paths"]
    without = world.client(world.zone(modules=())).get(DESCRIPTION).json["paths"]
    assert MEMBERS in without
    assert not [path for path in without if path.startswith("/api/v1/news")]


def test_every_operation_says_how_to_sign_in_and_what_may_be_refused(client):
    description = client.get(DESCRIPTION).json
    assert description["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path, operations in description["paths"].items():
        for operation in operations.values():
            needed = {"401", "404", "429"} | ({"403"} if operation["security"] == [{"bearer": []}] else set())
            assert needed <= set(operation["responses"]), path
            for status in needed:
                assert "application/problem+json" in operation["responses"][status]["content"]
    assert description["paths"][MEMBERS]["get"]["security"] == [{"bearer": []}]
    assert description["paths"]["/api/v1/zone"]["get"]["security"] == [{}, {"bearer": []}]
