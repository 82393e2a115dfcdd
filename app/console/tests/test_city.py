"""The city console: finding zones, giving a union one, names, administrators, states, and who may."""

import re

import pytest

from app.console.operations import change_state
from app.console.tests.conftest import CITY, actions, deeds
from app.unions.models import Union
from tenants.context import Plane, ZoneState, scope
from tenants.database import db
from tenants.lifecycle import operator_targets
from tests.fixtures.forms import fill


def rows_of(page):
    return re.findall(r'<tr><td[^>]*><a href="/city/zones/([a-z0-9-]+)">', page.text)


def give(desk, union, **fields):
    """Fill in the form for a union's zone."""
    return fill(desk, f"/city/zones/new?union={union.id}", post_to="/city/zones/new", **fields)


def test_a_union_is_found_and_given_a_zone(world, desk):
    union = world.union("海滨街道总工会")
    found = desk.get("/city/zones/new?q=海滨街道").text
    assert f'href="/city/zones/new?union={union.id}"' in found
    assert f'href="/city/zones/new?union={union.id}"' in desk.get(f"/unions/{union.id}").text
    assert union.name in desk.get(f"/city/zones/new?union={union.id}").text
    made = give(desk, union, name="海滨之家", slug="HaiBin", preset="county")
    assert made.location == "/city/zones/haibin"
    assert "海滨之家" in world.client("haibin.hall.test").get("/").text
    for page in ("/city/zones/new?q=海滨街道", f"/unions/{union.id}"):
        assert "/city/zones/haibin" in desk.get(page).text
    assert desk.get(f"/city/zones/new?union={union.id}").location == "/city/zones/haibin"


def test_looking_for_a_union_that_is_not_there_says_so(desk):
    assert "没有以此开头的工会" in desk.get("/city/zones/new?q=查无此会").text
    assert desk.get("/city/zones/new?union=00000000-0000-7000-8000-000000000000").status_code == 404


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [({"slug": "id"}, "部分名称为系统保留"), ({"preset": "x"}, "请选择"), ({"slug": ""}, "")],
)
def test_a_refused_zone_keeps_what_was_typed(world, desk, fault, sentence):
    refused = give(desk, world.union(), **{"name": "留下的名称", "slug": "kept", "preset": "industry"} | fault)
    assert refused.status_code == 422
    assert "留下的名称" in refused.text
    assert sentence in refused.text
    assert fault.get("preset") or re.search(r'value="industry" checked', refused.text)


def test_a_zone_like_the_one_above_is_offered_only_where_there_is_one(world, desk, city_without_a_zone):
    above = world.union()
    zone = world.zone(union=above)
    below = desk.get(f"/city/zones/new?union={world.union(parent=above).id}").text
    assert 'value="like_above"' in below
    assert zone.name in below
    assert 'value="like_above"' not in desk.get(f"/city/zones/new?union={world.union().id}").text


def test_zones_are_found_by_part_of_name_or_address_and_by_state(world, desk):
    one, other = world.zone("findme-one", union=world.union("寻它县总工会")), world.zone("findme-two")
    assert rows_of(desk.get("/city/?q=findme")) == [one.slug, other.slug]
    assert rows_of(desk.get("/city/?q=FINDME-ONE")) == [one.slug]
    assert rows_of(desk.get("/city/?q=寻它")) == [one.slug]
    assert rows_of(desk.get("/city/?q=find%25me")) == []
    fill(desk, f"/city/zones/{other.slug}", post_to=f"/city/zones/{other.slug}/state", state="read_only", reason="盘点")
    assert rows_of(desk.get("/city/?q=findme&state=read_only")) == [other.slug]
    assert "没有符合条件的专区" in desk.get("/city/?q=findme&state=archived").text


def test_the_pages_of_the_list_keep_what_was_looked_for(world, desk, monkeypatch):
    monkeypatch.setattr("app.console.queries.PAGE", 2)
    slugs = [world.zone(f"paged-{letter}").slug for letter in "abc"]
    first = desk.get("/city/?q=paged-")
    assert rows_of(first) == slugs[:2]
    more = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert more
    assert rows_of(desk.get(more[1].replace("&amp;", "&"))) == slugs[2:]


def test_administrators_are_appointed_and_listed_with_a_masked_phone(world, desk):
    zone = world.zone()
    page = f"/city/zones/{zone.slug}"
    assert "该专区还没有管理员" in desk.get(page).text
    assert fill(desk, page, post_to=f"{page}/staff", name="林主席", phone="15900001111").status_code == 302
    shown = desk.get(page).text
    assert "林主席" in shown
    assert "15900001111" not in shown
    assert re.search(r"159\D+1111", shown)
    assert "该专区还没有管理员" not in shown
    assert actions(zone.id) == ["zones.appointed"]
    refused = fill(desk, page, post_to=f"{page}/staff", name="陈主席", phone="123")
    assert refused.status_code == 422
    assert "陈主席" in refused.text


def test_a_zone_is_renamed_and_the_old_address_leads_to_the_new_one(world, desk):
    zone = world.zone()
    page = f"/city/zones/{zone.slug}"
    renamed = fill(desk, page, post_to=f"{page}/name", name="新的名称", slug="renamed-here")
    assert renamed.location == "/city/zones/renamed-here"
    assert "新的名称" in desk.get(renamed.location).text
    assert world.client(zone).get("/").location == "http://renamed-here.hall.test/"
    assert [entry.detail["after"] for entry in deeds(zone.id)] == [{"slug": "renamed-here", "name": "新的名称"}]


@pytest.mark.parametrize(("fields", "kept"), [({"slug": "city"}, "city"), ({"name": "长" * 61}, "长" * 61), ({}, "")])
def test_a_refused_name_changes_nothing_and_keeps_what_was_typed(world, desk, fields, kept):
    zone = world.zone()
    page = f"/city/zones/{zone.slug}"
    refused = fill(desk, page, post_to=f"{page}/name", **fields)
    assert refused.status_code == 422
    assert kept in refused.text
    assert actions(zone.id) == []


def test_an_address_in_use_is_refused(world, desk):
    zone, other = world.zone(), world.zone()
    page = f"/city/zones/{zone.slug}"
    assert fill(desk, page, post_to=f"{page}/name", slug=other.slug).status_code == 422
    assert world.client(other).get("/").status_code == 200


def test_a_state_needs_a_reason_and_the_form_stays_with_what_was_chosen(world, desk):
    zone = world.zone()
    page = f"/city/zones/{zone.slug}"
    refused = fill(desk, page, post_to=f"{page}/state", state="suspended")
    assert refused.status_code == 422
    assert "请填写原因" in refused.text
    assert re.search(r'value="suspended" checked', refused.text)
    nothing = fill(desk, page, post_to=f"{page}/state", reason="理由还在")
    assert nothing.status_code == 422
    assert "理由还在" in nothing.text
    assert world.client(zone).get("/").status_code == 200


def test_a_zone_is_suspended_and_resumed(world, desk):
    zone = world.zone()
    page = f"/city/zones/{zone.slug}"
    assert fill(desk, page, post_to=f"{page}/state", state="suspended", reason="安全检查").status_code == 302
    assert world.client(zone).get("/").status_code == 404
    assert "安全检查" in desk.get(page).text
    assert fill(desk, page, post_to=f"{page}/state", state="active", reason="检查完毕").status_code == 302
    assert world.client(zone).get("/").status_code == 200
    assert "已暂停 → 已开放" in desk.get(page).text


def test_an_operator_is_offered_what_an_operator_may_do_and_nothing_else(world, desk):
    offered = {
        "active": {"read_only", "suspended", "archived"},
        "read_only": {"active", "suspended", "archived"},
        "suspended": {"active", "read_only", "archived"},
        "archived": {"active"},
    }
    for state in ZoneState:
        zone = world.zone(state=state)
        page = f"/city/zones/{zone.slug}"
        choices = set(re.findall(r'name="state" value="(\w+)"', desk.get(page).text))
        assert choices == offered.get(state.value, set()), state
        for wanted in set(ZoneState) - {ZoneState(choice) for choice in choices}:
            refused = fill(desk, page, post_to=f"{page}/state", state=wanted.value, reason="硬来")
            assert refused.status_code == 422, (state, wanted)
        assert actions(zone.id) == []


def test_no_operator_opens_a_zone_that_is_being_set_up_or_deletes_one():
    reachable = set().union(*(operator_targets(state) for state in ZoneState))
    assert reachable == {ZoneState.ACTIVE, ZoneState.READ_ONLY, ZoneState.SUSPENDED, ZoneState.ARCHIVED}
    assert operator_targets(ZoneState.PROVISIONING) == operator_targets(ZoneState.REQUESTED) == frozenset()


def test_two_operators_at_once_do_not_bring_a_zone_where_neither_may(world, overtaken):
    zone = world.zone()
    given = overtaken(
        lambda: change_state(zone.id, ZoneState.ARCHIVED, "先"),
        lambda: change_state(zone.id, ZoneState.SUSPENDED, "后"),
    )
    assert [refusal.code for refusal in given] == ["no-such-transition"]
    with scope(Plane.CITY, reason="test"):
        assert [entry.detail["after"] for entry in deeds_in_scope(zone)] == ["archived"]


def deeds_in_scope(zone):
    from app.console.queries import list_audit

    return list_audit(zone.id)


@pytest.mark.parametrize(
    "path", ["/city/", "/city/zones/new", "/city/zones/import", "/city/locks", "/city/audit", "/city/zones/{slug}"]
)
def test_the_city_console_is_for_the_city_only(world, path):
    zone = world.zone()
    path = path.format(slug=zone.slug)
    assert world.client(CITY).get(path).status_code == 302
    for person in (world.member(zone), world.staff(zone)):
        assert world.client(CITY, person).get(path).status_code == 404
    assert world.client(zone, world.city_admin()).get(path).status_code == 404


def test_a_dissolved_union_can_be_shown_but_is_not_asked_for(world, desk):
    union = world.union("解散县总工会")
    with scope(Plane.CITY, reason="test"):
        db.session.get_one(Union, union.id).status = "dissolved"
        db.session.commit()
    assert f"union={union.id}" not in desk.get("/city/zones/new?q=解散县").text
