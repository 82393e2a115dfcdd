"""A decision is appealed once, in time, and decided by somebody who had no part in it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.casework.appeals.rules import last_moment
from app.casework.deadlines import count_waiting_for
from app.casework.kinds import CaseKindError, find_kind
from app.casework.models import Case, CaseClock
from app.casework.states import Phase, StateTable, StateTableError, Step, Who, states_of
from app.core.clock import CHINA, now
from app.core.platform import platform
from app.identity.roles import permissions_of
from app.modules.help.cases import TABLE
from app.modules.help.tests.test_workflow import inbox
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token

REASON = "家里还有一位病人，材料中漏写了。"


@pytest.fixture
def second_admin(desk, world):
    person = world.staff(desk.zone, "zone_admin")
    browser = world.client(desk.zone, person)
    browser.person = person
    return browser


def refused(desk):
    case_id = desk.recommended()
    assert desk.step(desk.admin, case_id, "refuse", reason="同一事由已获救助").status_code == 302
    return case_id


def approved(desk, amount: str):
    case_id = desk.submitted()
    desk.step(desk.handler, case_id, "take")
    desk.step(desk.handler, case_id, "recommend", recommendation="grant", amount_recommended="900", note="家访属实")
    assert desk.step(desk.admin, case_id, "approve", amount_granted=amount).status_code == 302
    return case_id


def appeal(desk, case_id, reason: str = REASON):
    csrf = token(desk.member, f"/help/{case_id}")
    return desk.member.post(f"/help/{case_id}/appeal", data={"csrf_token": csrf, "reason": reason})


def change(desk, case_id, **columns) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        case = db.session.query(Case).filter(Case.id == case_id).one()
        for column, value in columns.items():
            setattr(case, column, value)
        db.session.commit()


def test_an_appeal_goes_to_somebody_else_who_grants_more(desk, second_admin):
    case_id = refused(desk)
    page = desk.member.get(f"/help/{case_id}").text
    assert f'action="/help/{case_id}/appeal"' in page
    for _twice in range(2):
        assert appeal_again(desk, case_id).status_code == 302
    appealed = desk.find(case_id)
    assert (appealed.state, appealed.phase, appealed.closed_at) == ("appealed", Phase.OPEN, None)
    assert appealed.due_at > now()
    page = desk.member.get(f"/help/{case_id}").text
    assert "申诉审查中" in page
    assert f"/help/{case_id}/appeal" not in page
    assert f"/help/{case_id}/withdraw" not in page

    assert REASON in second_admin.get(f"/console/help/{case_id}").text
    assert desk.step(desk.admin, case_id, "change", amount_granted="600").status_code == 403
    assert desk.step(second_admin, case_id, "change", amount_granted="600", reason="情况属实").status_code == 302
    page = desk.member.get(f"/help/{case_id}").text
    assert "600.00" in page
    assert "情况属实" in page
    decided = desk.find(case_id)
    assert decided.appeal_decided_by not in (None, decided.decided_by, decided.recommended_by)
    assert [kind for kind, _ in inbox(desk)][-2:] == ["help.appealed", "help.changed"]
    assert all(REASON not in str(params) for _, params in inbox(desk))


def appeal_again(desk, case_id):
    """The same form sent once more: it was opened before the first time."""
    csrf = token(desk.member, "/help/apply/hardship")
    return desk.member.post(f"/help/{case_id}/appeal", data={"csrf_token": csrf, "reason": REASON})


def test_what_was_granted_stays_when_the_decision_is_upheld(desk, second_admin):
    case_id = approved(desk, "500")
    assert appeal(desk, case_id).status_code == 302
    assert desk.step(second_admin, case_id, "uphold", reason="金额符合标准").status_code == 302
    found = desk.find(case_id)
    assert (found.state, found.amount_granted_cents) == ("upheld", 50_000)
    page = desk.member.get(f"/help/{case_id}").text
    assert "500.00" in page
    assert f"/help/{case_id}/appeal" not in page
    answer = appeal_again(desk, case_id)
    assert answer.status_code == 409
    assert REASON in answer.text


@pytest.mark.parametrize("amount", ["", "500"])
def test_a_withdrawn_appeal_leaves_the_decision_as_it_was(desk, second_admin, amount):
    case_id = approved(desk, amount) if amount else refused(desk)
    before = desk.find(case_id)
    assert appeal(desk, case_id).status_code == 302
    path = f"/help/{case_id}"
    assert "撤回申诉" in desk.member.get(path).text
    form = {"csrf_token": token(desk.member, path)}
    for _twice in range(2):
        assert desk.member.post(f"{path}/steps/withdraw_appeal", data=form).status_code == 302
    found = desk.find(case_id)
    assert (found.state, found.phase, found.due_at) == ("appeal_withdrawn", Phase.DECIDED, None)
    assert (found.amount_granted_cents, found.decided_by) == (before.amount_granted_cents, before.decided_by)
    assert (found.appeal_decided_by, found.appeal_withdrawn_at is None) == (None, False)
    with scope(Plane.WORKER, zone=desk.zone):
        clocks = select(func.count(CaseClock.id)).where(CaseClock.case_id == case_id, CaseClock.stopped_at.is_(None))
        assert db.session.scalar(clocks) == 0
    page = desk.member.get(path).text
    assert "申诉已撤回" in page
    assert f"{path}/appeal" not in page
    assert "撤回申诉</button>" not in page
    assert desk.step(second_admin, case_id, "change", amount_granted="800").status_code == 409
    assert [kind for kind, _ in inbox(desk)][-1] == "help.appeal_withdrawn"


def test_nobody_else_withdraws_an_appeal_and_the_database_keeps_a_member_from_more(desk, world):
    case_id = refused(desk)
    appeal(desk, case_id)
    stranger = world.client(desk.zone, world.member(desk.zone))
    csrf = token(stranger, "/help/apply/hardship")
    assert stranger.post(f"/help/{case_id}/steps/withdraw_appeal", data={"csrf_token": csrf}).status_code == 404
    member = Actor(desk.person.account_id, desk.person.member_id, desk.person.name)
    with scope(Plane.MEMBER, zone=desk.zone, actor=member), pytest.raises(DatabaseError):
        db.session.execute(
            update(Case).where(Case.id == case_id).values(phase=Phase.DECIDED, due_at=None, closed_at=now())
        )
    with scope(Plane.WORKER, zone=desk.zone), pytest.raises(DatabaseError):
        db.session.execute(update(Case).where(Case.id == case_id).values(appeal_withdrawn_at=now()))


@pytest.mark.parametrize(
    ("amount", "status"), [("500", 422), ("499", 422), ("900.01", 422), ("500.01", 302), ("900", 302)]
)
def test_an_appeal_gives_more_than_before_and_at_most_what_was_asked_for(desk, second_admin, amount, status):
    case_id = approved(desk, "500")
    appeal(desk, case_id)
    answer = desk.step(second_admin, case_id, "change", amount_granted=amount)
    assert answer.status_code == status
    if status == 422:
        assert f'value="{amount}"' in answer.text


def test_who_was_granted_everything_has_nothing_to_appeal(desk):
    case_id = approved(desk, "900")
    assert "/appeal" not in desk.member.get(f"/help/{case_id}").text
    answer = appeal_again(desk, case_id)
    assert answer.status_code == 409
    assert desk.find(case_id).state == "approved"


def test_an_appeal_is_possible_for_fifteen_working_days(desk):
    case_id = refused(desk)
    long_ago = datetime(2026, 9, 24, tzinfo=UTC)
    for at, is_open in ((now(), True), (long_ago, False)):
        change(desk, case_id, closed_at=at)
        assert ("/appeal" in desk.member.get(f"/help/{case_id}").text) is is_open
    answer = appeal_again(desk, case_id)
    assert answer.status_code == 409
    assert REASON in answer.text
    assert desk.find(case_id).state == "refused"


def test_an_appeal_without_reasons_is_shown_again(desk):
    case_id = refused(desk)
    answer = appeal(desk, case_id, "")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert desk.find(case_id).state == "refused"


def test_nobody_appeals_for_another(desk, world):
    case_id = refused(desk)
    other = world.client(desk.zone, world.member(desk.zone))
    csrf = token(other, "/help/apply/hardship")
    assert other.post(f"/help/{case_id}/appeal", data={"csrf_token": csrf, "reason": REASON}).status_code == 404


def test_one_may_apply_anew_while_an_appeal_is_open(desk):
    case_id = refused(desk)
    appeal(desk, case_id)
    assert desk.submitted() != case_id
    assert desk.find(case_id).state == "appealed"


def test_an_appeal_waits_on_the_menu_of_those_who_may_decide_on_it(desk, second_admin):
    case_id = refused(desk)
    appeal(desk, case_id)
    decided_by = desk.find(case_id).decided_by
    with scope(Plane.STAFF, zone=desk.zone):
        permissions = permissions_of([("zone_admin", desk.zone.union_path)], desk.zone.union_path, platform().modules)
        assert count_waiting_for(Actor(decided_by, None, "", permissions), "help") == 0
        assert count_waiting_for(Actor(second_admin.person.account_id, None, "", permissions), "help") == 1


@pytest.mark.parametrize("who", ["decided_by", "recommended_by", "submitted_by"])
def test_the_database_refuses_a_decision_on_an_appeal_by_who_had_part(desk, who):
    case_id = refused(desk)
    appeal(desk, case_id)
    with scope(Plane.WORKER, zone=desk.zone):
        case = db.session.query(Case).filter(Case.id == case_id).one()
        case.state, case.phase, case.closed_at, case.due_at = "upheld", Phase.DECIDED, now(), None
        case.appeal_decided_by = getattr(case, who)
        with pytest.raises(IntegrityError, match="third_person"):
            db.session.flush()
        db.session.rollback()


def test_the_database_refuses_to_end_an_appeal_without_a_decision_on_it(desk):
    case_id = refused(desk)
    appeal(desk, case_id)
    with pytest.raises(IntegrityError, match="cases_appealed"):
        change(desk, case_id, state="upheld", phase=Phase.DECIDED, closed_at=now(), due_at=None)


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "withdrawn", "phase": Phase.WITHDRAWN},
        {"state": "in_review", "phase": Phase.OPEN, "closed_at": None, "due_at": now()},
        {"amount_granted_cents": 90_000},
    ],
    ids=["withdraw it", "reopen it", "grant more"],
)
def test_a_members_own_hand_makes_nothing_of_a_decision_but_an_appeal(desk, columns):
    case_id = approved(desk, "500")
    member = Actor(desk.person.account_id, desk.person.member_id, "")
    with scope(Plane.MEMBER, zone=desk.zone, actor=member):
        case = db.session.query(Case).filter(Case.id == case_id).one()
        for column, value in columns.items():
            setattr(case, column, value)
        with pytest.raises(DatabaseError, match=r"row-level security|permission denied"):
            db.session.flush()
        db.session.rollback()


def test_a_member_never_appeals_twice_in_the_database(desk, second_admin):
    case_id = refused(desk)
    appeal(desk, case_id)
    desk.step(second_admin, case_id, "uphold", reason="维持")
    member = Actor(desk.person.account_id, desk.person.member_id, "")
    with scope(Plane.MEMBER, zone=desk.zone, actor=member):
        case = db.session.query(Case).filter(Case.id == case_id).one()
        case.state, case.phase, case.closed_at, case.due_at = "appealed", Phase.OPEN, None, now()
        with pytest.raises(DatabaseError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def table_with(step: Step) -> StateTable:
    return StateTable(TABLE.states, tuple(step if each.action == step.action else each for each in TABLE.steps))


def test_a_table_in_which_an_appeal_comes_back_to_its_decision_is_refused():
    again = replace(TABLE.step("uphold"), target="refused")
    with pytest.raises(StateTableError, match="could be taken twice"):
        table_with(again)


def test_only_an_appeal_leads_on_from_a_decision():
    with pytest.raises(StateTableError, match="leads on from 'refused', which is over"):
        table_with(replace(TABLE.step("appeal"), appeals_within=""))
    with pytest.raises(StateTableError, match="leads on from 'withdrawn', which is over"):
        table_with(replace(TABLE.step("appeal"), sources=states_of("refused", "withdrawn")))


def test_an_appeal_is_the_applicants_and_has_a_clock(world):
    with world.app.app_context():
        kind = find_kind("help.seasonal")
    with pytest.raises(CaseKindError, match="no clock is called 'appeal'"):
        replace(kind, clocks=kind.clocks[:1])
    with pytest.raises(CaseKindError, match="are the applicant's"):
        replace(kind, table=table_with(replace(TABLE.step("appeal"), who=Who.HANDLER)))


def test_the_days_of_an_appeal_are_working_days(desk):
    case_id = refused(desk)
    decided = datetime(2026, 9, 24, 3, tzinfo=UTC)
    change(desk, case_id, closed_at=decided)
    with scope(Plane.MEMBER, zone=desk.zone):
        until = last_moment(desk.find(case_id), find_kind("help.seasonal"), TABLE.step("appeal"))
    # fifteen of them, over Mid-Autumn and the National holidays with their make-up workdays
    assert until.astimezone(CHINA).date() == date(2026, 10, 22)
