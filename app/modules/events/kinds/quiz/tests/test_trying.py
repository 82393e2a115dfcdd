"""Papers: one at a time, so many a day and in all, answered by their deadline, scored once, the best counts."""

from datetime import datetime, time, timedelta

import pytest

from app.core.clock import CHINA, today_in_china
from app.core.early_posts import at_last
from app.core.errors import NotFound
from app.members.audience.choice import Audience
from app.modules.events.errors import NotInvited, NotOpen
from app.modules.events.kinds.quiz import trying
from app.modules.events.kinds.quiz.errors import NoTriesLeft, NoTriesToday
from app.modules.events.kinds.quiz.handing_in import GRACE, Sheet, hand_in
from app.modules.events.kinds.quiz.models import Attempt
from app.modules.events.kinds.quiz.settings import QuizSettings
from app.modules.events.states import STOP, State
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once

MINUTES = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("parts", "words"), [("劳动法律", "Line 1"), ("法 5\n法 3", "Name 1 to"), ("法 101", "Line 1")]
)
def test_what_a_paper_is_made_of_is_refused_in_one_piece(app, parts, words):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        (message,) = QuizSettings().validate({"parts": parts})["parts"]
        assert str(message).startswith(words)


def test_a_paper_is_drawn_as_the_rules_say_and_scored(school, opened, clock):
    member_id = school.fair.members[0]
    attempt_id = school.begin(opened, member_id)
    paper = school.attempt(attempt_id)
    assert len(set(paper.item_ids)) == 5
    clock.shift(timedelta(seconds=83))
    school.hand_in(opened, member_id, attempt_id, right=3)
    done, score = school.attempt(attempt_id), school.score(opened, member_id)
    assert (done.points, done.milliseconds) == (score.points, score.milliseconds) == (60, 83_000)
    assert school.fair.entrants(opened) == {member_id}


def test_who_begins_again_goes_on_with_the_same_paper(school, opened):
    member_id = school.fair.members[0]
    assert school.begin(opened, member_id) == school.begin(opened, member_id)


def test_in_two_tabs_at_once_it_is_one_paper(app, school, opened):
    member_id = school.fair.members[0]
    here = Scope(Plane.MEMBER, zone=school.fair.zone, actor=Actor(uuid7(), name="", member_id=member_id))
    got: list = []
    at_once(app, [(here, lambda: got.append(trying.begin(member_id, opened)))] * 6)
    assert len(set(got)) == 1
    assert school.score(opened, member_id).points is None


def test_two_processes_at_once_draw_one_paper(app, school, opened):
    """The writer itself, in two transactions: what the database keeps apart, not the thread that serves."""
    member_id = school.fair.members[0]
    got: list = []
    work = Scope(Plane.WORKER, zone=school.fair.zone, actor=Actor(name="system"))
    at_once(app, [(work, lambda: got.extend(trying._serve(opened, [member_id])))] * 4)
    assert len(set(got) - {trying.Refused.NOT_NOW}) == 1
    with school.fair.work():
        assert db.session.scalar(db.select(db.func.count()).select_from(Attempt)) == 1


def test_handed_in_twice_the_first_holds(school, opened):
    member_id = school.fair.members[0]
    attempt_id = school.begin(opened, member_id)
    school.hand_in(opened, member_id, attempt_id, right=1)
    school.hand_in(opened, member_id, attempt_id, right=5)
    assert school.attempt(attempt_id).points == 20
    assert school.score(opened, member_id).points == 20


def test_the_best_counts_and_of_equal_points_the_quicker(school, clock):
    campaign_id, member_id = school.quiz(settings={"tries_a_day": 9, "tries_in_all": 9}), school.fair.members[0]
    clock.shift(SOON)
    for right, seconds, best in (
        (3, 50, (60, 50_000)),
        (4, 70, (80, 70_000)),
        (4, 60, (80, 60_000)),
        (2, 10, (80, 60_000)),
    ):
        attempt_id = school.begin(campaign_id, member_id)
        clock.shift(timedelta(seconds=seconds))
        school.hand_in(campaign_id, member_id, attempt_id, right=right)
        score = school.score(campaign_id, member_id)
        assert (score.points, score.milliseconds) == best


def test_what_comes_after_the_deadline_counts_as_not_answered(school, opened, clock):
    member_id = school.fair.members[0]
    attempt_id = school.begin(opened, member_id)
    clock.shift(MINUTES + GRACE + timedelta(seconds=1))
    school.hand_in(opened, member_id, attempt_id)
    done = school.attempt(attempt_id)
    assert (done.points, done.answers, done.milliseconds) == (0, [], 600_000)


def test_what_was_on_its_way_at_the_deadline_counts(school, opened, clock):
    attempt_id = school.begin(opened, school.fair.members[0])
    clock.shift(MINUTES + GRACE)
    school.hand_in(opened, school.fair.members[0], attempt_id)
    assert school.attempt(attempt_id).points == 100


def test_a_paper_that_was_left_is_closed_when_the_next_is_begun(school, opened, clock):
    member_id = school.fair.members[0]
    first = school.begin(opened, member_id)
    clock.shift(MINUTES * 2)
    assert school.begin(opened, member_id) != first
    assert school.attempt(first).points == 0


def test_so_many_tries_a_day_and_in_all(school, clock):
    campaign_id = school.quiz(settings={"tries_a_day": 2, "tries_in_all": 3})
    member_id = school.fair.members[0]
    clock.shift(SOON)
    school.take(campaign_id, member_id)
    school.take(campaign_id, member_id)
    with pytest.raises(NoTriesToday):
        school.begin(campaign_id, member_id)
    clock.move_to(datetime.combine(today_in_china() + A_DAY, time(), CHINA))
    school.take(campaign_id, member_id)
    with pytest.raises(NoTriesLeft):
        school.begin(campaign_id, member_id)


def test_a_deadline_is_never_behind_the_end_and_nobody_begins_after_it(school, opened, clock):
    clock.shift(A_DAY - timedelta(minutes=3))
    paper = school.attempt(school.begin(opened, school.fair.members[0]))
    assert paper.deadline == school.fair.campaign(opened).closes_at
    clock.shift(timedelta(minutes=4))
    with pytest.raises(NotOpen):
        school.begin(opened, school.fair.members[1])


def test_the_writer_asks_for_the_time_again(school, clock):
    campaign_id = school.quiz()
    with school.fair.work():
        assert trying._serve(campaign_id, [school.fair.members[0]]) == [trying.Refused.NOT_NOW]


def test_whom_it_is_not_for_gets_no_paper(school, clock):
    campaign_id = school.quiz(audience=Audience(tags=("先进",)))
    clock.shift(SOON)
    with pytest.raises(NotInvited):
        school.begin(campaign_id, school.fair.members[0])
    assert school.fair.is_for_others(f"/events/quiz/{campaign_id}")


def test_nobody_hands_in_the_paper_of_another(school, opened):
    attempt_id = school.begin(opened, school.fair.members[0])
    other = school.fair.members[1]
    with school.fair.as_member(other), pytest.raises(NotFound):
        at_last(hand_in(opened, Sheet(attempt_id, other, {0: [0]})))
    assert school.attempt(attempt_id).handed_in_at is None


def test_it_is_settled_once_no_paper_runs(school, opened, clock):
    late, open_end = school.fair.members[:2]
    school.fair.tick()
    left = school.begin(opened, late)
    clock.shift(MINUTES / 2)
    running = school.begin(opened, open_end)
    school.fair.step(opened, STOP)
    school.fair.tick()
    assert school.fair.campaign(opened).state == State.CLOSED
    clock.shift(MINUTES / 2 + GRACE + timedelta(seconds=1))
    school.hand_in(opened, open_end, running)
    school.fair.tick()
    assert school.fair.campaign(opened).state == State.SETTLED
    assert (school.attempt(left).points, school.attempt(running).points) == (0, 100)
