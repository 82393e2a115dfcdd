"""The monthly statement, and the sums that leaders see."""

import io
from contextlib import closing

import pytest
from sqlalchemy import delete

from app.casework.access.models import CaseConflict
from app.core.clock import today_in_china
from app.core.sheets import SheetLimits, read_sheet
from app.modules.legal_aid.fees.claim_list import Filters, list_claims
from app.modules.legal_aid.fees.statement import told_open, told_paid_this_year
from app.modules.legal_aid.fees.tests.test_payments import paid
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import csrf_token


def test_the_statement_adds_up_and_names_cases_by_number_alone(office):
    other = office.panel.invited()
    first = office.approved()
    assert paid(office, first).status_code == 302
    waiting = office.claimed(office.over(), hours="")
    refused = office.claimed(office.over(lawyer=other), lawyer=other)
    assert office.act(office.approver, refused, "refuse", refuse_reason="重复申报").status_code == 302
    office.begun(office.over())
    page = office.cashier.get("/console/legal_aid/fees/statement").text
    for amount in ("¥3,350.00", "¥1,850.00", "¥1,500.00", "¥5,200.00"):
        assert amount in page
    for claim_id in (first, waiting, refused):
        assert office.panel.desk.find(office.find(claim_id).case_id).number in page
    assert "周小禾" not in page
    former = office.cashier.get("/console/legal_aid/fees/statement?month=2025-01").text
    assert "本月没有补贴申报" in former


def test_lines_lead_to_the_claim_and_where_one_reads_cases_to_the_case(office):
    claim_id, desk = office.claimed(), office.panel.desk
    case_id = office.find(claim_id).case_id
    for page in ("statement", "claims"):
        path = f"/console/legal_aid/fees/{page}"
        to_claim, to_case = f'href="/console/legal_aid/fees/{claim_id}"', f'href="/console/legal_aid/{case_id}"'
        cashier, approver = office.cashier.get(path).text, office.approver.get(path).text
        assert (to_claim in cashier, to_case in cashier) == (True, False)
        assert (to_claim in approver, to_case in approver) == (True, True)
        with scope(Plane.WORKER, zone=desk.zone):
            kept = {"case_id": case_id, "member_id": desk.find(case_id).member_id}
            conflict = CaseConflict(**kept, account_id=office.people["approver"].account_id)
            db.session.add(conflict)
            db.session.commit()
        approver = office.approver.get(path).text
        assert (to_claim in approver, to_case in approver) == (False, False)
        assert desk.find(case_id).number in approver
        with scope(Plane.WORKER, zone=desk.zone):
            db.session.execute(delete(CaseConflict))
            db.session.commit()


def test_claims_are_found_again_by_state_lawyer_and_month(office):
    other = office.panel.invited()
    first, second = office.approved(), office.claimed(office.over(lawyer=other), lawyer=other)
    assert paid(office, first).status_code == 302
    draft = office.begun(office.over())
    month = f"{today_in_china():%Y-%m}"
    for query, found in (
        ("", {first, second}),
        ("?state=paid", {first}),
        ("?state=claimed", {second}),
        ("?state=draft", {first, second}),
        (f"?lawyer={other.lawyer_id}", {second}),
        (f"?lawyer={other.lawyer_id}&state=paid", set()),
        (f"?month={month}", {first, second}),
        ("?month=2025-01", set()),
        (f"?state=nonsense&lawyer=nobody&month=someday&after={second}", {first}),
    ):
        page = office.cashier.get(f"/console/legal_aid/fees/claims{query}").text
        assert {each for each in (first, second, draft) if f"/fees/{each}" in page} == found, query


def test_a_long_list_has_pages(office):
    zone, actor = office.panel.desk.zone, office.actor("approver")
    ids = sorted((office.claimed() for _ in range(3)), reverse=True)
    with scope(Plane.STAFF, zone=zone, actor=actor):
        page = list_claims(actor, Filters(), size=2)
        assert [line.claim.id for line in page.lines] == ids[:2]
        last = list_claims(actor, Filters(after=page.next_after), size=2)
        assert ([line.claim.id for line in last.lines], last.next_after) == (ids[2:], "")


def test_the_workbook_says_the_same(office):
    first, page = office.approved(), "/console/legal_aid/fees/statement"
    form = {"csrf_token": csrf_token(office.cashier), "month": f"{today_in_china():%Y-%m}"}
    with closing(office.cashier.post(f"{page}/export", data=form)) as answer:
        assert answer.status_code == 200
        sheet = read_sheet(io.BytesIO(answer.data), "statement.xlsx", SheetLimits())
    (lawyer, total) = [list(cells) for _line, cells in sheet.rows]
    number = office.panel.desk.find(office.find(first).case_id).number
    assert lawyer[:4:3] == [office.lawyer.name, number]
    assert [str(each) for each in lawyer[4:]] == ["1850", "1850", "0", "1850", "0"]
    assert lawyer[4:] == total[4:]


@pytest.mark.parametrize(("count", "told"), [(0, "¥0.00"), (1, "—"), (3, "¥5,550.00")])
def test_leaders_see_sums_but_never_that_of_one_or_two_claims(office, count, told):
    for _ in range(count):
        office.claimed()
    with scope(Plane.STAFF, zone=office.panel.desk.zone, actor=office.actor("approver")):
        assert told_open() == told
        assert told_paid_this_year() == "¥0.00"


def test_only_who_has_to_do_with_fees_sees_them(office):
    for path in ("fees", "fees/statement", "fees/standards", "fees/claims"):
        for browser in (office.panel.desk.handler, office.lawyer.browser):
            assert browser.get(f"/console/legal_aid/{path}").status_code == 404
