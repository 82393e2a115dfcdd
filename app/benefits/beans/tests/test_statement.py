"""A member reads what beans they have and every movement of them, and nobody else's."""

import pytest

from app.benefits.beans import purse, statement
from app.benefits.beans.tests.books import CATEGORY, CLERK
from app.benefits.beans.tests.office import Office
from app.core.jobs.inline import run_due_events
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7


@pytest.fixture
def office(world) -> Office:
    found = Office(world.zone(), world)
    found.approved()
    run_due_events()
    return found


def buy(office, amount: int, back: int = 0) -> None:
    """The first member spends beans; some are given back."""
    hold_id = uuid7()
    with scope(Plane.WORKER, zone=office.zone):
        purse.hold(CLERK, hold_id, office.members[0], amount, CATEGORY, "mall.order:1")
        db.session.commit()
        purse.spend(CLERK, hold_id)
        db.session.commit()
        if back:
            purse.refund(CLERK, hold_id, back, "1", "缺货")
            db.session.commit()


def test_what_a_member_has_and_how_it_came_and_went(office, world):
    buy(office, 15, back=5)
    with scope(Plane.WORKER, zone=office.zone):
        (pot,) = statement.list_pots(office.members[0])
        moves = [(each.kind, each.change, each.kept) for each in statement.list_movements(office.members[0])]
    assert (pot.free, pot.held) == (10, 0)
    assert moves == [("refund", 5, 0), ("spend", 0, -15), ("hold", -15, 15), ("issue", 20, 0)]
    phone = world.client(office.zone, office.people[0])
    page = phone.get("/me/benefits").text
    assert "春节慰问" in page
    assert "10 颗" in page
    told = phone.get("/me/benefits/beans").text
    for word in ("+5", "−15", "+20", "缺货", "预留中的 15 颗"):
        assert word in told


def test_the_pages_show_one_s_own_alone(office, world):
    buy(office, 15)
    stranger = world.client(office.zone, world.member(office.zone))
    assert "暂无福利豆" in stranger.get("/me/benefits").text
    assert "暂无明细" in stranger.get("/me/benefits/beans").text
    second = world.client(office.zone, office.people[1])
    assert "−15" not in second.get("/me/benefits/beans").text
    assert world.client(office.zone).get("/me/benefits").status_code in (302, 303)


def test_beans_of_another_zone_are_shown_in_that_zone_alone(office, world):
    other = world.zone()
    with scope(Plane.WORKER, zone=other):
        assert statement.list_pots(office.members[0]) == []
        assert statement.list_movements(office.members[0]) == []


def test_a_long_statement_is_read_page_by_page_and_no_movement_twice(office):
    for _time in range(3):
        buy(office, 1)
    with scope(Plane.WORKER, zone=office.zone):
        first = statement.list_movements(office.members[0], limit=4)
        rest = statement.list_movements(office.members[0], first[-1].id)
    kinds = [each.kind for each in (*first, *rest)]
    assert kinds == ["spend", "hold"] * 3 + ["issue"]
