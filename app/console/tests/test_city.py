"""The city console: provisioning, appointing, states, locks, and who may."""

import io

import pytest

from tests.fixtures.forms import fill

CITY = "city.hall.test"


@pytest.fixture
def desk(world):
    return world.client(CITY, world.city_admin())


def test_a_zone_is_provisioned_and_its_administrator_appointed(world, desk):
    union = world.union("海滨街道总工会")
    made = fill(desk, "/city/zones/new", union_id=union.id, name="海滨之家", slug="haibin", preset="county")
    assert made.status_code == 302, made.text
    assert "海滨之家" in world.client("haibin.hall.test").get("/").text
    fill(desk, "/city/zones/haibin", post_to="/city/zones/haibin/staff", name="林主席", phone="13700001111")
    assert "zones.appointed" in desk.get("/city/zones/haibin").text


def test_a_refused_zone_keeps_what_was_typed(world, desk):
    refused = fill(desk, "/city/zones/new", union_id=world.union().id, name="保留名称", slug="id", preset="county")
    assert refused.status_code == 422
    assert "保留名称" in refused.text


def test_zones_are_provisioned_from_a_list_and_each_row_tells_its_result(world, desk):
    union = world.union("列表县总工会")
    sheet = f"工会名称,专区地址,专区名称,模板\n{union.name},liebiao,列表之家,county\n没有的工会,nowhere,,\n{union.name},BAD!,,\n"
    for known in ("已开通", "已存在"):
        answer = fill(desk, "/city/zones/import", sheet=(io.BytesIO(sheet.encode()), "zones.csv"))
        assert answer.status_code == 200
        assert answer.text.count("没有完全同名的工会") == 1
        assert known in answer.text
    assert "列表之家" in world.client("liebiao.hall.test").get("/").text


def test_checking_a_list_makes_nothing(world, desk):
    union = world.union()
    sheet = f"工会名称,专区地址\n{union.name},onlycheck\n"
    answer = fill(desk, "/city/zones/import", sheet=(io.BytesIO(sheet.encode()), "zones.csv"), dry_run="1")
    assert "可以开通" in answer.text
    assert world.client("onlycheck.hall.test").get("/").status_code == 404


@pytest.mark.parametrize(
    "upload", [(b"", "x.csv"), (b"\x00\x01", "x.xlsx"), (b"a,b\n1,2\n", "x.csv"), (b"PK\x03\x04", "x.xlsx")]
)
def test_a_file_that_is_no_list_of_zones_is_refused_with_a_sentence(desk, upload):
    answer = fill(desk, "/city/zones/import", sheet=(io.BytesIO(upload[0]), upload[1]))
    assert answer.status_code == 422


def test_suspending_needs_a_reason_and_closes_the_zone(world, desk):
    zone = world.zone()
    page, post = f"/city/zones/{zone.slug}", f"/city/zones/{zone.slug}/state"
    assert fill(desk, page, post_to=post, state="suspended").status_code == 422
    assert fill(desk, page, post_to=post, state="suspended", reason="安全检查").status_code == 302
    world.settle()
    closed = world.client(zone).get("/")
    assert closed.status_code == 404
    assert "安全检查" in desk.get(page).text


def test_a_locked_theme_cannot_be_published_otherwise_and_the_reason_is_told(world, desk):
    zone = world.zone(theme="harbor")
    fill(desk, "/city/locks", union_id=zone.union_id, choice="theme=harbor", reason="全市统一外观")
    refused = fill(world.client(zone, world.staff(zone)), "/console/look", theme="party-red", slogan="")
    assert refused.status_code == 422
    assert "全市统一外观" in refused.text


@pytest.mark.parametrize("path", ["/city/", "/city/zones/new", "/city/zones/import", "/city/locks", "/city/audit"])
def test_the_city_console_is_for_the_city_only(world, path):
    zone = world.zone()
    assert world.client(CITY).get(path).status_code == 302
    for person in (world.member(zone), world.staff(zone)):
        assert world.client(CITY, person).get(path).status_code == 404
    assert world.client(zone, world.city_admin()).get(path).status_code == 404
