"""Prizes of a quiz: by the ranking or by a draw among those with enough points; and the ranking of unions."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.modules.events.draws.checking import faults
from app.modules.events.errors import NotReady
from app.modules.events.kinds.quiz.handing_in import GRACE
from app.modules.events.kinds.quiz.models import Score
from app.modules.events.kinds.quiz.ranking import list_best, list_unions, place_of
from app.modules.events.models import Entry
from app.modules.events.prizes.models import Win
from app.modules.events.states import SUBMIT, State
from app.modules.events.tests.fair import A_DAY, SOON
from app.notifications.models import Message
from tenants.database import db
from tests.fixtures.forms import csrf_token

MINUTE = timedelta(minutes=1)


def prize(school, title="一等奖", quantity=1) -> dict:
    return {"title": title, "batch_id": school.fair.approved(stock=quantity), "quantity": quantity}


def opened_with(school, clock, *prizes, **settings):
    campaign_id = school.quiz(settings={"prizes": list(prizes)} | settings)
    clock.shift(SOON)
    return campaign_id


def play(school, clock, campaign_id, *results: tuple[int, timedelta]) -> list:
    """A member for each result: so many right, in so much time; then the quiz is over and settled."""
    people = [person.member_id for person in school.fair.people(len(results))]
    for member_id, (right, used) in zip(people, results, strict=True):
        attempt_id = school.begin(campaign_id, member_id)
        clock.shift(used)
        school.hand_in(campaign_id, member_id, attempt_id, right=right)
    clock.shift(A_DAY)
    school.fair.tick()
    return people


def winners(school, campaign_id) -> list:
    with school.fair.staff():
        won = (
            db.select(Entry.member_id)
            .join(Win, (Win.id == Entry.id) & (Win.zone_id == Entry.zone_id))
            .where(Entry.campaign_id == campaign_id)
        )
        return list(db.session.scalars(won.order_by(Win.place)))


def test_by_the_ranking_the_best_and_of_these_the_quicker_and_the_earlier_win(school, clock):
    campaign_id = opened_with(school, clock, prize(school), prize(school, "二等奖", 3))
    people = play(school, clock, campaign_id, (3, MINUTE), (4, 2 * MINUTE), (4, MINUTE), (4, MINUTE), (1, MINUTE))
    assert school.fair.campaign(campaign_id).state == State.SETTLED
    assert winners(school, campaign_id) == [people[2], people[3], people[1], people[0]]
    with school.fair.as_member(people[0]):
        assert [row.points for row in list_best(campaign_id)] == [80, 80, 80, 60, 20]
        assert [place_of(score) for score in in_order(campaign_id)] == [1, 2, 3, 4, 5]
    with school.fair.work():
        told = db.session.scalars(db.select(Message.member_id).where(Message.kind == "events.prize"))
        assert set(told) == set(people[:4])
    page = school.fair.world.client(school.fair.zone).get(f"/events/prizes/{campaign_id}").text
    assert "4 人获奖" in page


def in_order(campaign_id) -> list[Score]:
    found = db.session.scalars(db.select(Score).where(Score.campaign_id == campaign_id))
    return sorted(found, key=lambda each: (-(each.points or 0), each.milliseconds, each.reached_at))


def test_who_has_too_few_points_wins_nothing(school, clock):
    campaign_id = opened_with(school, clock, prize(school, quantity=3), least_points=60)
    people = play(school, clock, campaign_id, (3, MINUTE), (2, MINUTE), (5, MINUTE))
    assert winners(school, campaign_id) == [people[2], people[0]]


def test_a_draw_is_among_those_with_enough_points_by_a_published_rule(school, clock):
    campaign_id = opened_with(school, clock, prize(school, quantity=2), given_by="draw", least_points=60)
    anybody = school.fair.world.client(school.fair.zone)
    assert "得分不低于 60 分的会员" in anybody.get(f"/events/draws/{campaign_id}").text
    people = play(school, clock, campaign_id, (3, MINUTE), (2, MINUTE), (5, MINUTE), (4, MINUTE), (1, MINUTE))
    assert len(winners(school, campaign_id)) == 2
    record = school.fair.world.client(school.fair.zone).get(f"/events/draws/{campaign_id}/record.json").json
    assert faults(record) == []
    with school.fair.staff():
        entered = {str(each.id): each.member_id for each in db.session.scalars(db.select(Entry))}
    assert {entered[each] for each in record["entries"]} == {people[0], people[2], people[3]}
    with school.fair.work():
        told = db.session.scalars(
            db.select(Message.member_id).where(Message.kind.in_(["events.prize", "events.drawn"]))
        )
        assert set(told) == {people[0], people[2], people[3]}


def test_prizes_wait_for_the_last_paper(school, opened, clock):
    campaign_id = opened_with(school, clock, prize(school))
    first, last = school.fair.members[:2]
    school.take(campaign_id, first, right=4)
    clock.shift(A_DAY - SOON - MINUTE)
    running = school.begin(campaign_id, last)
    clock.shift(MINUTE + SOON)
    school.hand_in(campaign_id, last, running)
    school.fair.tick()
    assert winners(school, campaign_id) == [first]
    assert GRACE < SOON


def test_a_quiz_without_prizes_is_settled_as_before(school, opened, clock):
    play(school, clock, opened, (5, MINUTE))
    assert school.fair.campaign(opened).state == State.SETTLED
    assert school.fair.world.client(school.fair.zone).get(f"/events/prizes/{opened}").status_code == 404


def test_a_prize_that_can_t_be_given_is_said_before_the_review(school):
    settings = {"prizes": [prize(school) | {"quantity": 2}]}
    with pytest.raises(NotReady):
        school.fair.step(school.fair.drafted_campaign(school.quiz_content(settings), "quiz"), SUBMIT)


def test_the_winner_reads_it_on_their_own_page(school, clock):
    campaign_id = opened_with(school, clock, prize(school))
    person = school.fair.people(1)[0]
    school.take(campaign_id, person.member_id)
    clock.shift(A_DAY)
    school.fair.tick()
    phone = school.fair.world.client(school.fair.zone, person)
    assert "您获得了：一等奖" in phone.get(f"/events/quiz/{campaign_id}").text
    assert f"/events/prizes/{campaign_id}" in phone.get(f"/events/{campaign_id}").text


@pytest.mark.parametrize(("least", "ranked"), [(1, ["乙", "甲", "丙"]), (2, ["甲", "丙"]), (3, ["丙"])])
def test_a_union_is_ranked_by_the_mean_of_its_best_once_enough_took_part(school, opened, least, ranked):
    """Of the two best: 甲 has 80 and 60, 乙 alone 100, 丙 60, 60 and 20."""
    world, fair = school.fair.world, school.fair
    above = world.union_of(fair.zone)
    unions = {name: world.union(parent=above, name=name) for name in "甲乙丙"}
    for name, rights in {"甲": (4, 3), "乙": (5,), "丙": (3, 3, 1)}.items():
        for right in rights:
            school.take(opened, world.member(unions[name]).member_id, right=right)
    with fair.as_member(fair.members[0]):
        unions = list_unions(opened, best=2, least=least)
    assert [union.name for union in unions] == ranked
    assert {union.name: float(union.points) for union in unions}.items() <= {"甲": 70, "乙": 100, "丙": 60}.items()


def test_how_unions_are_ranked_is_said_where_they_are(school, clock, world):
    campaign_id = school.quiz(settings={"union_best": 3, "union_least": 2})
    clock.shift(SOON)
    person = school.fair.people(1)[0]
    school.take(campaign_id, person.member_id)
    phone = school.fair.world.client(school.fair.zone, person)
    for path in (f"/events/{campaign_id}", f"/events/quiz/{campaign_id}/ranking?of=unions"):
        assert "取各工会前 3 名会员得分的平均分，满 2 人参赛方可排名" in phone.get(path).text
    assert "还没有工会达到参赛人数" in phone.get(f"/events/quiz/{campaign_id}/ranking?of=unions").text


def test_the_database_keeps_a_result_whole(school, opened):
    school.take(opened, school.fair.members[0])
    with school.fair.work():
        db.session.scalars(db.select(Score)).one().reached_at = None
        with pytest.raises(IntegrityError, match="events_quiz_scores_whole"):
            db.session.flush()


def test_prizes_are_written_in_the_form_of_a_quiz(school):
    desk = school.fair.world.client(school.fair.zone, school.fair.world.staff(school.fair.zone, "zone_admin"))
    batch_id = str(school.fair.approved())
    answer = desk.post("/console/events/new/quiz", data={
        "csrf_token": csrf_token(desk), "title": "竞答", "rules": "规则", "opens_at": "2027-01-01T10:00",
        "closes_at": "2027-01-02T10:00", "audience": "open", "parts": "劳动法律 3", "given_by": "draw", "least_points": "20",
        "prizes-0-title": "一等奖", "prizes-0-batch_id": batch_id, "prizes-0-quantity": "1",
    })  # fmt: skip
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "一等奖" in page
    assert "得分不低于 20 分的会员可以获奖" in page
