"""A returned case ends by time when nobody completes it: told of two weeks before, closed, and told again."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework import lapsing
from app.casework.models import Case
from app.casework.states import Phase, State, StateTable, StateTableError, Step, Who, states_of
from app.core.clock import now
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db


@pytest.fixture
def returned(desk) -> UUID:
    case_id = desk.submitted()
    assert desk.step(desk.handler, case_id, "take").status_code == 302
    assert desk.step(desk.handler, case_id, "return", reason="请补充户口簿").status_code == 302
    return case_id


def pass_days(desk, case_id: UUID, days: int) -> None:
    earlier = {each: getattr(Case, each) - timedelta(days=days) for each in ("updated_at", "draft_ends_at")}
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(earlier))
        db.session.commit()


def lapse(desk) -> int:
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        lapsed = lapsing.lapse(SYSTEM)
        db.session.commit()
        return lapsed


def told(desk) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        kinds = db.session.execute(select(Message.kind).order_by(Message.id)).scalars()
        return [kind for kind in kinds if kind in ("help.ends", "help.ended")]


def test_a_returned_case_is_told_of_and_two_weeks_later_closed(desk, returned):
    page = desk.member.get(f"/help/{returned}").text
    assert "60 天" in page
    pass_days(desk, returned, 45)
    assert (lapse(desk), told(desk)) == (0, [])
    pass_days(desk, returned, 2)
    assert (lapse(desk), lapse(desk), told(desk)) == (0, 0, ["help.ends"])
    pass_days(desk, returned, 13)
    assert lapse(desk) == 0
    pass_days(desk, returned, 2)
    assert [lapse(desk), lapse(desk)] == [1, 0]
    case = desk.find(returned)
    assert (case.state, case.phase, case.closed_at is not None) == ("not_completed", Phase.ENDED, True)
    assert told(desk) == ["help.ends", "help.ended"]
    assert "未补充" in desk.member.get(f"/help/{returned}").text


def test_a_returned_case_found_late_still_has_its_two_weeks(desk, returned):
    pass_days(desk, returned, 300)
    assert (lapse(desk), told(desk)) == (0, ["help.ends"])


def test_what_is_touched_after_the_notice_is_told_of_anew(desk, returned):
    pass_days(desk, returned, 50)
    lapse(desk)
    pass_days(desk, returned, 10)
    assert desk.send(desk.form(action="save", amount_requested="900"), "seasonal").status_code == 302
    pass_days(desk, returned, 15)
    assert (lapse(desk), told(desk)) == (0, ["help.ends"])
    pass_days(desk, returned, 35)
    assert lapse(desk) == 0, "the notice of before is void"
    ends_at = desk.find(returned).draft_ends_at
    assert ends_at is not None
    assert ends_at > now() + timedelta(days=13)


@pytest.mark.parametrize("ends", [{}, {"days": 60}])
def test_a_table_whose_returned_cases_never_end_or_end_unsaid_is_refused(ends):
    steps = [
        Step("submit", "", "", states_of("draft", "returned"), "asked", Who.APPLICANT),
        Step("return", "", "", states_of("asked"), "returned", Who.HANDLER),
        Step("close", "", "", states_of("asked"), "closed", Who.HANDLER),
    ]
    if ends:
        steps.append(Step("lapse", "", "", states_of("returned"), "closed", Who.TIME))
    states = (
        State("draft", Phase.DRAFT, ""),
        State("asked", Phase.OPEN, ""),
        State("returned", Phase.RETURNED, "", **ends),
        State("closed", Phase.ENDED, ""),
    )
    with pytest.raises(StateTableError, match="waits for the member"):
        StateTable(states, tuple(steps))
