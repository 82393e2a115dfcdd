"""A second objection to a grant is promised an answer too: it keeps the money, and the case, until it has one."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework.models import Case
from app.casework.public_notice.models import Objection
from app.casework.public_notice.promises import count_open, due_at
from app.casework.retention.erasing import erase_due
from app.casework.steps import take_step
from app.core.clock import CHINA, now, today_in_china
from app.core.errors import NotFound
from app.modules.help.tests.test_erasure import answer as answer_erasure
from app.modules.help.tests.test_erasure import ask, is_there
from app.modules.help.tests.test_public_notice import (
    answer,
    change,
    clear,
    granted,
    judge,
    let_it_end,
    objected,
    published,
)
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of


@pytest.fixture
def case_id(desk) -> UUID:
    return granted(desk)


@pytest.fixture
def open_one(desk, world, case_id) -> str:
    """The second of two objections to one grant, of which the first was well-founded: the case is in review again."""
    notice = published(desk, case_id)
    first, second = (
        objected(desk, world.client(desk.zone, world.member(desk.zone, name)), notice) for name in ("赵知情", "钱知情")
    )
    assert answer(desk, first, "well_founded").status_code == 302
    return second


def granted_anew(desk, case_id: UUID) -> None:
    """Granted, listed anew, and the notice has ended."""
    recommended = {"recommendation": "grant", "amount_recommended": "800", "note": "家访属实"}
    assert desk.step(desk.handler, case_id, "recommend", **recommended).status_code == 302
    assert desk.step(judge(desk), case_id, "approve", amount_granted="800").status_code == 302
    published(desk, case_id)
    let_it_end(desk)


def end_what_is_over(desk) -> int:
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        ended = erase_due()
        db.session.commit()
        return ended


def test_it_keeps_the_money_of_what_is_granted_anew(desk, case_id, open_one):
    granted_anew(desk, case_id)
    assert not clear(desk, case_id)
    assert "有异议待答复" in desk.handler.get(f"/console/help/{case_id}").text
    assert answer(desk, open_one, "dismissed").status_code == 302
    assert clear(desk, case_id)


def test_it_sends_back_what_is_granted_anew(desk, case_id, open_one):
    granted_anew(desk, case_id)
    assert "原决定作废，退回重新审核" in judge(desk).get(f"/console/help/objections/{open_one}").text
    assert answer(desk, open_one, "well_founded").status_code == 302
    case = desk.find(case_id)
    assert (case.state, case.amount_granted_cents) == ("in_review", None)


def test_it_sends_nothing_back_that_is_in_review_and_leaves_no_way_back_later(desk, world, case_id, open_one):
    assert f"/objections/{open_one}" not in desk.handler.get(f"/console/help/{case_id}").text
    assert answer(desk, open_one, "well_founded").status_code == 302
    assert f"/objections/{open_one}" in desk.handler.get(f"/console/help/{case_id}").text, (
        "who decides next must read it"
    )
    granted_anew(desk, case_id)
    assert clear(desk, case_id)
    again = world.staff_actor(desk.zone, "zone_admin")
    with scope(Plane.STAFF, zone=desk.zone, actor=again), pytest.raises(NotFound):
        take_step(again, case_id, "review_again")
    assert desk.find(case_id).state == "approved"


def test_nothing_is_erased_while_it_is_open_and_who_erases_reads_why(desk, case_id, open_one):
    own = f"/help/{case_id}"
    assert desk.member.post(f"{own}/withdraw", data={"csrf_token": token_of(desk.member, own)}).status_code == 302
    assert ask(desk, case_id).status_code == 302
    page = f"/console/help/{case_id}/retention"
    assert "公示异议待答复" in desk.admin.get(page).text
    assert answer_erasure(desk, case_id).status_code == 302
    change(desk, Case, closed_at=now() - timedelta(days=365 * 40))
    assert end_what_is_over(desk) == 0
    assert is_there(desk, case_id)
    assert answer(desk, open_one, "dismissed").status_code == 302
    assert "公示异议待答复" not in desk.admin.get(page).text
    assert end_what_is_over(desk) == 1
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.scalars(select(Objection)).all() == []


def test_those_count_as_late_whose_promise_has_passed_whatever_day_they_were_made(desk, open_one):
    with scope(Plane.WORKER, zone=desk.zone):
        for ago in range(30):
            midnight = datetime.combine(today_in_china() - timedelta(days=ago), time(), CHINA)
            for made_at in (midnight, midnight - timedelta(seconds=1)):
                moved = update(Objection).where(Objection.id == UUID(open_one)).values(made_at=made_at)
                db.session.execute(moved)
                assert count_open("help") == (1, int(due_at(made_at) < now())), made_at
        db.session.rollback()
