"""Who judges a round sees nothing of the others while it is scored, may recuse themselves, and is told in time."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.core.constraints import violated
from app.core.errors import NotFound
from app.identity.queries import Colleague
from app.modules.events.judging.errors import JudgesThemselves, NamedByAnother, RecusedBefore
from app.modules.events.kinds.competition import deciding, judging, queries, registering, rounds
from app.modules.events.kinds.competition.errors import DecidedBySomebodyElse, RoundMovedOn, SheetSigned
from app.modules.events.kinds.competition.models import Appeal, Judge, Recusal, Round, ScoreSheet
from app.modules.events.kinds.competition.tests.stage import CRITERIA, Stage
from app.modules.events.tests.fair import A_DAY, SOON
from app.modules.events.tests.test_pages import desk, post
from app.notifications.models import Message
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person

DESK = "/console/events/competition"


@pytest.fixture
def begun(stage: Stage, clock):
    """A round that is open, with a contestant of each union and two judges."""
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    for union in (stage.east, stage.west):
        stage.register(campaign_id, stage.person(union))
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    judges = [stage.judge(campaign_id, only.id) for _each in range(2)]
    stage.step(only.id, "open")
    return campaign_id, only.id, judges


def manager(stage: Stage, campaign_id, round_id) -> tuple[Actor, Person]:
    """Somebody who prepares campaigns and was named a judge by a colleague."""
    person = stage.world.staff(stage.zone, "zone_admin")
    actor = Actor(person.account_id, None, person.name, frozenset({"events.judge", "events.manage"}))
    stage.appoint(campaign_id, actor, round_id)
    return actor, person


def recuse(stage: Stage, judge: Actor, start, reason: str = "师徒") -> None:
    with stage.acting(judge, Plane.STAFF):
        judging.recuse(judge, start.id, reason=reason)
        db.session.commit()


def messages(stage: Stage, judge: Actor) -> list[str]:
    with scope(Plane.WORKER, zone=stage.zone):
        told = select(Message.kind).where(Message.member_id == judge.member_id, Message.kind.startswith("events.judge"))
        return list(db.session.scalars(told.order_by(Message.id)))


def test_who_manages_and_judges_sees_no_names_unions_or_scores_while_the_round_is_scored(stage, begun):
    campaign_id, round_id, judges = begun
    actor, person = manager(stage, campaign_id, round_id)
    client = stage.world.client(stage.zone, person)
    contestant = stage.contestant_of(stage.starts(round_id)[1])
    for path in (f"{campaign_id}/contestants", f"rounds/{round_id}"):
        assert stage.east.name in desk(stage.fair).get(f"{DESK}/{path}").text, path
        page = client.get(f"{DESK}/{path}").text
        assert stage.east.name not in page, path
        assert contestant.name not in page, path
    for path in (
        f"{campaign_id}/contestants.xlsx",
        f"rounds/{round_id}/ranking.xlsx",
        f"rounds/{round_id}/scores.xlsx",
    ):
        assert client.get(f"{DESK}/{path}").status_code == 403, path
    for judge in (*judges, actor):
        stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800))
    stage.step(round_id, "close")
    assert stage.east.name in client.get(f"{DESK}/rounds/{round_id}").text
    assert contestant.name in client.get(f"{DESK}/{campaign_id}/contestants").text


def test_the_database_shows_a_judge_no_sheet_and_no_recusal_of_others_while_the_round_is_scored(stage, begun):
    campaign_id, round_id, (one, two) = begun
    starts = stage.starts(round_id)
    actor, _person = manager(stage, campaign_id, round_id)
    stage.scored(round_id, one, n1=(900, 900), n2=(800, 800))
    stage.scored(round_id, actor, n1=(900, 900), n2=(800, 800))
    stage.scored(round_id, two, n1=(900, 900))
    recuse(stage, two, starts[2])

    def read() -> tuple[int, int]:
        with stage.acting(actor, Plane.STAFF):
            return len(db.session.scalars(select(ScoreSheet)).all()), len(db.session.scalars(select(Recusal)).all())

    assert read() == (2, 0)
    stage.step(round_id, "close")
    assert read() == (5, 1)


def test_nobody_names_themselves_by_the_database_too(stage, begun):
    campaign_id, round_id, _judges = begun
    person = stage.world.staff(stage.zone, "zone_admin")
    actor = Actor(person.account_id, None, person.name, frozenset({"events.manage"}))
    with stage.acting(actor, Plane.STAFF), pytest.raises(NamedByAnother):
        judging.appoint(actor, campaign_id, Colleague(person.account_id, person.name, None, frozenset()), [round_id])
    own = Judge(id=uuid7(), campaign_id=campaign_id, round_id=round_id, account_id=actor.account_id, name="某", tied_paths=[],
                appointed_by_name="某")  # fmt: skip
    with stage.acting(actor, Plane.STAFF):
        db.session.add(own)
        with pytest.raises(IntegrityError) as refusal:
            db.session.flush()
        assert violated(refusal.value) == "events_judges_by_another"


def test_a_judge_neither_ranks_nor_excludes_nor_notes_who_came(stage, begun):
    campaign_id, round_id, (one, two) = begun
    starts = stage.starts(round_id)
    for judge in (one, two):
        stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800))
    contestant = stage.contestant_of(starts[1])
    for do in (
        lambda: rounds.take_step(round_id, "close"),
        lambda: rounds.note_absent(starts[1].id, absent=True),
        lambda: registering.exclude(contestant.id, reason="缺席"),
    ):
        with stage.acting(one, Plane.STAFF), pytest.raises(JudgesThemselves):
            do()
    with stage.acting(one, Plane.STAFF), pytest.raises(IntegrityError) as refusal:
        db.session.execute(db.update(Round).where(Round.id == round_id).values(state="closed"))
    assert violated(refusal.value) == "events_competition_rounds_by_another"
    assert campaign_id


def test_nobody_who_judges_the_round_answers_an_appeal_in_it(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    person = stage.person(stage.east)
    stage.register(campaign_id, person)
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    judge, tied = stage.judge(campaign_id, only.id), stage.judge(campaign_id, only.id, union=stage.east)
    stage.step(only.id, "open")
    start = stage.starts(only.id)[1]
    stage.score(judge, start, 900, 900)
    stage.published(only.id)
    appeal_id = stage.appeal(person, start)
    for who in (judge, tied):
        with stage.acting(who, Plane.STAFF), pytest.raises(DecidedBySomebodyElse):
            deciding.answer(who, appeal_id, accepts=True, words="重评")
    with stage.fair.staff():
        sheet_id = queries.list_sheets(only.id)[0].id
        asked = deciding.ask_correction(stage.fair.maker, uuid7(), sheet_id, "录入有误")
        db.session.commit()
    with stage.acting(tied, Plane.STAFF), pytest.raises(DecidedBySomebodyElse):
        deciding.decide_correction(tied, asked.id, grants=True)


def test_the_database_takes_no_answer_to_an_appeal_of_a_judge_who_recused_themselves(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    person = stage.person(stage.east)
    stage.register(campaign_id, person)
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    judge, recused = stage.judge(campaign_id, only.id), stage.judge(campaign_id, only.id)
    stage.step(only.id, "open")
    start = stage.starts(only.id)[1]
    recuse(stage, recused, start)
    stage.score(judge, start, 900, 900)
    stage.published(only.id)
    stage.appeal(person, start)
    with stage.fair.staff(), pytest.raises(IntegrityError, match="not theirs to answer"):
        db.session.execute(db.update(Appeal).values(state="accepted", answer="重评", answered_by=recused.account_id))


def test_without_a_recused_judge_no_sheet_is_expected_and_the_mean_counts_the_others(stage, begun):
    _campaign_id, round_id, (one, two) = begun
    starts = stage.starts(round_id)
    stage.scored(round_id, one, n1=(900, 900), n2=(800, 800))
    stage.scored(round_id, two, n2=(600, 600))
    stage.score(two, starts[1], 0, 0, sign=False)
    assert "1" in stage.refused(round_id, "close")
    recuse(stage, two, starts[1])
    stage.step(round_id, "close")
    assert {number: start.score for number, start in stage.starts(round_id).items()} == {1: 90_000, 2: 70_000}


def test_where_all_recused_themselves_somebody_else_must_judge(stage, begun):
    _campaign_id, round_id, judges = begun
    for judge in judges:
        recuse(stage, judge, stage.starts(round_id)[1])
        stage.scored(round_id, judge, n2=(600, 600))
    assert "1" in stage.refused(round_id, "close")


def test_who_recused_themselves_signs_no_sheet_by_the_database_too(stage, begun):
    _campaign_id, round_id, (one, two) = begun
    starts = stage.starts(round_id)
    recuse(stage, one, starts[1])
    with pytest.raises(RecusedBefore):
        stage.score(one, starts[1], 900, 900)
    with pytest.raises(RecusedBefore):
        recuse(stage, one, starts[1])
    stage.score(two, starts[1], 900, 900)
    with pytest.raises(SheetSigned):
        recuse(stage, two, starts[1])


def test_a_recusal_is_a_judge_s_own_and_made_before_the_signature_and_while_the_round_is_open(stage, begun):
    campaign_id, round_id, (one, two) = begun
    starts = stage.starts(round_id)
    stranger = Actor(stage.world.staff(stage.zone, "judge").account_id, None, "某", frozenset({"events.judge"}))
    with pytest.raises(NotFound):
        recuse(stage, stranger, starts[1])
    for judge in (one, two):
        stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800))
    with stage.fair.staff():
        of = {each.account_id: each.id for each in queries.list_judges(campaign_id)}
    for actor, judge in ((one, two), (one, one)):
        with stage.acting(actor, Plane.STAFF):
            db.session.add(Recusal(id=uuid7(), campaign_id=campaign_id, round_id=round_id, start_id=starts[1].id,
                                   judge_id=of[judge.account_id], reason="代办"))  # fmt: skip
            with pytest.raises(ProgrammingError, match="row-level security"):
                db.session.flush()
    stage.step(round_id, "close")
    with pytest.raises(RoundMovedOn):
        recuse(stage, one, starts[2])


def test_a_judge_recuses_themselves_on_the_sheet_and_staff_read_why(stage, begun):
    _campaign_id, round_id, (judge, _other) = begun
    client = stage.world.client(stage.zone, Person(None, judge.account_id, "", judge.name))
    there = f"{DESK}/judging/starts/{stage.starts(round_id)[1].id}"
    answer = post(client, f"{there}/recuse", because="")
    assert answer.status_code == 422
    assert 'id="error-because"' in answer.text
    assert post(client, f"{there}/recuse", because="选手是我的徒弟").status_code == 303
    assert client.get(there).status_code == 404
    assert "选手是我的徒弟" in client.get(f"{DESK}/judging/rounds/{round_id}").text
    assert "选手是我的徒弟" in desk(stage.fair).get(f"{DESK}/rounds/{round_id}").text


def test_judges_are_told_when_they_are_named_when_the_round_begins_and_a_day_before_its_end(stage, clock):
    settings = stage.settings(CRITERIA)
    settings["rounds"][0]["ends_at"] = settings["rounds"][0]["starts_at"] + 3 * A_DAY
    campaign_id = stage.announced(settings)
    clock.shift(SOON)
    stage.register(campaign_id, stage.person(stage.east))
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    judge = stage.judge(campaign_id, only.id, union=stage.west)
    assert messages(stage, judge) == ["events.judge_named"]
    stage.step(only.id, "open")
    assert messages(stage, judge) == ["events.judge_named", "events.judge_begun"]

    def remind() -> list[str]:
        with stage.fair.work():
            judging.remind_judges()
            db.session.commit()
        return messages(stage, judge)

    clock.shift(2 * A_DAY)
    assert "events.judge_near" not in remind()
    clock.shift(A_DAY + SOON)
    remind()
    assert remind() == ["events.judge_named", "events.judge_begun", "events.judge_near"]
