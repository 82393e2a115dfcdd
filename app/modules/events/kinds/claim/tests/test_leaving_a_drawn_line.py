"""Who waits behind the winners of a draw leaves the line: the next one's turn comes instead, and anybody can compute that again."""

import pytest
from sqlalchemy.exc import DBAPIError

from app.core.audit import AuditEntry
from app.modules.events.draws.checking import faults
from app.modules.events.draws.models import DrawPlace
from app.modules.events.kinds.claim import lining_up
from app.modules.events.kinds.claim.tests.drawing import Drawing
from app.modules.events.operations import follow_the_clock
from app.modules.events.tests.fair import SYSTEM
from app.modules.events.tests.test_pages import post
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import one_in_the_other


@pytest.fixture
def drawn(fair, clock) -> Drawing:
    """Two vouchers, drawn among six; four wait."""
    found = Drawing(fair, clock, stock=2)
    found.draw([person.member_id for person in fair.people(6)])
    return found


def audited(member_id) -> list[str]:
    found = db.select(AuditEntry.action).where(AuditEntry.subject_member_id == member_id)
    return list(db.session.scalars(found.where(AuditEntry.action.in_(["events.claim_leave"]))))


def test_who_leaves_the_line_is_passed_over_for_good_and_that_is_published(fair, clock, world):
    drawn = Drawing(fair, clock, stock=1)
    people = {each.member_id: each for each in fair.people(5)}
    drawn.draw(list(people))
    path, phones = (
        f"/events/claim/{drawn.campaign_id}",
        {each: world.client(fair.zone, people[each]) for each in drawn.order},
    )
    entries = dict(zip(drawn.order, drawn.places(), strict=True))
    leaving, last = drawn.order[2], drawn.order[4]
    for each, number in zip(drawn.order[1:], range(1, 5), strict=True):
        assert f"第 {number} 位，共 4 人" in phones[each].get(path).text
    assert f"{path}/leave" in phones[leaving].get(path).text
    page_of_draw = f"/events/draws/{drawn.campaign_id}"
    assert "已退出候补" not in world.client(fair.zone).get(page_of_draw).text
    assert post(phones[leaving], f"{path}/leave").location == path
    page = phones[leaving].get(path).text
    assert "您已退出候补" in page
    assert f"{path}/leave" not in page
    assert "第 3 位，共 3 人" in phones[last].get(path).text
    assert drawn.line() == [each for each in drawn.order[1:] if each != leaving]
    for each in drawn.order[:2]:
        drawn.comes_back(each)
        fair.tick()
    assert drawn.holders() == [drawn.order[3]]
    record = drawn.published()
    assert record["passed_over"] == {str(entries[leaving]): "left"}
    assert record["waiting"] == [str(entries[last])]
    assert faults(record) == []
    assert faults(record | {"passed_over": {}})
    public = world.client(fair.zone).get(page_of_draw).text
    assert "已退出候补" in public
    assert "候补第 1 位" in public
    with fair.staff():
        assert audited(leaving) == ["events.claim_leave"]


def test_who_does_not_wait_leaves_nothing(drawn, fair):
    winner, waits = drawn.order[0], drawn.line()[0]
    assert not drawn.leave(winner)
    assert not drawn.leave(fair.people(1)[0].member_id)
    assert drawn.leave(waits)
    assert not drawn.leave(waits)
    with fair.staff():
        assert audited(winner) == []
        assert audited(waits) == ["events.claim_leave"]


@pytest.mark.parametrize(
    "change", [{"waits": False, "passed_over": "gone"}, {"waits": False}, {"waits": True, "passed_over": "left"}]
)
def test_a_member_says_of_their_place_that_they_left_and_nothing_else(drawn, fair, change):
    own = drawn.places(waiting=True)[0]
    with fair.as_member(drawn.whose()[own]), pytest.raises(DBAPIError):
        db.session.execute(db.update(DrawPlace).where(DrawPlace.id == own).values(**change))


def test_a_member_leaves_for_nobody_else(drawn, fair):
    own, other = drawn.places(waiting=True)[:2]
    with fair.as_member(drawn.whose()[own]):
        db.session.execute(db.update(DrawPlace).where(DrawPlace.id == other).values(waits=False, passed_over="left"))
        db.session.commit()
    assert other in drawn.places(waiting=True)


def test_background_work_lets_nobody_leave_nor_come_back(drawn, fair):
    gone, stays = drawn.places(waiting=True)[:2]
    drawn.leave(drawn.whose()[gone])
    with fair.work():
        db.session.execute(db.update(DrawPlace).where(DrawPlace.id == gone).values(waits=True, passed_over=None))
        db.session.commit()
        with pytest.raises(DBAPIError, match="row-level security"):
            db.session.execute(
                db.update(DrawPlace).where(DrawPlace.id == stays).values(waits=False, passed_over="left")
            )
    assert gone not in drawn.places(waiting=True)


def test_who_leaves_at_the_moment_in_which_their_turn_comes_is_passed_over(drawn, fair, app):
    """Background work waits for them, and gives the piece to the next."""
    first, second = drawn.line()[:2]
    drawn.comes_back(drawn.order[0])
    leaving = (
        Scope(Plane.MEMBER, zone=fair.zone, actor=Actor(uuid7(), name="", member_id=first)),
        lambda: lining_up.leave(first, drawn.campaign_id),
    )
    serving = (Scope(Plane.WORKER, zone=fair.zone, actor=SYSTEM), lambda: follow_the_clock(SYSTEM))
    assert one_in_the_other(app, leaving, serving) == [None, None]
    assert second in drawn.holders()
    assert first not in drawn.holders()
