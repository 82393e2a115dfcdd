"""Who scores whom, what a signature fixes, and who opens it again."""

import pytest
from sqlalchemy.exc import IntegrityError

from app.core.errors import NotFound
from app.core.seen import ChangedMeanwhile
from app.identity.queries import Colleague
from app.modules.events.kinds.competition import deciding, judging, measuring, queries, registering, rounds
from app.modules.events.kinds.competition.errors import (
    AlreadyTakesPart,
    DecidedBySomebodyElse,
    JudgesDismissed,
    JudgesThere,
    MovedOn,
    NotYourContestant,
    RoundMovedOn,
    SheetNotWhole,
    SheetSigned,
    TakesPartThemselves,
)
from app.modules.events.kinds.competition.models import Appeal, Correction, ScoreSheet
from app.modules.events.kinds.competition.tests.stage import CRITERIA, Stage
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.context import Actor, Plane
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person


@pytest.fixture
def begun(stage: Stage, clock):
    """A round that is open: number 1 is of the eastern union, number 2 of the western, number 3 of one below the western."""
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    below = stage.world.union("西城二车间工会", "enterprise", stage.west)
    for union in (stage.east, stage.west, below):
        stage.register(campaign_id, stage.person(union))
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    judge = stage.judge(campaign_id, only.id)
    stage.step(only.id, "open")
    return campaign_id, only.id, judge


def sheet_of(stage, start, judge) -> ScoreSheet:
    with stage.fair.staff():
        found = queries.find_sheet_of(start.id, queries.find_judge(start.round_id, judge.account_id).id)
        assert found
        return found


@pytest.mark.parametrize(("of", "kept_from"), [("east", {1}), ("west", {2, 3}), ("below", {2, 3}), ("zone", set())])
def test_a_judge_scores_nobody_on_one_line_with_their_union(stage, begun, of, kept_from):
    campaign_id, round_id, _judge = begun
    starts = stage.starts(round_id)
    with stage.fair.staff():
        below = stage.below_union(starts[3])
    union = {"east": stage.east, "west": stage.west, "below": below, "zone": None}[of]
    judge = stage.judge(campaign_id, round_id, union=union)
    for number, start in starts.items():
        if number in kept_from:
            with pytest.raises(NotYourContestant):
                stage.score(judge, start, 900, 900)
        else:
            stage.score(judge, start, 900, 900)
    with stage.acting(judge, Plane.STAFF):
        mine = judging.list_to_score(queries.find_judge(round_id, judge.account_id))
        assert {start.number for start, _sheet in mine} == set(starts) - kept_from


def test_a_member_of_the_zone_s_own_union_scores_who_is_below_but_no_fellow(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    for union in (stage.world.union_of(stage.zone), stage.east):
        stage.register(campaign_id, stage.person(union))
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    judge = stage.judge(campaign_id, only.id, union=stage.world.union_of(stage.zone))
    stage.step(only.id, "open")
    starts = stage.starts(only.id)
    stage.score(judge, starts[2], 900, 900)
    with pytest.raises(NotYourContestant):
        stage.score(judge, starts[1], 900, 900)


def test_the_database_keeps_a_tied_judge_out_whatever_the_form_says(stage, begun):
    campaign_id, round_id, _judge = begun
    judge = stage.judge(campaign_id, round_id, union=stage.west)
    start = stage.starts(round_id)[3]
    with stage.acting(judge, Plane.STAFF):
        judge_id = queries.find_judge(round_id, judge.account_id).id
        db.session.add(ScoreSheet(id=uuid7(), campaign_id=campaign_id, round_id=round_id, start_id=start.id, judge_id=judge_id, tenths=[900, 900]))  # fmt: skip
        with pytest.raises(IntegrityError, match="can not be so"):
            db.session.flush()


def test_a_union_that_the_judge_came_to_later_counts_too(stage, begun):
    _campaign_id, round_id, judge = begun
    stage.score(judge, stage.starts(round_id)[1], 900, 900)
    moved = type(judge)(judge.account_id, None, judge.name, judge.permissions, ties=judge.ties | {stage.west.path})
    with pytest.raises(NotYourContestant):
        stage.score(moved, stage.starts(round_id)[2], 900, 900)


def test_nobody_writes_the_sheet_of_another_judge_in_the_database(stage, begun):
    campaign_id, round_id, judge = begun
    other = stage.judge(campaign_id, round_id)
    start = stage.starts(round_id)[1]
    stage.score(judge, start, 900, 900, sign=False)
    second = stage.starts(round_id)[2]
    with stage.acting(other, Plane.STAFF):
        db.session.execute(db.update(ScoreSheet).where(ScoreSheet.start_id == start.id).values(tenths=[0, 0]))
        db.session.commit()
        rival = queries.find_judge(round_id, judge.account_id).id
        db.session.add(ScoreSheet(id=uuid7(), campaign_id=campaign_id, round_id=round_id, start_id=second.id, judge_id=rival, tenths=[0, 0]))  # fmt: skip
        with pytest.raises(IntegrityError, match="can not be so"):
            db.session.flush()
    assert sheet_of(stage, start, judge).tenths == [900, 900]


def test_only_the_judges_of_a_round_score_in_it_and_while_it_is_open(stage, begun):
    campaign_id, round_id, judge = begun
    start = stage.starts(round_id)[1]
    stranger = stage.world.staff_actor(stage.zone, "zone_admin")
    with stage.acting(stranger, Plane.STAFF), pytest.raises(NotFound):
        judging.write_sheet(stranger, start.id, [900, 900])
    stage.appoint(campaign_id, judge)
    with stage.acting(judge, Plane.STAFF), pytest.raises(NotFound):
        judging.write_sheet(judge, start.id, [900, 900])
    stage.appoint(campaign_id, judge, round_id)
    stage.scored(round_id, judge, n1=(900, 900), n2=(900, 900), n3=(900, 900))
    stage.step(round_id, "close")
    with stage.acting(judge, Plane.STAFF), pytest.raises(RoundMovedOn):
        judging.write_sheet(judge, start.id, [1, 1])


def test_a_contestant_does_not_judge(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    person = stage.person(stage.east)
    stage.register(campaign_id, person)
    (only,) = stage.rounds(campaign_id)
    with pytest.raises(AlreadyTakesPart):
        stage.appoint(campaign_id, stage.actor(person), only.id)


def test_a_judge_does_not_come_to_take_part_unless_they_are_dismissed(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    person = stage.person(stage.east)
    (only,) = stage.rounds(campaign_id)
    stage.appoint(campaign_id, stage.actor(person), only.id)
    with pytest.raises(JudgesThere):
        stage.register(campaign_id, person)
    stage.appoint(campaign_id, stage.actor(person))
    assert stage.register(campaign_id, person).state == "registered"


@pytest.mark.parametrize("tenths", [(1001, 900), (-1, 900), (900, None)])
def test_a_sheet_is_signed_whole_and_within_bounds(stage, begun, tenths):
    _campaign_id, round_id, judge = begun
    with pytest.raises(SheetNotWhole):
        stage.score(judge, stage.starts(round_id)[1], *tenths)


def test_the_database_signs_no_sheet_that_is_not_whole(stage, begun):
    _campaign_id, round_id, judge = begun
    start = stage.starts(round_id)[1]
    stage.score(judge, start, 900, None, sign=False)
    with stage.acting(judge, Plane.STAFF), pytest.raises(IntegrityError, match="can not be so"):
        db.session.execute(
            db.update(ScoreSheet).where(ScoreSheet.start_id == start.id).values(state="signed", signed_at=db.func.now())
        )


def test_a_signed_sheet_is_fixed_in_the_form_and_in_the_database(stage, begun):
    _campaign_id, round_id, judge = begun
    start = stage.starts(round_id)[1]
    stage.score(judge, start, 900, 900)
    with pytest.raises(SheetSigned):
        stage.score(judge, start, 950, 950)
    for values in ({"tenths": [1000, 1000]}, {"state": "open"}, {"state": "reopened", "reopened_for": uuid7()}):
        with stage.acting(judge, Plane.STAFF), pytest.raises(IntegrityError, match="is signed"):
            db.session.execute(db.update(ScoreSheet).where(ScoreSheet.start_id == start.id).values(**values))


def test_two_tabs_of_one_judge_do_not_overwrite_each_other(stage, begun):
    _campaign_id, round_id, judge = begun
    start = stage.starts(round_id)[1]
    stage.score(judge, start, 900, None, sign=False)
    with stage.acting(judge, Plane.STAFF), pytest.raises(ChangedMeanwhile):
        judging.write_sheet(judge, start.id, [800, 800], seen="")


def ask(stage, actor, sheet) -> Correction:
    with stage.fair.staff():
        made = deciding.ask_correction(actor, uuid7(), sheet.id, "录入时写错一位")
        db.session.commit()
        return made


def test_a_correction_takes_two_people_and_neither_is_the_judge_who_decides(stage, begun):
    _campaign_id, round_id, judge = begun
    start = stage.starts(round_id)[1]
    stage.score(judge, start, 900, 900)
    sheet = sheet_of(stage, start, judge)
    asked = ask(stage, stage.fair.maker, sheet)
    with pytest.raises(MovedOn):
        ask(stage, judge, sheet)
    for nobody in (stage.fair.maker, judge):
        with stage.fair.staff(), pytest.raises(DecidedBySomebodyElse):
            deciding.decide_correction(nobody, asked.id, grants=True)
    with stage.fair.staff():
        deciding.decide_correction(stage.fair.checker, asked.id, grants=True)
        db.session.commit()
        with pytest.raises(MovedOn):
            deciding.decide_correction(stage.fair.checker, asked.id, grants=False)
    stage.score(judge, start, 850, 850)
    assert sheet_of(stage, start, judge).tenths == [850, 850]


def test_the_database_lets_nobody_decide_on_what_they_asked(stage, begun):
    _campaign_id, round_id, judge = begun
    start = stage.starts(round_id)[1]
    stage.score(judge, start, 900, 900)
    asked = ask(stage, stage.fair.maker, sheet_of(stage, start, judge))
    change = db.update(Correction).where(Correction.id == asked.id)
    for account_id in (stage.fair.maker.account_id, judge.account_id):
        with stage.fair.staff(), pytest.raises(IntegrityError):
            db.session.execute(change.values(state="granted", decided_by=account_id))


def test_a_refused_correction_opens_nothing_and_a_granted_one_opens_once(stage, begun):
    _campaign_id, round_id, judge = begun
    start = stage.starts(round_id)[1]
    stage.score(judge, start, 900, 900)
    for grants, state in ((False, "signed"), (True, "reopened")):
        asked = ask(stage, stage.fair.maker, sheet_of(stage, start, judge))
        with stage.fair.staff():
            deciding.decide_correction(stage.fair.checker, asked.id, grants=grants)
            db.session.commit()
        assert sheet_of(stage, start, judge).state == state
    stage.score(judge, start, 850, 850)
    with stage.acting(judge, Plane.STAFF), pytest.raises(IntegrityError, match="is signed"):
        db.session.execute(db.update(ScoreSheet).where(ScoreSheet.start_id == start.id).values(state="reopened"))


def test_a_round_closed_before_a_correction_is_ranked_anew(stage, begun):
    _campaign_id, round_id, judge = begun
    stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    stage.step(round_id, "close")
    asked = ask(stage, stage.fair.maker, sheet_of(stage, stage.starts(round_id)[3], judge))
    with stage.fair.staff():
        deciding.decide_correction(stage.fair.checker, asked.id, grants=True)
        db.session.commit()
    stage.score(judge, stage.starts(round_id)[3], 1000, 1000)
    stage.step(round_id, "close")
    assert stage.starts(round_id)[3].place == 1


def test_staff_who_take_part_decide_nothing_in_their_own_competition(stage, begun):
    campaign_id, round_id, judge = begun
    stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    start, rival = stage.starts(round_id)[1], stage.starts(round_id)[2]
    own = stage.contestant_of(start)
    themselves = Actor(own.account_id, own.member_id, own.name)
    asked = ask(stage, stage.fair.maker, sheet_of(stage, start, judge))
    steps = (
        lambda: deciding.decide_correction(themselves, asked.id, grants=True),
        lambda: rounds.note_absent(rival.id, absent=True),
        lambda: rounds.take_step(round_id, "close"),
        lambda: measuring.bring_in(themselves, round_id, {start.id: []}),
        lambda: registering.exclude(rival.contestant_id, reason="违规"),
        lambda: judging.appoint(themselves, campaign_id, Colleague(judge.account_id, judge.name, None, judge.ties), []),
    )
    for step in steps:
        with stage.acting(themselves, Plane.STAFF), pytest.raises(TakesPartThemselves):
            step()
    with stage.fair.staff(), pytest.raises(IntegrityError, match="not theirs to decide"):
        db.session.execute(db.update(Correction).where(Correction.id == asked.id).values(state="granted", decided_by=own.account_id))  # fmt: skip
    stage.published(round_id)
    appeal_id = stage.appeal(Person(own.member_id, own.account_id, "", own.name), start)
    with stage.acting(themselves, Plane.STAFF), pytest.raises(TakesPartThemselves):
        deciding.answer(themselves, appeal_id, accepts=True, words="同意")
    with stage.fair.staff(), pytest.raises(IntegrityError, match="not theirs to answer"):
        db.session.execute(db.update(Appeal).where(Appeal.id == appeal_id).values(state="accepted", answer="同意", answered_by=own.account_id))  # fmt: skip


def test_a_round_is_not_opened_again_for_a_judge_who_was_dismissed(stage, begun):
    campaign_id, round_id, judge = begun
    stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    stage.step(round_id, "close")
    asked = ask(stage, stage.fair.maker, sheet_of(stage, stage.starts(round_id)[1], judge))
    stage.appoint(campaign_id, judge)
    with stage.fair.staff(), pytest.raises(JudgesDismissed):
        deciding.decide_correction(stage.fair.checker, asked.id, grants=True)
    assert stage.rounds(campaign_id)[0].state == "closed"
    stage.appoint(campaign_id, judge, round_id)
    with stage.fair.staff():
        deciding.decide_correction(stage.fair.checker, asked.id, grants=True)
        db.session.commit()
    assert stage.rounds(campaign_id)[0].state == "open"
