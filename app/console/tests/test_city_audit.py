"""The audit trail in words, by zone and by deed; and that every deed has words."""

import ast
import re
from pathlib import Path

import app
from app.console.audit_words import action_titles
from app.console.operations import change_state, rename_zone
from app.console.tests.conftest import CITY
from app.core.platform import platform
from tenants.context import Actor, Plane, ZoneState, scope
from tenants.database import db
from tests.fixtures.forms import fill

ROOT = Path(app.__path__[0])
ACTION = re.compile(r"[a-z_]+\.[a-z_-]+")


def cells(page):
    """The cells of each row of the trail."""
    rows = re.findall(r"<tr>(<td.*?)</tr>", page.text, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in rows
    ]


def recorded_actions() -> set[str]:
    """Every action that the source of the platform writes into the trail by name."""
    found = set()
    for path in ROOT.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in (
                "record",
                "_record",
            ):
                texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                found |= {text for text in texts if ACTION.fullmatch(text)}
    return found


def test_every_deed_that_is_recorded_has_words(world):
    written = recorded_actions()
    assert {"zones.renamed", "zones.domain-removed", "members.reveal", "news.write"} <= written
    assert written - set(action_titles()) == set()


def test_every_module_names_its_own_deeds(world):
    assert {action.partition(".")[0] for action in action_titles()} >= {module.slug for module in platform().modules}


def test_deeds_are_told_in_words_with_their_zone_and_reason(world, desk):
    zone = world.zone()
    with scope(Plane.CITY, actor=Actor(name="林主任"), reason="test"):
        change_state(zone.id, ZoneState.READ_ONLY, "年终盘点")
        rename_zone(zone.id, name="改过的名称")
        db.session.commit()
    renamed, changed = cells(desk.get(f"/city/audit?zone={zone.slug}"))
    assert changed[1:] == ["林主任", "改过的名称", "变更专区状态", "已开放 → 只读", "年终盘点"]
    assert renamed[3:] == ["更名专区", f"{zone.name} → 改过的名称", ""]


def test_the_trail_is_narrowed_to_a_zone_and_a_deed(world, desk):
    one, other = world.zone(), world.zone()
    with scope(Plane.CITY, reason="test"):
        for zone in (one, other):
            change_state(zone.id, ZoneState.READ_ONLY, "盘点")
            rename_zone(zone.id, name=f"{zone.name}新")
        db.session.commit()
    assert len(cells(desk.get(f"/city/audit?zone={one.slug}"))) == 2
    only = cells(desk.get(f"/city/audit?zone={one.slug}&action=zones.renamed"))
    assert [row[3] for row in only] == ["更名专区"]
    assert {row[3] for row in cells(desk.get("/city/audit?action=zones.renamed"))} == {"更名专区"}
    assert desk.get("/city/audit?zone=nowhere").status_code == 404


def test_the_pages_of_the_trail_keep_the_filter(world, desk, monkeypatch):
    monkeypatch.setattr("app.console.queries.PAGE", 2)
    zone = world.zone()
    with scope(Plane.CITY, reason="test"):
        for number in range(3):
            rename_zone(zone.id, name=f"第{number}个名称")
        db.session.commit()
    first = desk.get(f"/city/audit?zone={zone.slug}&action=zones.renamed")
    more = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert more
    second = cells(desk.get(more[1].replace("&amp;", "&")))
    assert (len(cells(first)), [row[4] for row in second]) == (2, [f"{zone.name} → 第0个名称"])


def test_a_zones_own_desk_tells_its_deeds_in_words_too(world, desk):
    zone = world.zone()
    page = f"/city/zones/{zone.slug}"
    fill(desk, page, post_to=f"{page}/state", state="read_only", reason="盘点")
    fill(desk, page, post_to=f"{page}/state", state="active", reason="完毕")
    trail = world.client(zone, world.staff(zone)).get("/console/audit")
    assert [row[2] for row in cells(trail)] == ["变更专区状态"] * 2
    assert "zones.state-changed" not in trail.text


def test_the_trail_is_for_those_who_may_read_it(world):
    assert world.client(CITY, world.staff(world.zone())).get("/city/audit").status_code == 404
