"""The members list: searched, narrowed, taken away, and several members at once."""

import re
from datetime import date

from sqlalchemy import select

from app.core.audit import AuditEntry
from app.members import exporting
from app.members.models import Member
from app.members.tests.rosters import bring_in, edit, everyone, ids_of, phone
from app.members.tests.test_pages import _token as token_of
from app.members.tests.test_pages import _workbook as rows_of
from tenants.context import Plane, scope
from tenants.database import db


def test_a_number_is_searched_for_without_getting_into_an_address(world, desk):
    zone, client = desk
    number = phone()
    bring_in(zone, ["施一", "", "", number, "", "", ""], ["施二", "", "", phone(), "", "", ""])
    form = {"csrf_token": token_of(client, "/console/members"), "q": number, "gender": ""}
    found = client.post("/console/members", data=form)
    assert (found.status_code, "施一" in found.text, "施二" in found.text) == (200, True, False)
    assert all(number not in href for href in re.findall(r'(?:href|action)="([^"]*)"', found.text))
    named = client.post("/console/members", data=form | {"q": "施", "verified": "no"})
    assert (named.status_code, named.location) == (302, "/console/members?q=%E6%96%BD&verified=no")
    stray = client.get(f"/console/members?q={number}")
    assert (stray.status_code, stray.location) == (302, "/console/members")


def test_birth_date_and_email_are_masked_and_each_look_is_told(world, desk):
    zone, client = desk
    person = world.member(zone, "何丑")
    edit(zone, "何丑", birth_date=date(1990, 1, 31), email="heddy@example.cn")
    page = f"/console/members/{person.member_id}"
    shown = client.get(page).text
    assert "1990-**-**" in shown
    assert "h***@example.cn" in shown
    mine = world.client(zone, person)
    for field, plain in (("birth_date", "1990-01-31"), ("email", "heddy@example.cn")):
        assert plain not in shown
        form = {"csrf_token": token_of(client, page), "field": field, "reason": f"核对{field}"}
        assert plain in client.post(page + "/reveal", data=form).text
        assert f"核对{field}" in mine.get("/me/data").text
    token = token_of(client, "/console/members")
    assert "1990-01-31" not in str(rows_of(client.post("/console/members/export", data={"csrf_token": token})))


def test_the_list_goes_out_as_excel_masked_filtered_and_noted(world, desk, monkeypatch):
    zone, client = desk
    bring_in(zone, *[[f"施{chr(0x4E00 + n)}", "", "", f"1370000{n:04d}", "", "", ""] for n in range(5)],
             ["张乙", "", "", phone(), "", "", ""])  # fmt: skip
    bring_in(world.zone(), ["施外", "", "", phone(), "", "", ""])
    monkeypatch.setattr(exporting, "PORTION", 2)
    token = token_of(client, "/console/members")
    rows = rows_of(client.post("/console/members/export", data={"csrf_token": token, "q": "施"}))
    assert sorted((row[0], row[3]) for row in rows) == [(f"施{chr(0x4E00 + n)}", f"137****{n:04d}") for n in range(5)]
    ids = ids_of(zone)
    chosen = {"csrf_token": token, "id": [str(ids["张乙"]), str(ids["施一"])]}
    assert {row[0] for row in rows_of(client.post("/console/members/export", data=chosen))} == {"张乙", "施一"}
    with scope(Plane.STAFF, zone=zone):
        noted = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "members.export_list")).all()
    assert sorted(detail["members"] for detail in noted) == [2, 5]
    monkeypatch.setattr(exporting, "MOST", 3)
    assert client.post("/console/members/export", data={"csrf_token": token}).status_code == 409


def test_the_list_is_narrowed_by_the_day_of_joining(world, desk):
    zone, client = desk
    columns = ("姓名", "手机号", "入会时间")
    bring_in(
        zone, ["早早", phone(), "2020-01-01"], ["晚晚", phone(), "2024-01-01"], ["无无", phone(), ""], headers=columns
    )
    page = client.get("/console/members?joined_from=2021-01-01&joined_until=2024-01-01").text
    assert ("早早" in page, "晚晚" in page, "无无" in page) == (False, True, False)
    assert 'value="2021-01-01"' in page
    assert "早早" in client.get("/console/members?joined_until=2020-01-01&joined_from=rubbish").text


def test_several_members_are_moved_or_ended_at_once_and_others_are_left_alone(world):
    county = world.union()
    zone, inner = world.zone(union=county), world.union(parent=county)
    client, stranger = world.client(zone, world.staff(zone)), world.member(world.zone(), "外外")
    bring_in(zone, *[[name, "", "", phone(), "", "", ""] for name in ("多一", "多二", "多三")])
    ids = ids_of(zone)
    chosen = {
        "csrf_token": token_of(client, "/console/members"),
        "id": [str(ids["多一"]), str(ids["多二"]), str(stranger.member_id)],
    }
    asked = client.post("/console/members/chosen", data=chosen | {"action": "move", "union_name": inner.name}).text
    assert ("多一" in asked, "多三" in asked, "外外" in asked, inner.name in asked) == (True, False, False, True)
    outside = client.post("/console/members/chosen/move", data=chosen | {"union_id": str(world.union().id)})
    assert outside.status_code == 422
    for _ in range(2):
        assert client.post("/console/members/chosen/move", data=chosen | {"union_id": str(inner.id)}).status_code == 302
    assert {name: person.union_id for name, person in everyone(zone).items()} == {
        "多一": inner.id, "多二": inner.id, "多三": county.id,
    }  # fmt: skip
    assert client.post("/console/members/chosen/end", data=chosen).status_code == 422
    assert client.post("/console/members/chosen/end", data=chosen | {"reason": "离职"}).status_code == 302
    assert set(everyone(zone)) == {"多三"}
    with scope(Plane.STAFF, zone=zone):
        done = db.session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.in_(["members.transfer", "members.end_membership"]))
        ).all()
    assert sorted(done) == ["members.end_membership"] * 2 + ["members.transfer"] * 2
    with scope(Plane.WORKER):
        assert db.session.scalar(select(Member.union_path).where(Member.id == stranger.member_id)) is not None
    assert client.post("/console/members/chosen", data={"csrf_token": chosen["csrf_token"]}).status_code == 302


def test_the_list_is_filtered_and_searched_by_address(world, desk):
    zone, client = desk
    bring_in(zone, ["施甲", "", "", phone(), "", "", ""], ["张乙", "", "", phone(), "", "", ""])
    page = client.get("/console/members?q=施").text
    assert "施甲" in page
    assert "张乙" not in page
    assert client.get("/console/members?after=rubbish&gender=x&union=../../").status_code == 200
