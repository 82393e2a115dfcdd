"""What the gate lets nobody through with."""

import pytest

from tenants.context import ZoneState


@pytest.mark.parametrize("path", ["/news/category/%00", "/api/v1/news?category=%00", "/services?a=%00"])
def test_nul_bytes_are_refused_before_anything_sees_them(world, path):
    assert world.client(world.zone()).get(path).status_code < 500


@pytest.mark.parametrize(
    "host",
    ["a.b.hall.test", "hall.test:81", "10.0.0.1", "[::1]", "-a.hall.test", "", "hall", "localhost"],
)
def test_odd_hosts_get_a_neutral_404_and_no_zone(world, host):
    if not _exists(world, "a"):
        world.zone(slug="a", union=world.union("邻县总工会"))
    answer = world.client(host).get("/")
    assert answer.status_code in (400, 404)
    assert "邻县总工会" not in answer.text


@pytest.mark.parametrize("spelling", ["ODDCASE.hall.test", "oddcase.hall.test.", "OddCase.Hall.Test"])
def test_case_and_a_trailing_dot_name_the_same_zone(world, spelling):
    if not _exists(world, "oddcase"):
        world.zone(slug="oddcase")
    assert world.client(spelling).get("/").status_code == 200


def _exists(world, slug: str) -> bool:
    from app.core.platform import platform
    from tenants.context import Plane, scope

    with scope(Plane.MEMBER):
        return platform().registry.by_slug(slug) is not None


@pytest.mark.parametrize(
    ("asked", "page"), [("/news", "/news/"), ("/console", "/console/"), ("/me/", "/me"), ("/news?a=1", "/news/?a=1")]
)
def test_a_missing_or_extra_slash_leads_to_the_page(world, asked, page):
    answer = world.client(world.zone()).get(asked)
    assert (answer.status_code, answer.location) == (308, page)


def test_a_suspended_zone_says_what_that_means_for_members(world):
    zone = world.zone(state=ZoneState.SUSPENDED)
    member = world.client(zone, world.member(zone))
    for path in ("/", "/help/", "/inbox"):
        answer = member.get(path)
        assert answer.status_code == 404
        for said in ("本专区暂停服务", "等待答复的申请", "市总工会"):
            assert said in answer.text, (path, said)
    english = member.get("/", headers={"Accept-Language": "en"}).text
    for said in ("suspended", "applications that wait for an answer", "ask the city union"):
        assert said in english, said


def test_a_zone_that_is_gone_promises_nothing(world):
    answer = world.client(world.zone(state=ZoneState.ARCHIVED)).get("/")
    assert answer.status_code == 404
    assert "本专区没有开放" in answer.text
    assert "等待答复的申请" not in answer.text


def test_reloading_the_address_of_a_refused_form_leads_to_its_page(world):
    zone = world.zone()
    staff, member = world.client(zone, world.staff(zone)), world.client(zone, world.member(zone))
    path = "/console/members/import/0190a0a0-0000-7000-8000-000000000000/undo"
    answer = staff.get(path)
    assert (answer.status_code, answer.location) == (302, path.removesuffix("/undo"))
    assert [client.get(path).status_code for client in (member, world.client(zone))] == [404, 404]
    assert staff.get("/console/members/nothing/of/the/kind").status_code == 404
    assert staff.put(path).status_code == 404


def test_forms_of_a_module_that_is_off_lead_nowhere(world):
    on, off = world.zone(), world.zone(modules=("news",))
    path = "/console/help/export"
    assert [world.client(zone, world.staff(zone)).get(path).status_code for zone in (on, off)] == [302, 404]


def test_the_address_of_one_s_own_form_leads_to_one_s_own_page(world):
    account = world.client("id.hall.test", world.member(world.union()))
    assert account.get("/account/devices/end").location == "/account/devices"
    assert world.client("id.hall.test").get("/account/devices/end").status_code == 404
