"""Who judges whose works, what is handed in for good, what counts, and what comes of it."""

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.core.clock import now
from app.core.constraints import violated
from app.core.errors import InvalidInput, NotFound
from app.core.seen import ChangedMeanwhile
from app.identity.queries import Colleague
from app.modules.events.errors import NotOpen, NotReady, ReasonMissing
from app.modules.events.kinds.works import reviewing, sending
from app.modules.events.kinds.works.errors import (
    AlreadyTakesPart,
    JudgesThere,
    JuryOver,
    NotJudgedNow,
    NotVotingNow,
    NotYourWork,
    SheetNotWhole,
    TakesPartThemselves,
)
from app.modules.events.kinds.works.jury import appointing, queries, scoring
from app.modules.events.kinds.works.jury.models import JuryMember, JuryRecusal, JurySheet
from app.modules.events.kinds.works.jury.progress import progress_of
from app.modules.events.kinds.works.settings import rules_of
from app.modules.events.kinds.works.tests.atelier import photo
from app.modules.events.kinds.works.tests.panel import BEST, CRITERIA, HALF, NOTHING, Panel
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.models import Win
from app.modules.events.states import STOP, SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7


@pytest.fixture
def sitting(panel: Panel, clock):
    """A campaign while its jury sits, and works of both unions."""
    campaign_id = panel.judged()
    clock.shift(SOON)
    works = [panel.work_of(campaign_id, union, title) for union, title in ((panel.east, "东"), (panel.west, "西"))]
    clock.shift(A_DAY)
    return campaign_id, works


def test_works_have_numbers_in_the_order_of_coming(panel, sitting):
    _campaign_id, works = sitting
    assert [panel.work(each).number for each in works] == [1, 2]


# ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_votes_are_taken_in_a_time_of_their_own(panel, clock):
    opens_at = now() + SOON
    campaign_id = panel.announced(settings={"vote_from": opens_at + A_DAY, "vote_until": opens_at + 2 * A_DAY})
    clock.shift(SOON)
    work_id, voter = panel.work_of(campaign_id, panel.east), panel.fair.members[0]
    with pytest.raises(NotVotingNow):
        panel.vote(campaign_id, voter, work_id)
    clock.shift(A_DAY)
    panel.vote(campaign_id, voter, work_id)
    clock.shift(A_DAY)
    with pytest.raises(NotVotingNow):
        panel.vote(campaign_id, voter, work_id)


def test_without_an_end_of_its_own_voting_ends_as_the_campaign_closes(panel, clock):
    campaign_id = panel.announced()
    clock.shift(SOON)
    work_id = panel.work_of(campaign_id, panel.east)
    clock.shift(2 * A_DAY)
    panel.vote(campaign_id, panel.fair.members[0], work_id)
    clock.shift(A_DAY)
    with pytest.raises(NotOpen):
        panel.vote(campaign_id, panel.fair.members[1], work_id)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"vote_until": 9}, "send_until"), ({"vote_until": 1}, "send_until"), ({"judge_from": 0}, "judge_from"),
     ({"judge_until": 1}, "judge_from"), ({"judge_until": 9}, "judge_from"), ({"criteria": ""}, "criteria"),
     ({"judge_until": None}, "judge_until")],
)  # fmt: skip
def test_times_that_do_not_follow_each_other_and_half_a_jury_are_not_reviewed(panel, clock, wrong, field):
    opens_at = now() + SOON
    facts = {
        name: opens_at + value * A_DAY if isinstance(value, int) else value for name, value in wrong.items()
    }  # of days
    with pytest.raises(NotReady) as refusal:
        panel.fair.step(panel.drafted(settings=panel.jury(**facts)), SUBMIT)
    assert refusal.value.field == field


def test_the_jury_scores_in_its_own_time_and_not_once_the_campaign_was_stopped(panel, clock):
    campaign_id = panel.judged()
    judge = panel.judge(campaign_id)
    clock.shift(SOON)
    work_id = panel.work_of(campaign_id, panel.east)
    with pytest.raises(NotJudgedNow):
        panel.score(judge, work_id, *BEST)
    clock.shift(A_DAY)
    panel.score(judge, work_id, *BEST)
    panel.fair.tick()
    panel.fair.step(campaign_id, STOP)
    with pytest.raises(NotJudgedNow):
        panel.score(judge, work_id, *HALF, reason="看错")


def test_after_its_end_nothing_is_handed_in_by_the_database_too(panel, sitting, clock):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    clock.shift(A_DAY)
    with pytest.raises(NotJudgedNow):
        panel.score(judge, work_id, *BEST)
    assert refused(panel, judge, work_id) == "events_works_sheets_sitting"


def test_what_the_jury_scores_by_is_fixed_once_it_is_announced(panel, sitting):
    campaign_id, _works = sitting
    with panel.fair.staff():
        assert [(each.title, each.highest, each.weight) for each in queries.list_criteria(campaign_id)] == [
            ("构图", 1000, 60), ("主题", 100, 40),
        ]  # fmt: skip
        with pytest.raises(IntegrityError, match="frozen"):
            db.session.execute(
                db.update(Campaign).where(Campaign.id == campaign_id).values(settings={"criteria": "构图 100 100"})
            )


@pytest.mark.parametrize("change", ["update", "delete"])
def test_nobody_changes_a_criterion(panel, sitting, change):
    campaign_id, _works = sitting
    criteria = type(first_criterion(panel, campaign_id))
    statement = db.update(criteria).values(weight=1) if change == "update" else db.delete(criteria)
    with panel.fair.staff(), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(statement)


def first_criterion(panel, campaign_id):
    with panel.fair.staff():
        return queries.list_criteria(campaign_id)[0]


# ── who judges what ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("of", "kept_from"), [("east", {"东"}), ("west", {"西"}), ("zone", set())])
def test_a_judge_scores_no_work_of_a_union_on_one_line_with_theirs(panel, sitting, of, kept_from):
    campaign_id, works = sitting
    judge = panel.judge(campaign_id, {"east": panel.east, "west": panel.west, "zone": None}[of])
    for work_id in works:
        if panel.work(work_id).title in kept_from:
            with pytest.raises(NotYourWork):
                panel.score(judge, work_id, *BEST)
            assert refused(panel, judge, work_id) == "events_works_sheets_untied"
        else:
            panel.score(judge, work_id, *BEST)
    with panel.acting(judge):
        mine = scoring.list_to_score(queries.find_judge(campaign_id, judge.account_id))
        assert {each.title for each in mine} == {"东", "西"} - kept_from


def test_a_union_that_the_judge_came_to_later_counts_too(panel, sitting):
    campaign_id, (work_id, other) = sitting
    judge = panel.judge(campaign_id)
    panel.score(judge, other, *BEST)
    moved = Actor(judge.account_id, None, judge.name, judge.permissions, ties=judge.ties | {panel.east.path})
    with pytest.raises(NotYourWork):
        panel.score(moved, work_id, *BEST)


def test_nobody_scores_their_own_work_by_the_database_too(panel, clock):
    campaign_id = panel.judged()
    clock.shift(SOON)
    author = panel.author(panel.east)
    assert author.member_id
    work_id = panel.send(campaign_id, author.member_id)
    panel.accept(work_id)
    clock.shift(A_DAY)
    with_their_account = panel.judge(campaign_id)
    themselves = Actor(with_their_account.account_id, author.member_id, "某", ties=frozenset())
    with pytest.raises(NotYourWork):
        panel.score(themselves, work_id, *BEST)
    assert refused(panel, themselves, work_id) == "events_works_sheets_untied"


def test_whoever_sent_a_work_does_not_judge_unless_they_took_it_back(panel, clock):
    campaign_id = panel.judged()
    clock.shift(SOON)
    author = panel.author(panel.east)
    assert author.member_id
    panel.send(campaign_id, author.member_id)
    with pytest.raises(AlreadyTakesPart):
        panel.appoint(campaign_id, panel.actor(author))
    panel.withdraw(campaign_id, author.member_id)
    panel.appoint(campaign_id, panel.actor(author))


def test_staff_who_sent_a_work_decide_on_none_and_on_no_judge(panel, clock):
    campaign_id = panel.judged()
    clock.shift(SOON)
    author, rival = panel.author(panel.east), panel.author(panel.east)
    judge = panel.judge(campaign_id)
    panel.send(campaign_id, author.member_id)
    rivals = panel.send(campaign_id, rival.member_id)
    themselves, mark = panel.actor(author), panel.work(rivals).mark
    somebody = panel.fair.world.staff(panel.fair.zone, "judge")
    steps = (
        lambda: reviewing.accept(themselves, rivals, seen=mark),
        lambda: reviewing.refuse(themselves, rivals, reason="太暗", seen=mark),
        lambda: appointing.appoint(
            themselves, campaign_id, Colleague(somebody.account_id, somebody.name, None, frozenset())
        ),
        lambda: appointing.dismiss(themselves, campaign_id, judge.account_id),
    )
    for step in steps:
        with panel.acting(themselves), pytest.raises(TakesPartThemselves):
            step()
    panel.accept(rivals)
    with panel.acting(themselves), pytest.raises(TakesPartThemselves):
        reviewing.take_down(themselves, rivals, reason="太暗", seen=panel.work(rivals).mark)


def test_a_judge_sends_no_work_unless_they_are_dismissed(panel, clock):
    campaign_id = panel.judged()
    clock.shift(SOON)
    author = panel.author(panel.east)
    assert author.member_id
    panel.appoint(campaign_id, panel.actor(author))
    with pytest.raises(JudgesThere):
        send_as(panel, campaign_id, author)
    panel.dismiss(campaign_id, panel.actor(author))
    send_as(panel, campaign_id, author)


def send_as(panel, campaign_id, person) -> None:
    campaign = panel.fair.campaign(campaign_id)
    with scope(Plane.MEMBER, zone=panel.fair.zone, actor=Actor(person.account_id, person.member_id, person.name)):
        sending.send(person.member_id, campaign, "晨光", "", [(photo(), "a.jpg")])
        db.session.commit()


def test_only_who_is_named_scores(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    stranger = panel.actor(panel.fair.world.staff(panel.fair.zone, "judge"))
    with pytest.raises(NotFound):
        panel.score(stranger, work_id, *BEST)
    judge = panel.judge(campaign_id)
    panel.dismiss(campaign_id, judge)
    with pytest.raises(NotFound):
        panel.score(judge, work_id, *BEST)
    assert refused(panel, judge, work_id) == "events_works_sheets_judge"
    panel.appoint(campaign_id, judge)
    panel.score(judge, work_id, *BEST)


def test_nobody_hands_in_for_another_judge_in_the_database(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge, other = panel.judge(campaign_id), panel.judge(campaign_id)
    assert refused(panel, judge, work_id, acting=other) == "events_works_sheets_judge"


def test_judges_are_named_and_dismissed_until_the_jury_s_time_is_over(panel, sitting, clock):
    campaign_id, _works = sitting
    judge = panel.judge(campaign_id)
    newcomer = panel.actor(panel.fair.world.staff(panel.fair.zone, "judge"))
    clock.shift(A_DAY)
    with pytest.raises(JuryOver):
        panel.appoint(campaign_id, newcomer)
    with pytest.raises(JuryOver):
        panel.dismiss(campaign_id, judge)


def test_who_never_judged_is_not_dismissed_and_without_a_jury_nobody_judges(panel, sitting):
    campaign_id, _works = sitting
    somebody = panel.actor(panel.fair.world.staff(panel.fair.zone, "judge"))
    with pytest.raises(NotFound):
        panel.dismiss(campaign_id, somebody)
    with pytest.raises(NotFound):
        panel.appoint(panel.announced(), somebody)
    with pytest.raises(NotFound):
        panel.appoint(panel.drafted(settings=panel.jury()), somebody)


def test_appointed_twice_they_judge_once(panel, sitting):
    campaign_id, _works = sitting
    judge = panel.judge(campaign_id)
    panel.appoint(campaign_id, judge)
    with panel.fair.staff():
        assert len(queries.list_judges(campaign_id)) == 1
        db.session.add(JuryMember(id=uuid7(), campaign_id=campaign_id, account_id=judge.account_id, name="某", tied_paths=[], appointed_by_name="某"))  # fmt: skip
        with pytest.raises(IntegrityError, match="events_works_judges_once"):
            db.session.flush()


# ── sheets ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tenths", [(1001, 100), (-1, 100), (1000, None), (1000,), (1000, 100, 100)])
def test_a_sheet_is_whole_and_within_bounds_by_the_database_too(panel, sitting, tenths):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    with pytest.raises(SheetNotWhole):
        panel.score(judge, work_id, *tenths)
    assert refused(panel, judge, work_id, tenths=tenths) == "events_works_sheets_whole"


def test_a_correction_is_a_sheet_of_its_own_with_a_reason(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    panel.score(judge, work_id, *BEST)
    with pytest.raises(ReasonMissing) as refusal:
        panel.score(judge, work_id, *HALF)
    assert isinstance(refusal.value, InvalidInput)
    panel.score(judge, work_id, *HALF, reason="看错一项")
    assert [(each.number, tuple(each.tenths), each.reason) for each in panel.sheets(work_id)] == [
        (1, BEST, ""), (2, HALF, "看错一项"),
    ]  # fmt: skip
    with panel.fair.staff():
        assert queries.list_counting(campaign_id)[work_id] == [list(HALF)]


def test_what_was_handed_in_is_changed_by_nobody(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    panel.score(judge, work_id, *BEST)
    for statement in (db.update(JurySheet).values(tenths=[0, 0]), db.delete(JurySheet)):
        with panel.acting(judge), pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(statement)


def test_corrections_follow_each_other_and_say_why_in_the_database(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    panel.score(judge, work_id, *BEST)
    assert refused(panel, judge, work_id, number=3, reason="看错") == "events_works_sheets_numbered"
    assert refused(panel, judge, work_id, number=1) == "events_works_sheets_numbered"
    assert refused(panel, judge, work_id, number=2) == "events_works_sheets_reason"


def test_of_two_windows_of_one_judge_the_second_is_told(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    panel.score(judge, work_id, *BEST)
    with panel.acting(judge), pytest.raises(ChangedMeanwhile):
        scoring.hand_in(judge, work_id, HALF, reason="看错", seen="")


def test_members_read_no_sheet_and_not_who_else_judges(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id, panel.west)
    panel.score(judge, work_id, *BEST)
    for table in (JurySheet, JuryRecusal):
        with panel.fair.as_member(panel.fair.members[0]), pytest.raises(ProgrammingError, match="permission denied"):
            db.session.scalars(db.select(table)).all()
    for member_id, there in ((panel.fair.members[0], 0), (judge.member_id, 1)):
        with panel.fair.as_member(member_id):
            assert len(db.session.scalars(db.select(JuryMember)).all()) == there


def test_taken_back_or_down_a_work_drops_out_of_judging(panel, sitting):
    campaign_id, (first, second) = sitting
    judge = panel.judge(campaign_id)
    panel.score(judge, first, *BEST)
    panel.take_down(first)
    panel.withdraw(campaign_id, panel.work(second).member_id)
    for work_id in (first, second):
        with pytest.raises(NotFound):
            panel.score(judge, work_id, *HALF, reason="看错")
        assert refused(panel, judge, work_id, number=2, reason="看错") == "events_works_sheets_shown"
    with panel.acting(judge):
        assert scoring.list_to_score(queries.find_judge(campaign_id, judge.account_id)) == []
    assert len(panel.sheets(first)) == 1


def test_staff_see_which_works_lack_scores_and_which_too_few_may_score(panel, clock):
    campaign_id = panel.judged(least_judges=2)
    clock.shift(SOON)
    east, west = (panel.work_of(campaign_id, union) for union in (panel.east, panel.west))
    clock.shift(A_DAY)
    judges = [panel.judge(campaign_id), panel.judge(campaign_id, panel.west)]
    for judge in judges:
        panel.score(judge, east, *BEST)
    panel.score(judges[0], west, *BEST)
    with panel.fair.staff():
        jury = rules_of(panel.fair.campaign(campaign_id)).jury
        assert jury
        progress = progress_of(campaign_id, jury)
        ids = [queries.find_judge(campaign_id, judge.account_id).id for judge in judges]
    assert progress.lacking == {west}
    assert (progress.judges[east], progress.judges[west]) == (2, 1)
    assert [(progress.did[each], progress.may[each]) for each in ids] == [(2, 2), (1, 1)]


# ── the result ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_jury_and_the_votes_make_the_ranking_and_the_prizes_follow_it(panel, clock):
    batch = panel.fair.approved(stock=1)
    prizes = [{"title": "最佳", "batch_id": str(batch), "quantity": 1}]
    campaign_id = panel.judged(prizes=prizes, jury_weight=60)
    clock.shift(SOON)
    east, west = (panel.work_of(campaign_id, union, title) for union, title in ((panel.east, "东"), (panel.west, "西")))
    clock.shift(A_DAY)
    for judge in (panel.judge(campaign_id), panel.judge(campaign_id)):
        panel.score(judge, east, *HALF)
        panel.score(judge, west, *BEST)
    panel.vote(campaign_id, panel.fair.members[0], east)
    assert all(each.place is None for each in panel.shown())
    clock.shift(3 * A_DAY)
    panel.fair.tick()
    found = panel.result()
    assert (found["东"].jury_points, found["东"].vote_points, found["东"].points, found["东"].place) == (50_000, 100_000, 70_000, 1)  # fmt: skip
    assert (found["西"].jury_points, found["西"].vote_points, found["西"].points, found["西"].place) == (100_000, 0, 60_000, 2)  # fmt: skip
    with panel.fair.work():
        winner = db.session.scalars(db.select(Entry.member_id).join(Win, Win.id == Entry.id)).one()
    assert winner == panel.work(east).member_id


def test_sheets_of_a_dismissed_judge_stay_and_do_not_count(panel, sitting, clock):
    campaign_id, (work_id, _other) = sitting
    stays, goes = panel.judge(campaign_id), panel.judge(campaign_id)
    panel.score(stays, work_id, *HALF)
    panel.score(goes, work_id, *BEST)
    panel.dismiss(campaign_id, goes)
    assert len(panel.sheets(work_id)) == 2
    clock.shift(3 * A_DAY)
    panel.fair.tick()
    assert panel.result()["东"].jury_points == 50_000


def test_a_work_with_too_few_scores_is_placed_behind_the_others(panel, clock):
    campaign_id = panel.judged(least_judges=2)
    clock.shift(SOON)
    east, west = (panel.work_of(campaign_id, union, title) for union, title in ((panel.east, "东"), (panel.west, "西")))
    clock.shift(A_DAY)
    judges = [panel.judge(campaign_id), panel.judge(campaign_id)]
    panel.score(judges[0], east, *BEST)
    for judge in judges:
        panel.score(judge, west, *NOTHING)
    panel.vote(campaign_id, panel.fair.members[0], east)
    clock.shift(3 * A_DAY)
    panel.fair.tick()
    found = panel.result()
    assert (found["西"].place, found["西"].points) == (1, 0)
    assert (found["东"].place, found["东"].points, found["东"].jury_points) == (2, None, None)


def test_a_jury_s_settings_are_read_as_they_were_written(panel):
    jury = rules_of(panel.fair.campaign(panel.drafted(settings=panel.jury(judges_see="author", least_judges=4)))).jury
    assert jury
    assert (jury.is_blind, jury.least, jury.weight, len(jury.criteria)) == (False, 4, 50, len(CRITERIA.splitlines()))


def refused(panel, judge, work_id, *, acting=None, tenths=BEST, number: int | None = None, reason: str = "") -> str:
    """Which rule of the database refuses a sheet that nobody checked before."""
    campaign_id = panel.work(work_id).campaign_id
    with panel.fair.staff():
        judge_id = next(each.id for each in queries.list_judges(campaign_id) if each.account_id == judge.account_id)
    with panel.acting(acting or judge):
        db.session.add(JurySheet(id=uuid7(), campaign_id=campaign_id, work_id=work_id, judge_id=judge_id, number=number or 1,
                                 tenths=list(tenths), reason=reason, handed_in_at=now()))  # fmt: skip
        with pytest.raises(IntegrityError) as refusal:
            db.session.flush()
        db.session.rollback()
    return violated(refusal.value)
