"""Measured scores: one brings them in, another confirms them, and only then they stand."""

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.benefits.proposals import APPROVE, REFUSE, WITHDRAW, ProposalDecided
from app.benefits.rules.errors import NotTheProposer, OwnProposal
from app.core.constraints import violated
from app.modules.events.judging.errors import JudgesThemselves
from app.modules.events.kinds.competition import measuring
from app.modules.events.kinds.competition.errors import RoundMovedOn, ScoresWait
from app.modules.events.kinds.competition.models import Round, ScoreList, Start
from app.modules.events.kinds.competition.tests.stage import Stage
from app.modules.events.tests.test_pages import post
from tenants.context import Plane
from tenants.database import db
from tests.fixtures.world import Person

DESK = "/console/events/competition"


def step(stage: Stage, brought: ScoreList, what, by, reason: str = "") -> None:
    with stage.fair.staff():
        measuring.take_step(by, brought.id, what, seen="submitted.1", reason=reason)
        db.session.commit()


def test_measured_scores_stand_once_somebody_else_confirmed_them(stage, sheet_round):
    _campaign_id, round_id, _judge = sheet_round
    brought = stage.brought_in(round_id, {1: [850]})
    assert stage.starts(round_id)[1].measured == []
    assert "等待" in stage.refused(round_id, "close")
    with pytest.raises(OwnProposal):
        stage.confirm(brought, by=stage.fair.maker)
    stage.confirm(brought)
    assert stage.starts(round_id)[1].measured == [850]
    with pytest.raises(ProposalDecided):
        step(stage, brought, REFUSE, stage.fair.checker, "有误")
    stage.step(round_id, "close")
    assert stage.starts(round_id)[1].score == 88_000


def test_the_desk_finds_the_list_that_waits_and_its_judges_do_not(stage, sheet_round):
    campaign_id, round_id, judge = sheet_round
    there = f"{DESK}/{campaign_id}"
    desk = stage.world.client(stage.zone, stage.world.staff(stage.zone, "zone_admin"))
    assert "/measured/" not in desk.get(there).text
    brought = stage.brought_in(round_id, {1: [850]})
    assert f"{DESK}/measured/{brought.id}" in desk.get(there).text
    person = Person(judge.member_id, judge.account_id, "", judge.name)
    stage.world.grant(person, stage.zone, "zone_admin")
    assert "/measured/" not in stage.world.client(stage.zone, person).get(there).text
    stage.confirm(brought)
    assert "/measured/" not in desk.get(there).text


def test_refused_or_taken_back_they_change_nothing(stage, sheet_round):
    _campaign_id, round_id, _judge = sheet_round
    brought = stage.brought_in(round_id, {1: [850]})
    with pytest.raises(ScoresWait):
        stage.brought_in(round_id, {1: [860]})
    with pytest.raises(NotTheProposer):
        step(stage, brought, WITHDRAW, stage.fair.checker)
    step(stage, brought, WITHDRAW, stage.fair.maker)
    step(stage, stage.brought_in(round_id, {1: [860]}), REFUSE, stage.fair.checker, "抄错一行")
    assert stage.starts(round_id)[1].measured == []
    stage.measured(round_id, {1: [870]})
    stage.measured(round_id, {1: [880]})
    assert stage.starts(round_id)[1].measured == [880]


def test_scores_come_while_the_round_is_open_and_from_nobody_who_judges_it(stage, sheet_round):
    _campaign_id, round_id, judge = sheet_round
    brought = stage.brought_in(round_id, {1: [850]})
    for do in (
        lambda: measuring.take_step(judge, brought.id, APPROVE, seen="submitted.1"),
        lambda: measuring.bring_in(judge, round_id, {}),
    ):
        with stage.acting(judge, Plane.STAFF), pytest.raises(JudgesThemselves):
            do()
    stage.confirm(brought)
    stage.step(round_id, "close")
    with pytest.raises(RoundMovedOn):
        stage.brought_in(round_id, {1: [860]})


def test_the_database_keeps_scores_out_that_nobody_else_confirmed(stage, sheet_round):
    _campaign_id, round_id, _judge = sheet_round
    start = stage.starts(round_id)[1]
    brought = stage.brought_in(round_id, {1: [850]})

    def refused(statement) -> str:
        with stage.fair.staff(), pytest.raises(IntegrityError) as refusal:
            db.session.execute(statement)
        return violated(refusal.value)

    own = db.update(ScoreList).where(ScoreList.id == brought.id)
    checked = {"state": "approved", "checked_at": db.func.now()}
    assert (
        refused(db.update(Start).where(Start.id == start.id).values(measured=[850]))
        == "events_competition_starts_confirmed"
    )
    assert (
        refused(own.values(checked_by=stage.fair.maker.account_id, **checked))
        == "events_competition_score_lists_two_people"
    )
    assert refused(own.values(state="approved")) == "events_competition_score_lists_checked"
    assert (
        refused(db.update(Round).where(Round.id == round_id).values(state="closed"))
        == "events_competition_rounds_measured"
    )
    stage.confirm(brought)
    with stage.fair.staff():
        db.session.execute(own.values(state="refused"))
        assert db.session.get_one(ScoreList, (stage.zone.id, brought.id), populate_existing=True).state == "approved"
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(own.values(scores={}))


def test_the_page_of_a_list_shows_what_stands_and_what_was_brought_in(stage, sheet_round):
    _campaign_id, round_id, _judge = sheet_round
    stage.measured(round_id, {1: [700]})
    brought = stage.brought_in(round_id, {1: [850]})
    maker, checker = (
        stage.world.client(stage.zone, Person(None, each.account_id, "", each.name))
        for each in (stage.fair.maker, stage.fair.checker)
    )
    there = f"{DESK}/measured/{brought.id}"
    assert there in maker.get(f"{DESK}/rounds/{round_id}").text
    page = checker.get(there).text
    assert "70" in page
    assert "85" in page
    assert "有改动" in page
    assert post(maker, f"{there}/approve", _seen="submitted.1").status_code == 403
    assert post(checker, f"{there}/refuse", _seen="submitted.1").status_code == 422
    assert post(checker, f"{there}/approve", _seen="submitted.1").status_code == 303
    assert stage.starts(round_id)[1].measured == [850]
