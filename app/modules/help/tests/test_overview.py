"""The leaders' page: numbers that are right, nobody's name, money against a budget."""

import io
from contextlib import closing
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.casework.models import Case, CaseClock
from app.casework.overview.counting import Asked, Period, count_cases, count_load, median
from app.casework.overview.funds import Funds, count_funds
from app.casework.overview.models import CaseBudget
from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.core.sheets import read_sheet
from app.modules.help.cases import CASEWORK
from app.modules.help.tests.desk import STORY
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token

PATH = "/console/help/overview"
NOW = Period.year(today_in_china().year)


def another(desk, world) -> None:
    desk.person = world.member(desk.zone)
    desk.member = world.client(desk.zone, desk.person)


def approve(desk, amount: str = "500"):
    case_id = desk.recommended()
    assert desk.step(desk.admin, case_id, "approve", amount_granted=amount).status_code == 302
    return case_id


def enter(desk, budget: str, **more: str):
    page = desk.admin.get(PATH).text
    seen = page.partition('name="_seen" value="')[2].partition('"')[0]
    year = str(NOW.last.year)
    form = {"csrf_token": token(desk.admin, PATH), "_seen": seen, "year": year, "budget": budget, **more}
    return desk.admin.post(f"{PATH}/budget", data=form)


def budgets(desk) -> list[CaseBudget]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(CaseBudget)).scalars())


def test_what_was_decided_is_counted_with_its_days_and_its_money(desk, world):
    for _ in range(3):
        approve(desk)
        another(desk, world)
    desk.step(desk.admin, desk.recommended(), "refuse", reason="不符合条件")
    another(desk, world)
    desk.submitted()
    with scope(Plane.STAFF, zone=desk.zone):
        found, load = count_cases("help", NOW), count_load("help")
        assert count_funds(Asked(CASEWORK, NOW)) == Funds(150_000, 0)
    kind, month = "help.seasonal", today_in_china().replace(day=1)
    assert found.handed_in == {(kind, month): 5}
    assert found.requested == {(kind, month): 450_000}
    assert found.outcomes == {(kind, "approved"): 3, (kind, "refused"): 1}
    assert found.granted == {(kind, month): 150_000}
    assert found.in_time == {kind: 4}
    assert found.days == {kind: {0: 4}}
    assert [(each.handler, each.cases, each.late) for each in load] == [("", 1, 0)]


def test_an_answer_after_the_promised_day_is_late_and_its_working_days_are_counted(desk):
    case_id = desk.recommended()
    long_ago = desk.find(case_id).submitted_at - timedelta(days=28)
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(submitted_at=long_ago))
        db.session.execute(update(CaseClock).values(due_at=long_ago + timedelta(days=14)))
        db.session.commit()
    assert desk.step(desk.admin, case_id, "refuse", reason="不符合条件").status_code == 302
    case = desk.find(case_id)
    assert case.answered_in_time is False
    assert 12 <= (case.answered_in_days or 0) <= 20


def test_months_outside_the_period_are_not_counted(desk):
    approve(desk)
    with scope(Plane.STAFF, zone=desk.zone):
        before = count_cases("help", Period(date(2020, 1, 1), date(2020, 12, 1)))
    assert not before.handed_in
    assert not before.outcomes
    page = desk.admin.get(f"{PATH}?from=2020-01&to=2020-12").text
    assert "2020-01 至 2020-12" in page
    for odd in ("?from=x&to=y", "?from=2026-13&to=2026-01", "?from=0001-01&to=9999-12", "?from=2026-05"):
        assert desk.admin.get(PATH + odd).status_code == 200


def test_another_zones_cases_are_not_counted(desk, world):
    approve(desk)
    with scope(Plane.STAFF, zone=world.zone()):
        assert not count_cases("help", NOW).handed_in
        assert count_load("help") == []


def test_the_page_names_nobody_and_tells_nothing_about_one_or_two(desk):
    approve(desk, "512.34")
    enter(desk, "10000")
    page = desk.admin.get(PATH).text
    assert "&lt;3" in page
    assert "<progress" not in page
    for secret in ("林海燕", "林*燕", STORY, "512.34", "9,487.66"):
        assert secret not in page


def drawn(desk, chart: str, query: str = "") -> dict[str, list[float | None]]:
    answer = desk.admin.get(f"{PATH}/charts/{chart}{query}")
    assert answer.status_code == 200
    return {series["name"]: series["data"] for series in answer.json["series"]}


def test_the_charts_draw_what_the_tables_say(desk, world):
    for _ in range(3):
        approve(desk)
        another(desk, world)
    desk.step(desk.admin, desk.recommended(), "refuse", reason="不符合条件")
    another(desk, world)
    desk.submitted()
    another(desk, world)
    desk.taken()
    another(desk, world)
    desk.recommended()
    enter(desk, "20000")
    assert drawn(desk, "load") == {"承诺期限内": [1, 1, 1], "已逾期": [0, 0, 0]}
    assert drawn(desk, "delay") == {"答复": [4, 0, 0, 0, 0]}
    assert drawn(desk, "outcomes") == {"已批准": [3], "未获批准": [None]}
    funds = drawn(desk, "funds")
    assert (funds["累计批准"][-1], funds["预算"][-1]) == (1500, 20000)
    page = desk.admin.get(PATH).text
    for chart in ("load", "delay", "outcomes", "funds"):
        assert f"{PATH}/charts/{chart}?" in page


def test_the_charts_leave_out_what_is_about_one_or_two(desk):
    approve(desk, "512.34")
    assert drawn(desk, "delay") == {"答复": [None, 0, 0, 0, 0]}
    assert drawn(desk, "outcomes") == {"已批准": [None]}
    assert set(drawn(desk, "funds")["累计批准"][-1:]) == {None}
    assert drawn(desk, "outcomes", "?from=2020-01&to=2020-12") == {}
    assert desk.admin.get(f"{PATH}/charts/members").status_code == 404


@pytest.mark.parametrize("who", ["handler", "colleague", "member"])
def test_only_who_decides_sees_the_figures(desk, who):
    client = getattr(desk, who)
    assert client.get(PATH).status_code in (302, 403, 404)
    assert client.get(f"{PATH}/charts/load").status_code in (302, 403, 404)
    assert client.post(f"{PATH}/export").status_code in (302, 400, 403, 404)


def funds(desk) -> Funds:
    with scope(Plane.STAFF, zone=desk.zone):
        return count_funds(Asked(CASEWORK, NOW))


def test_a_sum_is_told_where_what_the_tables_leave_out_is_about_enough_cases(desk, world):
    """Three grants of a kind and one of another: the sum less the three would be the one."""
    for _ in range(3):
        approve(desk)
        another(desk, world)
    assert funds(desk).granted == 150_000
    one = approve(desk, "512.34")
    change_case(desk, one, kind="help.schooling")
    assert funds(desk) == Funds(None, None)
    for page in (desk.admin.get(PATH), desk.admin.get(f"{PATH}?from=2020-01&to={NOW.last:%Y-%m}")):
        assert "2,012.34" not in page.text
    for kind in ("help.illness", "help.hardship"):
        another(desk, world)
        change_case(desk, approve(desk), kind=kind)
    assert funds(desk).granted == 301_234, "three cells of one case each: their sum is about three"


def test_what_is_paid_is_told_where_neither_the_paid_nor_the_unpaid_are_one_or_two(desk, world):
    cases = []
    for _ in range(6):
        cases.append(approve(desk))
        another(desk, world)
    told = []
    for case_id in cases:
        told.append(funds(desk).paid)
        change_case(desk, case_id, amount_paid_cents=50_000)
    assert told == [0, None, None, 150_000, None, None]
    assert funds(desk).paid == 300_000


def change_case(desk, case_id, **values) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(**values))
        db.session.commit()


def test_the_budget_is_entered_once_shown_beside_what_was_granted_and_recorded(desk, world):
    for _ in range(3):
        approve(desk)
        another(desk, world)
    assert enter(desk, "1万").status_code == 302
    assert enter(desk, "10,000").status_code == 302
    assert [(each.cents, each.version) for each in budgets(desk)] == [(1_000_000, 1)]
    page = desk.admin.get(PATH).text
    for amount in ("¥10,000.00", "¥1,500.00", "¥8,500.00"):
        assert amount in page
    with scope(Plane.STAFF, zone=desk.zone):
        entries = db.session.execute(select(AuditEntry).where(AuditEntry.action == "help.enter_budget")).scalars().all()
    assert [entry.detail["cents"] for entry in entries] == [1_000_000]


def test_a_budget_entered_meanwhile_is_not_written_over_and_what_was_typed_stays(desk):
    assert enter(desk, "20000").status_code == 302
    answer = enter(desk, "30000.5", _seen="0")
    assert answer.status_code == 409
    assert 'value="30000.5"' in answer.text
    assert "¥20,000.00" in answer.text
    assert [each.cents for each in budgets(desk)] == [2_000_000]
    assert enter(desk, "30000.5").status_code == 302
    assert [(each.cents, each.version) for each in budgets(desk)] == [(3_000_050, 2)]


@pytest.mark.parametrize("typed", ["", "很多", "-5", "1.234"])
def test_a_budget_that_is_none_is_shown_again(desk, typed):
    answer = enter(desk, typed)
    assert answer.status_code == 422
    assert 'id="error-budget"' in answer.text
    assert not typed or f'value="{typed}"' in answer.text
    assert budgets(desk) == []


def test_the_workbook_holds_the_same_numbers_and_is_recorded(desk, world):
    for _ in range(3):
        approve(desk)
        another(desk, world)
    form = {"csrf_token": token(desk.admin, PATH)}
    with closing(desk.admin.post(f"{PATH}/export", data=form)) as answer:
        assert answer.status_code == 200
        cells = [str(cell) for _, row in read_sheet(io.BytesIO(answer.data), "a.xlsx").rows for cell in row]
    assert "¥1,500.00" in cells
    assert not any("林" in cell for cell in cells)
    with scope(Plane.STAFF, zone=desk.zone):
        actions = db.session.execute(select(AuditEntry.action)).scalars().all()
    assert actions.count("help.export_figures") == 1


def test_the_median_lies_in_the_middle():
    from collections import Counter

    assert median(Counter({1: 2, 5: 1})) == 1
    assert median(Counter({1: 1, 4: 1})) == 2.5
