"""What may have been asked for before is told, without content, and only as far as the reader may know."""

import io
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import update

from app.casework.duplicates.queries import list_like
from app.casework.models import Case
from app.casework.queries import find_case
from app.modules.help.tests.desk import picture
from tenants.context import Actor, Plane, scope
from tenants.database import db

WARNING = "可能重复"


def applied(desk, world, member=None, kind: str = "hardship", **typed) -> UUID:
    """A case of a further member (or of the desk's) that the handler has taken."""
    mine = desk.member
    desk.member = world.client(desk.zone, member or world.member(desk.zone))
    answer = desk.send(desk.form(**typed), kind)
    assert answer.status_code == 302, answer.text
    desk.member = mine
    case_id = UUID(answer.location.split("/")[-2])
    desk.step(desk.handler, case_id, "take")
    return case_id


def own_papers(colour: str) -> dict:
    return {
        "paper_household": (io.BytesIO(picture(colour)), "a.jpg"),
        "paper_income": (io.BytesIO(picture(colour, "PNG")), "b.png"),
    }


def number(desk, case_id: UUID) -> str:
    return desk.find(case_id).number or ""


def change(desk, case_id: UUID, **values) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(**values))
        db.session.commit()


def test_nothing_is_said_where_nothing_is_like_it(desk, world):
    first, _second = (applied(desk, world, **own_papers(colour)) for colour in ("red", "navy"))
    assert WARNING not in desk.handler.get(f"/console/help/{first}").text


def test_another_case_of_the_same_member_is_told(desk, world):
    first = applied(desk, world, desk.person, **own_papers("red"))
    other = applied(desk, world, desk.person, "seasonal", amount_requested="900")
    page = desk.handler.get(f"/console/help/{first}").text
    assert WARNING in page
    assert f'href="/console/help/{other}">{number(desk, other)}</a>' in page
    assert "同一申请人" in page
    assert "材料相同" not in page


@pytest.mark.parametrize(("closed_at", "is_told"), [("2026-10-01", True), ("2025-01-01", False)])
def test_what_was_over_long_ago_is_not(desk, world, closed_at, is_told):
    first = applied(desk, world, desk.person, **own_papers("red"))
    other = applied(desk, world, desk.person, "seasonal", amount_requested="900")
    change(desk, other, state="withdrawn", phase="withdrawn", due_at=None, closed_at=closed_at, submitted_at=closed_at)
    assert (WARNING in desk.handler.get(f"/console/help/{first}").text) is is_told


def test_what_the_member_asks_of_another_module_is_not_the_same(desk, world):
    first = applied(desk, world, desk.person, **own_papers("red"))
    other = applied(desk, world, desk.person, "seasonal", amount_requested="900")
    change(desk, other, module="legal_aid", kind="legal_aid.consultation")
    assert WARNING not in desk.handler.get(f"/console/help/{first}").text


def test_the_same_paper_of_somebody_else_is_told_without_a_word_of_theirs(desk, world):
    first, other = applied(desk, world), applied(desk, world)
    page = desk.handler.get(f"/console/help/{first}").text
    assert "材料相同" in page
    assert number(desk, other) in page
    assert "同一申请人" not in page


def test_who_may_not_read_the_other_case_reads_what_the_list_shows_and_opens_nothing(desk, world):
    first, other = applied(desk, world), applied(desk, world)
    change(desk, other, submitted_by=_account(desk, first))
    page = desk.handler.get(f"/console/help/{first}").text
    line = page.partition(number(desk, other))[2].partition("</li>")[0]
    assert "生活困难救助" in line
    assert "审核中" in line
    assert str(other) not in page


def test_a_case_of_a_module_whose_list_the_reader_does_not_see_is_a_line_without_a_word(desk, world):
    first, _other = applied(desk, world), applied(desk, world)
    reader = Actor(_account(desk, first), None, "干部", frozenset({"help.review"}))
    with scope(Plane.STAFF, zone=desk.zone, actor=reader):
        for who, is_listed in ((reader, True), (replace(reader, permissions=frozenset()), False)):
            assert [like.is_listed for like in list_like(who, find_case(first))] == [is_listed]


def _account(desk, case_id: UUID) -> UUID:
    handler = desk.find(case_id).handler_id
    assert handler
    return handler


def test_a_case_kept_from_the_reader_does_not_exist(desk, world):
    """The reader is tied to the union that must not know: not even a line without a number tells of it."""
    first, other = applied(desk, world), applied(desk, world)
    change(desk, other, blind_paths=[desk.zone.union_path])
    assert WARNING not in desk.handler.get(f"/console/help/{first}").text


def test_the_same_paper_in_another_zone_is_not_told(desk, world):
    first = applied(desk, world)
    zone = world.zone()
    person, staff = world.member(zone), world.client(zone, world.staff(zone, "caseworker"))
    there = type(desk)(world, zone, person, world.client(zone, person), staff, staff, staff)
    applied(there, world, person)
    assert WARNING not in desk.handler.get(f"/console/help/{first}").text
