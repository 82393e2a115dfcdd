"""Locks: what a union above has fixed is taken over by drafts, publications and new zones."""

import re

import pytest

from app.console.locks import list_locks, set_lock, with_locks
from app.console.operations import provision_zone_in_steps
from app.core.platform import platform
from app.core.theming import themes
from app.unions.models import Union
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.revisions import ModuleChoice, RevisionDocument, published_document
from tests.fixtures.forms import fill


def lock(union, key, value, reason="统一"):
    with scope(Plane.CITY, reason="test"):
        set_lock(db.session.get_one(Union, union.id), key, value, reason)
        db.session.commit()


def locked(zone, document):
    with scope(Plane.STAFF, zone=zone):
        return with_locks(document)


def test_a_locked_theme_is_taken_over_with_its_own_colours(world):
    union = world.union()
    zone = world.zone(union=union)
    lock(union, "theme", "party-red")
    given = locked(zone, RevisionDocument(theme="harbor", slogan="留下", tokens={"primary": "#27459c"}))
    assert (given.theme, given.slogan, given.tokens) == ("party-red", "留下", {})
    own = locked(zone, RevisionDocument(theme="party-red", tokens={"primary": "#a00000"}))
    assert own.tokens == {"primary": "#a00000"}


def test_a_module_locked_on_or_off_keeps_its_settings(world):
    union = world.union()
    zone = world.zone(union=union)
    lock(union, "module.help", False)
    lock(union, "module.news", True)
    before = RevisionDocument(
        modules={"help": ModuleChoice(True, {"a": 1}), "news": ModuleChoice(False, {"accept_city_articles": False})}
    )
    given = locked(zone, before)
    assert given.modules["help"] == ModuleChoice(False, {"a": 1})
    assert given.modules["news"] == ModuleChoice(True, {"accept_city_articles": False})
    fresh = locked(zone, RevisionDocument())
    assert fresh.modules["news"].settings == platform().modules["news"].default_settings()
    assert not fresh.uses("help")


def test_the_highest_union_has_the_first_say_and_no_neighbour_has_any(world):
    top, neighbour = world.union(), world.union()
    below = world.union(parent=top)
    zone = world.zone(union=below)
    lock(neighbour, "module.news", False)
    lock(below, "theme", "harbor")
    lock(top, "theme", "party-red")
    given = locked(zone, RevisionDocument(theme="harbor", modules={"news": ModuleChoice(True)}))
    assert given.theme == "party-red"
    assert given.uses("news")


def test_a_new_zone_opens_with_what_is_fixed_above_it(world):
    top = world.union()
    lock(top, "theme", "harbor")
    lock(top, "module.help", False)
    with scope(Plane.CITY, actor=SYSTEM, reason="test"):
        zone = provision_zone_in_steps(
            SYSTEM, slug="fixed-start", union_id=world.union(parent=top).id, preset="industry"
        )
    page = world.client("fixed-start.hall.test").get("/").text
    assert "/themes/party-red/" not in page
    with scope(Plane.MEMBER):
        facts = platform().registry.by_id(zone.id)
    assert facts
    with scope(Plane.MEMBER, zone=facts):
        assert not published_document(facts).uses("help")


def test_a_lock_does_not_stop_other_changes_and_holds_at_the_next_publication(world, desk):
    zone = world.zone(theme="harbor")
    staff = world.client(zone, world.staff(zone))
    fill(desk, "/city/locks", union_id=zone.union_id, choice="theme=party-red", reason="全市统一外观")
    assert "/themes/party-red/" not in world.client(zone).get("/").text
    fill(staff, "/console/blocks", type="rich_text")
    assert fill(staff, "/console/publish").status_code == 302
    assert "/themes/party-red/" in world.client(zone).get("/").text


def test_the_page_tells_in_words_what_is_fixed_and_who_differs_now(world, desk):
    top = world.union("锁定县总工会")
    same, other = world.zone(union=top, theme="party-red"), world.zone(union=world.union(parent=top), theme="harbor")
    fill(desk, "/city/locks", union_id=top.id, choice="theme=party-red", reason="统一")
    fill(desk, "/city/locks", union_id=top.id, choice="module.help=on", reason="都要有")
    rows = [row for row in re.findall(r"<tr>.*?</tr>", desk.get("/city/locks").text, re.DOTALL) if top.name in row]
    theme_row, module_row = sorted(rows, key=lambda row: "主题" not in row)
    assert themes()["party-red"].title["zh_CN"] in theme_row
    assert other.name in theme_row
    assert f"/city/zones/{same.slug}" not in theme_row
    assert "module.help" not in module_row.replace("/module.help/lift", "")
    assert other.name not in module_row
    with scope(Plane.CITY, reason="test"):
        found = [row for row in list_locks() if row.union.id == top.id]
    assert [[zone.slug for zone in row.differing] for row in found] == [[], [other.slug]]


def test_a_lock_is_lifted_and_both_deeds_are_in_the_trail_in_words(world, desk):
    union = world.union("解锁县总工会")
    world.zone(union=union)
    fill(desk, "/city/locks", union_id=union.id, choice="module.news=off", reason="整顿")
    assert fill(desk, "/city/locks", post_to=f"/city/locks/{union.id}/module.news/lift").status_code == 302
    assert union.name not in re.sub(r"<option.*?</option>", "", desk.get("/city/locks").text)
    for action, title in (("zones.locked", "锁定统一设置"), ("zones.unlocked", "解除锁定")):
        trail = desk.get(f"/city/audit?action={action}").text
        assert re.search(rf">{title}</td><td[^>]*>工会：{union.name}<br>资讯: 停用</td>", trail)


@pytest.mark.parametrize(
    "choice", ["themefoo=x", "theme=nothing", "theme", "module.nothing=on", "module.news=maybe", "token.primary=x", ""]
)
def test_what_this_installation_does_not_have_can_not_be_fixed(world, desk, choice):
    zone = world.zone()
    refused = fill(desk, "/city/locks", union_id=zone.union_id, choice=choice, reason="理由还在")
    assert refused.status_code == 422
    assert "请选择本平台已有的主题或模块" in refused.text
    assert "理由还在" in refused.text
