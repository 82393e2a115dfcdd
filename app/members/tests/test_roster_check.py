"""The dry run: headings, cells, people; nothing is written."""

import io
import re
from datetime import timedelta
from importlib import import_module
from pkgutil import walk_packages

import pytest
from sqlalchemy import func, select

import app.members
from app.core.clock import today_in_china
from app.core.coded_error import CodedError
from app.core.sheets import write_sheet
from app.members.errors import UnreadableFile
from app.members.models import Member
from app.members.roster import problems
from app.members.roster.headings import HeadingError, recognise
from app.members.roster.models import ImportBatch, ImportRow
from app.members.tests.rosters import (
    HEADERS,
    bring_in,
    check,
    document,
    everyone,
    outcomes,
    phone,
    preview,
    problem_codes,
    sheet,
    upload,
)  # fmt: skip
from tenants.context import Plane, scope
from tenants.database import db


def test_columns_are_found_in_any_order_under_the_usual_headings():
    columns = recognise(["序号", " 联系电话*", "会员姓名（必填）", "备注", "证件号码", "所属工会", "Joined On"])
    assert columns.places == {"phone": 1, "name": 2, "id_number": 4, "union": 5, "joined_on": 6}
    assert columns.ignored == ("备注",)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        (["手机号"], "no_name_column"),
        (["姓名", "性别"], "no_identity_column"),
        (["姓名", "手机", "联系电话"], "column_twice"),
    ],
)
def test_a_sheet_without_the_needed_columns_is_named_as_such(headers, code):
    with pytest.raises(HeadingError) as refusal:
        recognise(headers)
    assert refusal.value.code == code


def test_the_check_writes_no_member(world):
    zone = world.zone()
    batch = check(zone, sheet([["赵一", "男", document(), phone(), "", "", ""]]))
    assert (batch.state, outcomes(batch)) == ("ready", {"new": 1})
    assert everyone(zone) == {}


def test_an_excel_file_with_dates_and_a_title_is_read(world):
    zone = world.zone()
    target = io.BytesIO()
    write_sheet(
        target, ["姓名", "手机号", "入会日期", "备注"], [("钱二", phone(), today_in_china() - timedelta(days=9), "x")]
    )
    batch = check(zone, target.getvalue(), "会员.xlsx")
    assert outcomes(batch) == {"new": 1}
    assert batch.ignored == ["备注"]
    assert batch.columns["phone"] == ["B", "手机号"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["", "男", "@doc", "", "", "", ""], ("name_missing", "A2")),
        (["<b>王</b>", "", "", "@phone", "", "", ""], ("name_form", "A2")),
        (["王五", "不详", "", "@phone", "", "", ""], ("gender_form", "B2")),
        (["王五", "", "44080219900101001X", "@phone", "", "", ""], ("id_checksum", "C2")),
        (["王五", "", "440802900101001", "@phone", "", "", ""], ("id_old_form", "C2")),
        (["王五", "女", "@doc", "", "", "", ""], ("gender_differs", "C2")),
        (["王五", "", "", "12345", "", "", ""], ("phone_form", "D2")),
        (["王五", "", "", "0759-3588123", "", "", ""], ("phone_not_mobile", "D2")),
        (["王五", "", "4.40802E+17", "@phone", "", "", ""], ("digits_lost", "C2")),
        (["王五", "", "", "", "", "", ""], ("nothing_to_recognise", "")),
        (["王五", "", "", "@phone", "不存在的工会", "", ""], ("union_unknown", "E2")),
        (["王五", "", "", "@phone", "", "长" * 101, ""], ("too_long", "F2")),
        (["王五", "", "", "@phone", "", "<script>", ""], ("markup", "F2")),
        (["王五", "", "", "@phone", "", "#REF!", ""], ("formula_error", "F2")),
    ],
)
def test_a_bad_cell_is_refused_by_line_cell_and_reason(world, row, expected):
    zone = world.zone()
    filled = [{"@doc": document, "@phone": phone}.get(cell, lambda cell=cell: cell)() for cell in row]
    batch = check(zone, sheet([filled]))
    assert outcomes(batch) == {"refused": 1}
    assert problem_codes(zone, batch) == {2: [expected]}


def test_every_bad_cell_of_a_row_is_named(world):
    zone = world.zone()
    batch = check(zone, sheet([["王五", "不详", "123", "456", "", "", ""]]))
    assert {cell for _, cell in problem_codes(zone, batch)[2]} == {"B2", "C2", "D2"}


def test_the_second_of_two_rows_about_one_person_is_refused_and_names_the_first(world):
    zone = world.zone()
    same, number = document(), phone()
    batch = check(zone, sheet([
        ["孙三", "", same, "", "", "", ""],
        ["孙山", "", same, "", "", "", ""],
        ["李四", "", "", number, "", "", ""],
        ["李四", "", "", number, "", "", ""],
        ["李肆", "", "", number, "", "", ""],
    ]))  # fmt: skip
    assert problem_codes(zone, batch) == {3: [("same_document", "C3")], 5: [("same_phone_and_name", "D5")]}
    reasons = {row.line: row.refusals[0].reason for row in preview(zone, batch, "refused")}
    assert "2" in reasons[3]
    assert "4" in reasons[5]


def test_two_rows_that_mean_the_same_member_in_different_ways_are_found(world):
    zone = world.zone()
    number, doc = phone(), document()
    bring_in(zone, ["周一", "", doc, number, "", "", ""])
    batch = check(zone, sheet([["周一", "", doc, phone(), "", "", ""], ["周一", "", "", number, "", "", ""]]))
    assert problem_codes(zone, batch) == {3: [("same_person", "")]}


def test_changes_are_shown_field_by_field_with_identifiers_masked(world):
    zone = world.zone()
    doc = document()
    bring_in(zone, ["吴二", "", doc, "13700009911", "", "工人", ""])
    batch = check(zone, sheet([["吴三", "", doc, "13700009922", "", "班长", "大专"]]))
    (row,) = preview(zone, batch, "changed")
    assert {(d.field, d.old, d.new) for d in row.differences} == {
        ("name", "吴二", "吴三"), ("phone", "137****9911", "137****9922"), ("position", "工人", "班长"),
        ("education", "", "大专"),
    }  # fmt: skip
    assert everyone(zone)["吴二"].position == "工人"


def test_an_empty_cell_says_nothing(world):
    zone = world.zone()
    doc = document()
    bring_in(zone, ["郑四", "男", doc, phone(), "", "工人", "大专"])
    assert outcomes(check(zone, sheet([["郑四", "", doc, "", "", "", ""]]))) == {"same": 1}


def test_a_member_of_another_zone_is_not_taken_over_and_nothing_of_them_is_told(world):
    here, there = world.zone(), world.zone()
    doc = document()
    bring_in(there, ["冯五", "", doc, "13700008811", "", "处长", ""])
    batch = check(here, sheet([["冯五", "", doc, "13700008822", "", "", ""]]))
    assert outcomes(batch) == {"transfer": 1}
    assert problem_codes(here, batch) == {2: [("transfer_needed", "A2")]}
    shown = str(preview(here, batch, "transfer"))
    assert all(secret not in shown for secret in ("8811", "处长", str(there.union_id)))
    with scope(Plane.STAFF, zone=here):
        assert db.session.scalar(select(ImportRow.member_id).where(ImportRow.batch_id == batch.id)) is None


def test_somebody_in_no_union_looks_like_anybody_new_to_those_who_know_them(world):
    """What the database knows of people outside the zone must not be found out by sending their number."""
    here, there = world.zone(), world.zone()
    doc = document()
    bring_in(there, ["陈六", "男", doc, "13700007711", "", "", "博士"])
    with scope(Plane.STAFF, zone=there):
        from app.members.operations import end_membership
        from tenants.context import SYSTEM

        end_membership(SYSTEM, db.session.scalars(select(Member.id).where(Member.name == "陈六")).one(), "离职")
        db.session.commit()
    guessed = check(here, sheet([["别名", "", doc, "13700007722", "", "", ""]]))
    assert problem_codes(here, guessed) == {2: [("not_from_a_list", "C2")]}
    assert "陈六" not in str(preview(here, guessed))
    batch = check(here, sheet([["陈六", "", doc, "13700007722", "", "", ""]]))
    assert outcomes(batch) == {"new": 1}
    assert "7711" not in str(preview(here, batch))
    from app.members.tests.rosters import merge

    merge(here, batch.id)
    assert everyone(here)["陈六"].phone == "+8613700007711"


def test_unions_are_found_by_name_short_name_and_code_only_within_the_zone(world):
    county = world.union()
    zone = world.zone(union=county)
    inside = world.union("城东小学工会", "institution", county)
    world.union("外地工会", "enterprise", world.union())
    rows = [["一", "", "", phone(), "城东小学工会", "", ""], ["二", "", "", phone(), inside.short_name, "", ""],
            ["三", "", "", phone(), "外地工会", "", ""]]  # fmt: skip
    batch = check(zone, sheet([[f"魏{row[0]}", *row[1:]] for row in rows]))
    assert outcomes(batch) == {"new": 2, "refused": 1}
    assert problem_codes(zone, batch) == {4: [("union_unknown", "E4")]}


def test_a_name_that_two_unions_have_is_ambiguous(world):
    county = world.union()
    zone = world.zone(union=county)
    for _ in range(2):
        world.union("机关工会", "institution", world.union(kind="town", parent=county))
    batch = check(zone, sheet([["蒋七", "", "", phone(), "机关工会", "", ""]]))
    assert problem_codes(zone, batch) == {2: [("union_ambiguous", "E2")]}


@pytest.mark.parametrize(
    ("data", "filename"),
    [(b"", "a.csv"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "a.xls"), (b"<html><table></table>", "a.csv"),
     (b"PK\x03\x04rubbish", "a.csv"), (b"a,b", "a.exe")],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_at_the_upload(world, data, filename):
    with pytest.raises(UnreadableFile):
        upload(world.zone(), data, filename)


def test_every_refusal_a_roster_can_meet_has_a_sentence():
    """Whatever coded error the part names anywhere is known where codes become sentences."""
    parts = [import_module(found.name) for found in walk_packages(app.members.__path__, "app.members.")
             if ".tests" not in found.name and ".migrations" not in found.name]  # fmt: skip
    named = {value for part in parts for value in vars(part).values()
             if isinstance(value, type) and issubclass(value, CodedError) and value.MESSAGES}  # fmt: skip
    assert HeadingError in named
    for fault in named:
        for code in fault.MESSAGES:
            values = dict.fromkeys(re.findall(r"%\((\w+)\)", fault.MESSAGES[code]), "x")
            assert problems.sentence(code, values) == fault.MESSAGES[code] % values


def test_a_roster_without_a_column_for_people_is_refused_in_words(world):
    zone = world.zone()
    batch = check(zone, "姓名,电话号\n王,1".encode(), "a.csv")
    client = world.client(zone, world.staff(zone))
    page = client.get(f"/console/members/import/{batch.id}").text
    assert "no_identity_column" not in page
    assert "电话号" in page


def test_a_roster_with_headings_and_no_rows_is_refused_in_these_words(world):
    zone = world.zone()
    batch = check(zone, "姓名,手机号\n".encode(), "a.csv")
    page = world.client(zone, world.staff(zone)).get(f"/console/members/import/{batch.id}").text
    assert "表格只有表头，没有任何数据行。" in page


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"PK\x03\x04rubbish", "a.xlsx", "damaged"),
        ("姓名,电话号\n王,1".encode(), "a.csv", "no_identity_column"),
        ("姓名,手机号\n".encode(), "a.csv", "no_rows"),
        ('姓名,手机号\n"王,1'.encode(), "a.csv", "quotes"),
        ("姓名,手机号\n王一,13700000001,多,的\n".encode(), "a.csv", "extra_cells"),
    ],
)
def test_an_unreadable_file_leaves_nothing_behind(world, data, filename, code):
    zone = world.zone()
    batch = check(zone, data, filename)
    assert (batch.state, batch.problem["code"]) == ("unreadable", code)
    with scope(Plane.STAFF, zone=zone):
        assert db.session.scalar(select(func.count(ImportRow.id)).where(ImportRow.batch_id == batch.id)) == 0


def test_nothing_of_a_person_lies_readable_in_upload_or_staging(world):
    zone = world.zone()
    doc, number = document(), phone()
    data = sheet([["褚八爷", "", doc, number, "", "", ""]])
    batch_id = upload(zone, data)
    with scope(Plane.STAFF, zone=zone):
        sealed = db.session.scalar(select(ImportBatch.upload).where(ImportBatch.id == batch_id))
        assert sealed is not None
        assert doc.encode() not in sealed
    batch = check(zone, data)
    with scope(Plane.STAFF, zone=zone):
        assert db.session.scalar(select(ImportBatch.upload).where(ImportBatch.id == batch.id)) is None
        row = db.session.execute(select(ImportRow.sealed, ImportRow.report).where(ImportRow.batch_id == batch.id)).one()
    for secret in ("褚八爷", doc, number):
        assert secret.encode() not in (row.sealed or b"") + (row.report or b"")


def test_a_batch_of_one_zone_does_not_exist_in_another(world):
    here, there = world.zone(), world.zone()
    batch = check(here, sheet([["卫九", "", "", phone(), "", "", ""]]))
    for plane in (Plane.STAFF, Plane.WORKER):
        with scope(plane, zone=there):
            assert db.session.get(ImportBatch, (there.id, batch.id)) is None
            assert db.session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id)).all() == []


def test_headings_of_the_form_are_all_understood():
    from app.members.roster.sheets import FORM_COLUMNS

    assert recognise(FORM_COLUMNS).ignored == ()
    assert recognise(HEADERS).ignored == ()
