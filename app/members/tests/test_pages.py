"""The pages, through the browser's eyes."""

import io
import json
import re
from dataclasses import replace
from importlib import import_module
from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.core import audit, modules
from app.core.clock import now
from app.core.jobs.inline import run_due_events
from app.core.platform import EXTENSION, platform
from app.core.sheets import read_sheet, shown
from app.members.models import Correction, Member
from app.members.tests.rosters import bring_in, document, edit, everyone, people, phone, sheet, undo, upload
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def _token(client, path):
    found = TOKEN.search(client.get(path).text)
    assert found is not None
    return found[1]


def _upload(client, data, filename="名单.csv", batch_id=None):
    return client.post(
        "/console/members/import",
        data={"csrf_token": _token(client, "/console/members/import"), "id": str(batch_id or uuid7()),
              "file": (io.BytesIO(data), filename)},
        content_type="multipart/form-data",
    )  # fmt: skip


def test_staff_upload_preview_import_and_undo_a_roster(world, desk):
    zone, client = desk
    batch_id = uuid7()
    sent = _upload(
        client,
        sheet([["何甲", "", document(), phone(), "", "工人", ""], ["", "", "", "1", "", "", ""]]),
        batch_id=batch_id,
    )
    page = f"/console/members/import/{batch_id}"
    assert (sent.status_code, sent.location) == (302, page)
    assert 'hx-get="' + page + '/progress"' in client.get(page).text
    run_due_events()
    assert client.get(page + "/progress").headers["HX-Refresh"] == "true"
    preview = client.get(page).text
    assert "D3" in preview
    assert everyone(zone) == {}
    assert client.post(page + "/commit", data={"csrf_token": _token(client, page)}).location == page
    run_due_events()
    assert set(everyone(zone)) == {"何甲"}
    assert "何甲" in client.get("/console/members").text
    report = _workbook(client.get(page + "/report.xlsx"))
    assert [(row[0], row[1], row[2], row[7]) for row in report if row[1]] == [
        ("3", "A3", "有误", "缺少姓名（名称）。"), ("3", "D3", "有误", "这不是手机号码。"),
    ]  # fmt: skip
    client.post(page + "/undo", data={"csrf_token": _token(client, page)})
    run_due_events()
    assert everyone(zone) == {}
    assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("number", "touched", "english", "chinese"),
    [
        (1, 1, "Rows undone: 0. Rows that stay as they are: 1.", "已撤销0行，保持现状1行。"),
        (3, 2, "Rows undone: 1. Rows that stay as they are: 2.", "已撤销1行，保持现状2行。"),
        (2, 0, "Rows undone: 2. Rows that stay as they are: 0.", "已撤销2行，保持现状0行。"),
    ],
)
def test_an_undone_import_tells_its_rows_rightly_in_any_number(desk, number, touched, english, chinese):
    zone, client = desk
    batch = bring_in(zone, *people(number))
    for name in list(everyone(zone))[:touched]:
        edit(zone, name, verified_at=now())
    undo(zone, batch.id)
    page = f"/console/members/import/{batch.id}"
    assert chinese in client.get(page).text
    assert english in client.get(page, headers={"Accept-Language": "en"}).text


def test_an_import_that_code_began_is_told_in_the_readers_language(desk):
    zone, client = desk
    upload(zone, sheet(people(1)))
    page = "/console/members/import"
    assert ">系统</td>" in client.get(page).text
    assert ">the system</td>" in client.get(page, headers={"Accept-Language": "en"}).text


def test_the_same_upload_sent_twice_is_one_import(desk):
    _, client = desk
    batch_id, data = uuid7(), sheet([["何乙", "", "", phone(), "", "", ""]])
    assert _upload(client, data, batch_id=batch_id).location == _upload(client, data, batch_id=batch_id).location
    assert client.get("/console/members/import").text.count("名单.csv") == 1


@pytest.mark.parametrize(("data", "filename"), [(b"<html></html>", "a.csv"), (b"", "a.xlsx"), (b"MZ\x00\x00", "a.exe")])
def test_a_file_that_is_no_sheet_is_refused_with_a_sentence(desk, data, filename):
    _, client = desk
    answer = _upload(client, data, filename)
    assert answer.status_code == 422
    assert 'id="error-file"' in answer.text


def test_an_import_of_another_zone_does_not_exist(world, desk):
    _, client = desk
    batch_id = uuid7()
    _upload(client, sheet([["何丙", "", "", phone(), "", "", ""]]), batch_id=batch_id)
    other = world.zone()
    stranger = world.client(other, world.staff(other))
    token = _token(stranger, "/console/members/import")
    page = f"/console/members/import/{batch_id}"
    assert [stranger.get(page + tail).status_code for tail in ("", "/progress", "/report.xlsx")] == [404] * 3
    for tail in ("/commit", "/undo", "/discard"):
        assert stranger.post(page + tail, data={"csrf_token": token}).status_code == 404
    assert client.get(page).status_code == 200


def test_members_and_visitors_find_no_staff_page(world, desk):
    zone, _ = desk
    member = world.client(zone, world.member(zone))
    for path in ("/console/members", "/console/members/import", "/console/members/corrections"):
        assert member.get(path).status_code == 404
        assert world.client(zone).get(path).status_code == 302


def test_each_right_opens_its_own_pages_only(world, monkeypatch):
    zone = world.zone()
    person, viewer = world.member(zone), world.client(zone, world.staff(zone, "editor"))
    assert viewer.get("/console/members").status_code == 404
    roles = import_module("app.identity.roles")  # a layer above this part
    viewing = replace(roles.ROLES["editor"], permissions=frozenset({"members.view"}))
    monkeypatch.setitem(roles.ROLES, "editor", viewing)
    assert "/console/members/import" not in viewer.get("/console/members").text.partition("<main")[2]
    page = f"/console/members/{person.member_id}"
    token = _token(viewer, page)
    assert "/reveal" not in viewer.get(page).text
    form = {"csrf_token": token, "field": "phone", "reason": "好奇", "id": str(uuid7()), "union_id": str(zone.union_id)}
    assert [viewer.post(page + tail, data=form).status_code for tail in ("/reveal", "/end", "/transfer")] == [404] * 3
    assert viewer.get("/console/members/import").status_code == 404


def test_a_reveal_needs_a_reason_and_shows_the_number_once(world, desk):
    zone, client = desk
    person = world.member(zone, "何丁")
    page = f"/console/members/{person.member_id}"
    token = _token(client, page)
    assert person.phone[3:] not in client.get(page).text
    assert client.post(page + "/reveal", data={"csrf_token": token, "field": "phone"}).status_code == 422
    shown = client.post(page + "/reveal", data={"csrf_token": token, "field": "phone", "reason": "补发证件"})
    assert person.phone[3:] in shown.text
    assert person.phone[3:] not in client.get(page).text
    mine = world.client(zone, person).get("/me/data").text
    assert "补发证件" in mine


def test_a_member_of_another_zone_has_no_page(world, desk):
    _, client = desk
    stranger = world.member(world.zone())
    page = f"/console/members/{stranger.member_id}"
    assert client.get(page).status_code == 404
    token = _token(client, "/console/members/import")
    for tail, form in (("/reveal", {"field": "phone", "reason": "好奇"}), ("/end", {"reason": "好奇"})):
        assert client.post(page + tail, data={"csrf_token": token, **form}).status_code == 404


def test_staff_move_a_member_and_end_a_membership(world):
    county = world.union()
    zone = world.zone(union=county)
    inner = world.union(parent=county)
    client, person = world.client(zone, world.staff(zone)), world.member(zone, "何戊")
    page = f"/console/members/{person.member_id}"
    token = _token(client, f"{page}/membership?q={inner.name}")
    moved = client.post(page + "/transfer", data={"csrf_token": token, "id": str(uuid7()), "union_id": str(inner.id)})
    assert moved.location == page
    assert everyone(zone)["何戊"].union_id == inner.id
    outside = client.post(
        page + "/transfer", data={"csrf_token": token, "id": str(uuid7()), "union_id": str(world.union().id)}
    )
    assert outside.status_code == 422
    assert client.post(page + "/end", data={"csrf_token": token, "reason": "退休"}).status_code == 302
    assert everyone(zone) == {}


def test_a_member_sees_their_record_and_takes_a_copy_of_it(world):
    zone = world.zone()
    person = world.member(zone, "何己")
    client = world.client(zone, person)
    assert person.phone[3:] not in client.get("/me/data").text
    copy = client.get("/me/data/copy.json")
    held = json.loads(copy.text)
    assert held["member"]["name"] == "何己"
    assert held["member"]["phone"] == person.phone


@pytest.mark.parametrize(("language", "name"), [("zh-CN", "我的资料.json"), ("en", "My data.json")])
def test_a_members_copy_is_called_in_their_language_and_in_ascii(world, language, name):
    zone = world.zone()
    copy = world.client(zone, world.member(zone)).get("/me/data/copy.json", headers={"Accept-Language": language})
    assert copy.headers["Content-Disposition"] == (
        f"attachment; filename=\"my-data.json\"; filename*=UTF-8''{quote(name)}"
    )


def test_a_correction_travels_from_the_member_to_the_desk_and_back(world, desk):
    zone, client = desk
    person = world.member(zone, "何庚")
    mine = world.client(zone, person)
    token = _token(mine, "/me/data/correction")
    asked = {"csrf_token": token, "id": str(uuid7()), "field": "phone"}
    assert mine.post("/me/data/correction", data={**asked, "wanted": "123"}).status_code == 422
    for _ in range(2):
        assert mine.post("/me/data/correction", data={**asked, "wanted": "137 0000 1234"}).status_code == 302
    board = client.get("/console/members/corrections").text
    assert "何庚" in board
    assert "+8613700001234" in board
    answer = {"csrf_token": _token(client, "/console/members/corrections"), "decision": "grant"}
    assert client.post(f"/console/members/corrections/{asked['id']}", data=answer).status_code == 302
    assert everyone(zone)["何庚"].phone == "+8613700001234"
    with scope(Plane.STAFF, zone=zone):
        assert db.session.scalars(select(Correction.status)).all() == ["done"]


def test_verified_data_is_not_corrected_by_a_click(world, desk):
    zone, client = desk
    person = world.member(zone, "何辛")
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(db.update(Member).where(Member.id == person.member_id).values(verified_at=now()))
        db.session.commit()
    mine = world.client(zone, person)
    asked = {"csrf_token": _token(mine, "/me/data/correction"), "id": str(uuid7()), "field": "name", "wanted": "何新"}
    mine.post("/me/data/correction", data=asked)
    token = _token(client, "/console/members/corrections")
    path = f"/console/members/corrections/{asked['id']}"
    assert client.post(path, data={"csrf_token": token, "decision": "grant"}).status_code == 422
    assert client.post(path, data={"csrf_token": token, "decision": "decline"}).status_code == 422
    assert (
        client.post(path, data={"csrf_token": token, "decision": "decline", "answer": "请先重新实名"}).status_code
        == 302
    )
    assert "请先重新实名" in mine.get("/me/data").text
    assert set(everyone(zone)) == {"何辛"}


def test_corrections_of_one_zone_are_not_shown_or_answered_in_another(world, desk):
    zone, _ = desk
    person = world.member(zone, "何壬")
    mine = world.client(zone, person)
    asked = {
        "csrf_token": _token(mine, "/me/data/correction"),
        "id": str(uuid7()),
        "field": "email",
        "wanted": "a@b.cn",
    }
    mine.post("/me/data/correction", data=asked)
    other = world.zone()
    stranger = world.client(other, world.staff(other))
    assert "a@b.cn" not in stranger.get("/console/members/corrections").text
    token = _token(stranger, "/console/members/import")
    path = f"/console/members/corrections/{asked['id']}"
    assert stranger.post(path, data={"csrf_token": token, "decision": "grant"}).status_code == 404


def _workbook(answer):
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with answer:
        return [[shown(cell) for cell in cells] for _, cells in read_sheet(io.BytesIO(answer.data), "a.xlsx").rows]


def test_what_a_module_declares_as_a_look_reaches_the_member(world, monkeypatch):
    zone = world.zone()
    person = world.member(zone)
    look = modules.Look("third.read", "您的信件", folded=True)
    third = modules.Module("third", "Third", "", "1.0", looks=(look,))
    more = replace(platform(), modules=modules.Modules([*platform().modules, third]))
    monkeypatch.setitem(world.app.extensions, EXTENSION, more)
    with scope(Plane.STAFF, zone=zone):
        for _ in range(2):
            audit.record("third.read", object_type="letter", object_id="1", subject_member_id=person.member_id)
        db.session.flush()
        db.session.commit()
    assert "您的信件" in world.client(zone, person).get("/me/data").text


def test_html_in_a_file_name_stays_text(desk):
    _, client = desk
    _upload(client, sheet([["何癸", "", "", phone(), "", "", ""]]), "<img src=x>.csv")
    assert "<img src=x>" not in client.get("/console/members/import").text
