"""Provisioning from a sheet: checked first, kept, provisioned by workers, each row with its own result."""

import io
import re
from uuid import UUID

import pytest

from app.console.tests.conftest import actions
from app.console.zone_lists import check_rows, find_list, results_of, start_list_in_steps
from app.console.zone_sheets import read_zone_sheet
from app.core.jobs.inline import run_due_events
from app.unions.models import Union
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.lifecycle import find_zone, zone_of_union
from tests.fixtures.forms import fill


def send(desk, *rows, headings="工会名称,专区地址,专区名称,模板"):
    """Send a sheet; the page it leads to."""
    sheet = "\n".join([headings, *rows]) + "\n"
    answer = fill(desk, "/city/zones/import", sheet=(io.BytesIO(sheet.encode()), "zones.csv"))
    assert answer.status_code == 302, answer.text
    return answer.location


def results(page):
    """(address, what is told) of each row of a list's page."""
    rows = re.findall(r"<tr><td[^>]*>\d+</td>.*?</tr>", page.text, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [(_plain(address), _plain(result)) for _line, _union, address, result in cells]


def _plain(html):
    return re.sub(r"<[^>]+>|\s+", " ", html).strip()


def check(*rows):
    text = "工会名称,专区地址,专区名称,模板\n" + "\n".join(rows)
    with scope(Plane.CITY, reason="test"):
        found = [(result.outcome, result.code) for result in check_rows(read_zone_sheet(text.encode(), "z.csv"))]
        db.session.commit()
    return found


def test_a_list_is_checked_kept_and_provisioned_by_workers_without_choosing_the_file_again(world, desk):
    one, other = world.union("列表县总工会"), world.union("名单县总工会")
    page = send(desk, f"{one.name},liebiao,列表之家,county", f"{other.name},mingdan,,industry", "没有的工会,nowhere,,")
    checked = desk.get(page)
    assert results(checked) == [
        ("liebiao", "可以开通"),
        ("mingdan", "可以开通"),
        ("nowhere", "无法开通  没有完全同名或同信用代码的工会。"),
    ]
    assert world.client("liebiao.hall.test").get("/").status_code == 404
    assert fill(desk, page).location == page
    assert [result for _slug, result in results(desk.get(page))][:2] == ["已申请", "已申请"]
    assert 'hx-trigger="every 1s"' in desk.get(page, headers={"HX-Request": "true"}).text
    run_due_events()
    assert [result for _slug, result in results(desk.get(page))][:2] == ["已开放", "已开放"]
    assert "hx-trigger" not in desk.get(page).text
    assert desk.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "列表之家" in world.client("liebiao.hall.test").get("/").text
    assert "/themes/party-red/" in world.client("mingdan.hall.test").get("/").text
    with scope(Plane.CITY, reason="test"):
        zone_id = zone_of_union(one.id).id  # type: ignore[union-attr]
        db.session.commit()
    assert actions(zone_id) == ["zones.requested", "zones.provisioned"]


def test_provisioning_a_list_twice_makes_nothing_twice(world, desk):
    union = world.union("重复县总工会")
    page = send(desk, f"{union.name},twice-listed,,")
    assert [fill(desk, page).status_code for _ in range(2)] == [302, 302]
    run_due_events()
    again = send(desk, f"{union.name},twice-listed,,")
    assert results(desk.get(again)) == [("twice-listed", "已存在")]
    assert "这份名单没有需要开通的专区" in desk.get(again).text
    with scope(Plane.CITY, reason="test"):
        zone_id = zone_of_union(union.id).id  # type: ignore[union-attr]
        db.session.commit()
    assert actions(zone_id) == ["zones.requested", "zones.provisioned"]


@pytest.mark.parametrize("state", ["requested", "provisioning"])
def test_a_zone_that_got_stuck_is_finished_by_the_list(world, desk, state):
    union, slug = world.union(), f"stuck-{state}"
    first = send(desk, f"{union.name},{slug},,")
    fill(desk, first)
    with scope(Plane.CITY, reason="test"):
        zone = zone_of_union(union.id)
        assert zone
        zone.state = state
        db.session.commit()
    again = send(desk, f"{union.name},{slug},,")
    assert results(desk.get(again)) == [(slug, "将继续开通")]
    fill(desk, again)
    run_due_events()
    assert results(desk.get(again)) == [(slug, "已开放")]
    assert world.client(f"{slug}.hall.test").get("/").status_code == 200


def test_unions_are_named_by_name_or_credit_code_and_one_of_several_is_not_guessed(world):
    one, other = world.union(), world.union()
    world.union("同名镇总工会", parent=one)
    twin = world.union("同名镇总工会", parent=other)
    with scope(Plane.CITY, reason="test"):
        db.session.get_one(Union, twin.id).uscc = "81440800MC0000001X"
        db.session.commit()
    assert check("同名镇总工会,twin-a,,") == [("refused", "ambiguous-union")]
    assert check("81440800mc0000001x,twin-b,,") == [("new", "")]


def test_ambiguous_names_are_told_with_their_number(world, desk):
    for _ in range(2):
        world.union("重名村工会", parent=world.union())
    [(_slug, told)] = results(desk.get(send(desk, "重名村工会,cunzi,,")))
    assert "有 2 个工会同名，请改填统一社会信用代码" in told


def test_a_union_or_address_that_comes_twice_is_found_before_anything_is_made(world):
    one, other = world.union(), world.union()
    assert check(f"{one.name},first-one,,", f"{one.name},second-one,,", f"{other.name},first-one,,") == [
        ("new", ""), ("refused", "twice-in-list"), ("refused", "twice-in-list"),
    ]  # fmt: skip


def test_rows_that_can_not_be_done_are_told_apart(world, city_without_a_zone):
    union, zone = world.union(), world.zone()
    with scope(Plane.CITY, reason="test"):
        owner = db.session.get_one(Union, find_zone(zone.id).union_id).name
        db.session.commit()
    codes = {
        f"{union.name},BAD!,,": "bad-slug",
        f"{world.union().name},id,,": "bad-slug",
        f"{world.union().name},xn--fiqs8s,,": "encoded-slug",
        f"{world.union().name},{zone.slug},,": "slug-taken",
        f"{world.union().name},fine-a,,nonsense": "unknown-preset",
        f"{world.union().name},fine-b,,like_above": "no-zone-above",
        f"{owner},elsewhere,,": "union-has-zone",
    }
    assert check(*codes) == [("refused", code) for code in codes.values()]
    assert check(f"{owner},{zone.slug},另一个名称,") == [("refused", "zone-differs")]
    assert check(f"{owner},{zone.slug},,") == [("same", "")]


def test_checking_makes_nothing(world, desk):
    union = world.union()
    desk.get(send(desk, f"{union.name},onlycheck,,"))
    assert world.client("onlycheck.hall.test").get("/").status_code == 404
    with scope(Plane.CITY, reason="test"):
        assert zone_of_union(union.id) is None


def test_a_row_that_became_impossible_leaves_the_others_alone(world, desk):
    one, other = world.union(), world.union()
    page = send(desk, f"{one.name},snatched,,", f"{other.name},not-snatched,,")
    world.zone("snatched")
    fill(desk, page)
    run_due_events()
    told = results(desk.get(page))
    assert told[0][1].startswith("无法开通")
    assert told[1] == ("not-snatched", "已开放")


def test_a_list_that_was_cut_off_is_gone_on_with(world, desk, monkeypatch):
    unions = [world.union() for _ in range(3)]
    page = send(desk, *(f"{union.name},cut-{number},," for number, union in enumerate(unions)))
    list_id = UUID(page.rpartition("/")[2])
    from app.console import zone_lists

    hand_over = zone_lists._hand_to_worker
    calls = []

    def cut_off(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        hand_over(*arguments)

    monkeypatch.setattr(zone_lists, "_hand_to_worker", cut_off)
    with pytest.raises(KeyboardInterrupt), scope(Plane.CITY, actor=SYSTEM, reason="test"):
        start_list_in_steps(SYSTEM, list_id)
    monkeypatch.undo()
    assert [result for _slug, result in results(desk.get(page))] == ["将继续开通", "将继续开通", "可以开通"]
    fill(desk, page)
    run_due_events()
    assert [result for _slug, result in results(desk.get(page))] == ["已开放"] * 3
    with scope(Plane.CITY, reason="test"):
        kept = find_list(list_id)
        assert (kept.state, kept.upload, len(results_of(kept))) == ("started", None, 3)


@pytest.mark.parametrize(
    "upload", [(b"", "x.csv"), (b"\x00\x01", "x.xlsx"), (b"a,b\n1,2\n", "x.csv"), (b"PK\x03\x04", "x.xlsx"), (b"", "")]
)
def test_a_file_that_is_no_list_of_zones_is_refused_with_a_sentence(desk, upload):
    answer = fill(desk, "/city/zones/import", sheet=(io.BytesIO(upload[0]), upload[1]))
    assert answer.status_code == 422
    assert 'id="error-sheet"' in answer.text


def test_a_list_with_headings_and_no_rows_is_refused_in_these_words(desk):
    sheet = io.BytesIO("工会名称,专区地址\n".encode())
    answer = fill(desk, "/city/zones/import", sheet=(sheet, "x.csv"))
    assert "表格只有表头，没有任何数据行。" in answer.text
