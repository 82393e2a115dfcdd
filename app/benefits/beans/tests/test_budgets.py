"""The staff's pages of budgets."""

import pytest

from app.benefits.beans.issue_states import APPROVE, SUBMIT
from app.benefits.beans.tests.office import Office


@pytest.fixture
def office(world) -> Office:
    return Office(world.zone(), world)


@pytest.fixture
def desk(office):
    return lambda *roles: office.world.client(office.zone, office.world.staff(office.zone, *roles))


def test_the_list_says_where_each_budgets_beans_are(office, desk):
    issue_id = office.drafted()
    for step in (SUBMIT, APPROVE):
        office.take(issue_id, step)
    office.write(issue_id)
    page = desk("approver").get("/console/benefits/budgets/").text
    row = page[page.index("春节") : page.index("</tr>", page.index("春节"))]
    assert [row.count(f">{beans}<") for beans in (100, 40, 60, 0)] == [1, 1, 1, 1]


def test_pages_of_benefits_do_not_exist_for_whoever_may_not_see_them(desk):
    assert desk("editor").get("/console/benefits/budgets/").status_code == 404
