"""One ranking over all zones that hold a quiz of the city."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from app.core.clock import now
from app.core.constraints import violated
from app.core.jobs.cron import _emit_slot, slot_of
from app.core.jobs.inline import run_due_events
from app.core.jobs.registry import periodics
from app.core.platform import platform
from app.core.sheets import SheetLimits, read_sheet
from app.modules.events.errors import NotReady
from app.modules.events.kinds.quiz.citywide import queries
from app.modules.events.kinds.quiz.citywide.models import Holding, SharedQuestion, Standing
from app.modules.events.kinds.quiz.citywide.persons import persons_of
from app.modules.events.kinds.quiz.models import Item
from app.modules.events.kinds.quiz.tests.cup import Cup
from app.modules.events.kinds.quiz.tests.school import School
from app.modules.events.sharing.tests.citywide import CityFair, city_fair
from app.modules.events.states import APPROVE, CANCEL, FREEZE, SUBMIT, State
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tenants.context import Plane, ZoneState, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone
from tests.fixtures.forms import hidden_fields, send
from tests.fixtures.world import Person

MINUTE = timedelta(minutes=1)
DESK = "/console/events"


@pytest.fixture
def above(world) -> Iterator[CityFair]:
    fair = city_fair(world)
    fair.share_nothing()
    yield fair
    fair.share_nothing()


@pytest.fixture
def cup(above, fair, clock) -> Cup:
    """Open in both zones."""
    made = Cup(above, fair)
    made.take_up()
    clock.shift(SOON)
    return made


def somebody(cup: Cup) -> Person:
    return cup.below.fair.people(1)[0]


def test_everybody_of_all_zones_is_ranked_together_with_union_and_zone(cup, clock, above, fair):
    best, second, third = somebody(cup), somebody(cup), somebody(cup)
    assert cup.own_id
    cup.below.take(cup.own_id, second.member_id, right=4)
    cup.city.take(cup.shared_id, best.member_id, right=5)
    attempt_id = cup.below.begin(cup.own_id, third.member_id)
    clock.shift(MINUTE)
    cup.below.hand_in(cup.own_id, third.member_id, attempt_id, right=4)
    cup.send()
    rows = cup.rows()
    assert [(row.points, row.milliseconds) for row in rows] == [(100, 0), (80, 0), (80, 60_000)]
    assert [row.zone_name for row in rows] == [above.zone.name, fair.zone.name, fair.zone.name]
    assert cup.rows(above) == rows
    for place, person in enumerate((best, second, third), start=1):
        assert person.member_id
        with fair.as_member(person.member_id):
            standing = queries.find_standing(cup.shared_id, person.member_id)
            assert standing
            assert queries.place_of(standing) == place


def test_who_takes_part_in_two_zones_counts_once_with_their_best(cup):
    person = somebody(cup).member_id
    assert cup.own_id
    cup.city.take(cup.shared_id, person, right=3)
    cup.below.take(cup.own_id, person, right=2)
    cup.send()
    assert [(row.points, row.zone_name) for row in cup.rows()] == [(60, cup.city.fair.zone.name)]
    cup.below.take(cup.own_id, person, right=4)
    cup.send()
    cup.send(cup.city)
    assert [(row.points, row.zone_name) for row in cup.rows()] == [(80, cup.below.fair.zone.name)]


def stand(fair: Fair, state: ZoneState) -> None:
    with scope(Plane.CITY, reason="test"):
        db.session.execute(update(Zone).where(Zone.id == fair.zone.id).values(state=state.value))
        db.session.commit()
    platform().registry.forget()


def by_the_clock() -> None:
    """The job's turn in all zones."""
    sending = periodics["events.quiz_send"]
    _emit_slot(sending, slot_of(sending, now()))
    run_due_events()


@pytest.mark.parametrize("state", [ZoneState.SUSPENDED, ZoneState.READ_ONLY])
@pytest.mark.parametrize("is_over", [False, True])
def test_a_zone_that_was_closed_sends_what_it_has_once_it_is_open_again(cup, clock, fair, state, is_over):
    """Also where the quiz has ended and was settled everywhere else meanwhile; until then the ranking is not final."""
    early, late = somebody(cup), somebody(cup)
    assert cup.own_id
    cup.below.take(cup.own_id, early.member_id, right=3)
    by_the_clock()
    clock.shift(10 * MINUTE)
    cup.below.take(cup.own_id, late.member_id, right=4)
    stand(fair, state)
    by_the_clock()
    assert [row.points for row in cup.rows()] == [60]
    clock.shift(2 * A_DAY if is_over else 3 * SOON)
    cup.city.fair.tick()
    by_the_clock()
    with fair.staff():
        assert not queries.is_final(cup.shared_id)
    stand(fair, ZoneState.ACTIVE)
    fair.tick()
    clock.shift(MINUTE)
    by_the_clock()
    assert [row.points for row in cup.rows()] == [80, 60]
    with fair.staff():
        assert queries.is_final(cup.shared_id) is is_over


def test_a_better_result_replaces_the_one_before_and_nothing_is_sent_twice(cup, clock):
    person = somebody(cup).member_id
    assert cup.own_id
    cup.below.take(cup.own_id, person, right=2)
    cup.send()
    clock.shift(A_DAY / 2)
    cup.send()
    cup.below.take(cup.own_id, person, right=5)
    cup.send()
    assert [row.points for row in cup.rows()] == [100]


def test_what_was_noted_before_and_committed_after_the_last_sending_is_sent(cup):
    person = somebody(cup).member_id
    assert cup.own_id
    cup.below.take(cup.own_id, person)
    sent = now() + MINUTE
    with cup.below.fair.work():
        db.session.execute(update(Holding).where(Holding.held_in == cup.below.fair.zone.id).values(sent_until=sent))
        db.session.commit()
    cup.send()
    assert len(cup.rows()) == 1


def test_all_parts_of_many_results_are_sent(cup, monkeypatch):
    monkeypatch.setattr("app.modules.events.kinds.quiz.citywide.sending.AT_ONCE", 2)
    assert cup.own_id
    for person in cup.below.fair.people(5):
        cup.below.take(cup.own_id, person.member_id)
    cup.send()
    assert len(cup.rows()) == 5


def test_it_is_final_once_all_zones_have_ended_and_nothing_changes_after(cup, clock):
    person = somebody(cup).member_id
    assert cup.own_id
    cup.below.take(cup.own_id, person, right=1)
    clock.shift(A_DAY)
    cup.below.fair.tick()
    assert cup.below.fair.campaign(cup.own_id).state == State.SETTLED
    cup.send()
    with cup.below.fair.as_member(person):
        assert not queries.is_final(cup.shared_id)
    cup.city.fair.tick()
    cup.send()
    with cup.below.fair.as_member(person):
        assert queries.is_final(cup.shared_id)
    row = {"shared_id": cup.shared_id, "person": b"x", "held_in": cup.below.fair.zone.id, "origin_union_path": cup.city.fair.zone.union_path, "shown_name": "迟*",
           "union_name": "某", "points": 100, "milliseconds": 1, "reached_at": db.func.now()}  # fmt: skip
    with cup.below.fair.work(), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(insert(Standing).values(row))
    with cup.below.fair.work(), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(update(Standing).where(Standing.shared_id == cup.shared_id).values(points=1000))
    assert [each.points for each in cup.rows()] == [20]


def test_what_was_reached_before_the_end_is_sent_whenever_it_was_noted(cup, clock):
    """The last sending looks at everything again."""
    assert cup.own_id
    cup.below.take(cup.own_id, somebody(cup).member_id)
    clock.shift(A_DAY)
    with cup.below.fair.work():
        db.session.execute(
            update(Holding).where(Holding.held_in == cup.below.fair.zone.id).values(sent_until=db.func.now() + A_DAY)
        )
        db.session.commit()
    cup.below.fair.tick()
    cup.send()
    assert len(cup.rows()) == 1


# ── who reads and writes what ────────────────────────────────────────────────────────────────────────────────────────


def test_zones_below_read_the_ranking_and_no_zone_reads_the_results_of_another(cup, world):
    assert cup.own_id
    cup.below.take(cup.own_id, somebody(cup).member_id)
    cup.send()
    neighbour = Fair(world.zone(), world)
    for fair in (neighbour, cup.below.fair, cup.city.fair):
        assert cup.standings(fair.as_member(uuid7())) == 1
        assert cup.standings(fair.staff()) == 1
    with neighbour.as_member(uuid7()):
        assert db.session.scalars(select(Item)).all() == []


def test_no_zone_but_the_city_s_own_begins_a_ranking(cup):
    with cup.below.fair.work():
        row = {"shared_id": uuid7(), "held_in": cup.below.fair.zone.id, "origin_zone_id": cup.below.fair.zone.id,
               "origin_union_path": cup.below.fair.zone.union_path}  # fmt: skip
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(insert(Holding).values(row))
    with cup.below.fair.staff(), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(insert(Holding).values(row))


def test_a_name_is_masked_and_a_person_can_t_be_told_from_two_quizzes(cup):
    person = somebody(cup)
    assert cup.own_id
    assert person.member_id
    cup.below.take(cup.own_id, person.member_id)
    cup.send()
    (row,) = cup.rows()
    assert row.shown_name != person.name
    assert "*" in row.shown_name
    assert bytes(row.person) != persons_of(uuid7(), [person.member_id])[0]
    assert person.member_id.bytes not in bytes(row.person)


def test_a_zone_writes_nothing_in_the_name_of_another_and_makes_no_result_worse(cup, world):
    assert cup.own_id
    cup.city.take(cup.shared_id, somebody(cup).member_id, right=3)
    cup.send()
    facts = {
        "person": b"x",
        "shown_name": "冒*",
        "union_name": "某",
        "points": 100,
        "milliseconds": 1,
        "reached_at": db.func.now(),
    }
    here = {"shared_id": cup.shared_id, "origin_union_path": cup.city.fair.zone.union_path}
    with cup.below.fair.work(), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(insert(Standing).values(here | facts | {"held_in": cup.city.fair.zone.id}))
    neighbour = Fair(world.zone(), world)
    with neighbour.work(), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(insert(Standing).values(here | facts | {"held_in": neighbour.zone.id}))
    with cup.below.fair.work(), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(update(Standing).where(Standing.shared_id == cup.shared_id).values(points=1000))
    with cup.city.fair.work(), pytest.raises(IntegrityError) as refusal:
        db.session.execute(update(Standing).where(Standing.shared_id == cup.shared_id).values(points=20))
    assert violated(refusal.value) == "events_quiz_standings_better"
    with cup.below.fair.work():
        ended = update(Holding).where(Holding.held_in == cup.city.fair.zone.id, Holding.shared_id == cup.shared_id)
        assert db.session.execute(ended.values(done_at=db.func.now())).rowcount == 0  # type: ignore[attr-defined]
        assert db.session.execute(delete(Holding).where(Holding.held_in == cup.city.fair.zone.id)).rowcount == 0  # type: ignore[attr-defined]
    for plane in (cup.below.fair.staff(), cup.below.fair.as_member(uuid7())):
        with plane, pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(update(Standing).values(points=1000))


# ── the same questions by the same rules ─────────────────────────────────────────────────────────────────────────────


def test_a_zone_asks_the_city_s_questions_whatever_its_own_bank_has(cup):
    def asked(school: School, campaign_id) -> set[str]:
        with school.fair.work():
            return set(db.session.scalars(select(Item.prompt).where(Item.campaign_id == campaign_id)))

    assert asked(cup.below, cup.own_id) == asked(cup.city, cup.shared_id)
    assert asked(cup.below, cup.own_id)


def test_no_member_reads_the_city_s_questions_and_they_go_when_it_is_over(cup, clock):
    for fair in (cup.below.fair, cup.city.fair):
        for plane in (fair.as_member(uuid7()), fair.work()):
            with plane, pytest.raises(ProgrammingError, match="permission denied"):
                db.session.scalars(select(SharedQuestion)).all()
    mine = select(SharedQuestion.prompt).where(SharedQuestion.shared_id == cup.shared_id)
    with cup.below.fair.staff():
        assert db.session.scalars(mine).all()
    clock.shift(A_DAY)
    cup.city.fair.tick()
    with cup.below.fair.staff():
        assert db.session.scalars(mine).all() == []


def test_a_zone_hands_on_no_questions_in_the_city_s_name(cup):
    row = {"shared_id": cup.shared_id, "id": uuid7(), "origin_zone_id": cup.city.fair.zone.id, "origin_union_path": cup.city.fair.zone.union_path,
           "kind": "true_false", "category": "法", "prompt": "某", "options": [], "right": 1, "explanation": ""}  # fmt: skip
    with cup.below.fair.staff(), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(insert(SharedQuestion).values(row))


@pytest.mark.parametrize(
    ("name", "value"),
    [("parts", "劳动法律 1"), ("minutes", 60), ("points_each", 50), ("tries_a_day", 20), ("tries_in_all", 200), ("answers_shown", "when_closed")],
)  # fmt: skip
def test_a_zone_that_takes_it_up_changes_nothing_that_results_depend_on(above, fair, clock, name, value):
    cup = Cup(above, fair)
    campaign_id = cup.draft(**{name: value})
    with pytest.raises(NotReady) as refusal:
        fair.step(campaign_id, SUBMIT)
    assert refusal.value.field == name


def test_prizes_and_unions_are_the_zone_s_own_to_settle(above, fair, clock):
    cup = Cup(above, fair)
    prize = {"title": "一等奖", "batch_id": fair.approved(stock=1), "quantity": 1}
    campaign_id = cup.draft(prizes=[prize], union_best=9, given_by="draw", least_points=40)
    fair.step(campaign_id, SUBMIT)


def test_a_quiz_that_zones_do_not_see_can_t_be_ranked_over_them(above, fair):
    school = School(above)
    school.filled()
    campaign_id = above.drafted_campaign(school.quiz_content({"ranked_citywide": True}), "quiz")
    with pytest.raises(NotReady) as refusal:
        above.step(campaign_id, SUBMIT)
    assert refusal.value.field == "ranked_citywide"


def test_a_shared_quiz_that_does_not_ask_for_it_is_ranked_in_each_zone_alone(above, fair, clock):
    cup = Cup(above, fair, ranked_citywide=False)
    with pytest.raises(NotReady):
        cup.take_up()
    cup.below.filled()
    assert cup.own_id
    for step in (SUBMIT, APPROVE, FREEZE):
        fair.step(cup.own_id, step)
    with fair.staff():
        assert db.session.scalars(select(Holding).where(Holding.shared_id == cup.shared_id)).all() == []


def test_a_zone_that_called_it_off_holds_the_ranking_up_no_more(above, fair, clock):
    cup = Cup(above, fair)
    fair.step(cup.take_up(), CANCEL)
    cup.send()
    with fair.staff():
        held = db.session.scalars(select(Holding.held_in).where(Holding.shared_id == cup.shared_id)).all()
    assert held == [above.zone.id]


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_members_read_it_in_every_zone_that_holds_it(cup, world):
    person = somebody(cup)
    assert cup.own_id
    cup.below.take(cup.own_id, person.member_id, right=4)
    cup.city.take(cup.shared_id, somebody(cup).member_id, right=5)
    cup.send()
    phone = world.client(cup.below.fair.zone, person)
    page = phone.get(f"/events/quiz/{cup.own_id}/ranking?of=zones").text
    assert cup.city.fair.zone.name in page
    assert "2. " in page
    assert person.name not in page.partition("<main")[2]
    assert "of=zones" in phone.get(f"/events/{cup.own_id}").text
    assert "100" in world.client(cup.city.fair.zone, person).get(f"/events/quiz/{cup.shared_id}/ranking?of=zones").text


def test_a_quiz_of_one_zone_has_no_ranking_of_all(school, opened, world):
    person = school.fair.people(1)[0]
    phone = world.client(school.fair.zone, person)
    assert "of=zones" not in phone.get(f"/events/quiz/{opened}/ranking?of=zones").text
    desk = world.client(school.fair.zone, world.staff(school.fair.zone, "zone_admin"))
    assert desk.get(f"{DESK}/quiz/{opened}/all-zones.xlsx").status_code == 404


def test_staff_of_the_city_see_it_and_take_it_away(cup, world):
    assert cup.own_id
    cup.below.take(cup.own_id, somebody(cup).member_id, right=4)
    cup.send()
    desk = world.client(cup.city.fair.zone, world.staff(cup.city.fair.zone, "zone_admin"))
    page = desk.get(f"{DESK}/quiz/{cup.shared_id}").text
    assert cup.below.fair.zone.name in page
    with closing(desk.get(f"{DESK}/quiz/{cup.shared_id}/all-zones.xlsx")) as answer:
        sheet = read_sheet(BytesIO(answer.data), "zones.xlsx", SheetLimits())
        assert cup.below.fair.zone.name in str(list(sheet.rows))
    reviewer = world.client(cup.city.fair.zone, world.staff(cup.city.fair.zone, "approver"))
    assert reviewer.get(f"{DESK}/quiz/{cup.shared_id}/all-zones.xlsx").status_code == 404


def test_it_is_asked_for_in_the_city_s_form_and_kept_when_it_is_taken_up(cup, world, fair, above):
    city = world.client(above.zone, world.staff(above.zone))
    assert "ranked_citywide" in city.get(f"{DESK}/new/quiz").text
    desk = world.client(fair.zone, world.staff(fair.zone))
    assert "ranked_citywide" not in desk.get(f"{DESK}/new/quiz").text
    fresh = Fair(world.zone(), world)
    desk = world.client(fresh.zone, world.staff(fresh.zone))
    path = f"{DESK}/shared/{cup.shared_id}/take-up"
    assert hidden_fields(desk, path)["ranked_citywide"] == "True"
    answer = send(desk, path)
    assert answer.status_code == 303
    assert fresh.campaign(UUID(answer.location.rpartition("/")[2])).settings["ranked_citywide"] is True
