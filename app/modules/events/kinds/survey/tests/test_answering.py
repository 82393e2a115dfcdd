"""Answers are kept once; anonymous ones lead to nobody, and are read by nobody until the box is opened."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.core.audit import AuditEntry
from app.core.outbox import OutboxEvent
from app.members.audience.choice import Audience
from app.members.privacy import export_member
from app.modules.events.errors import NotInvited, NotOpen
from app.modules.events.kinds.survey.answering import send
from app.modules.events.kinds.survey.errors import AnswersMissing
from app.modules.events.kinds.survey.hiding import FEWEST
from app.modules.events.kinds.survey.models import Ballot, FreeText, Sheet, Tally
from app.modules.events.kinds.survey.results import list_texts
from app.modules.events.kinds.survey.settings import survey_of
from app.modules.events.kinds.survey.settling import STILL_COMING
from app.modules.events.kinds.survey.tests.inquiry import NOT_USED, QUESTIONS, USED, row
from app.modules.events.prizes.queries import list_winners
from app.modules.events.states import STOP, State
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once

IN_CLEAR = ("汤再热一点", "离得远")


@pytest.fixture
def opened(inquiry, clock):
    campaign_id = inquiry.announced()
    clock.shift(SOON)
    return campaign_id


def test_sent_twice_the_first_holds(inquiry, opened):
    member_id = inquiry.fair.members[0]
    inquiry.send(opened, member_id)
    inquiry.send(opened, member_id, NOT_USED)
    assert len(inquiry.ballots()) == 1
    assert inquiry.fair.entrants(opened) == {member_id}


def test_sent_at_the_very_same_moment_it_is_one(app, inquiry, opened):
    member_id, campaign = inquiry.fair.members[0], inquiry.fair.campaign(opened)
    where = Scope(Plane.MEMBER, zone=inquiry.fair.zone, actor=Actor(uuid7(), name="", member_id=member_id))
    at_once(app, [(where, lambda: send(member_id, campaign, USED))] * 4)
    assert len(inquiry.ballots()) == 1


def test_a_ballot_has_no_column_that_leads_to_anybody():
    assert set(Ballot.__table__.columns.keys()) == {"zone_id", "id", "campaign_id", "answers_cipher"}
    assert set(FreeText.__table__.columns.keys()) == {"zone_id", "id", "campaign_id", "question", "words"}
    assert set(Tally.__table__.columns.keys()) == {
        "zone_id",
        "id",
        "campaign_id",
        "union_id",
        "question",
        "answered",
        "chosen",
    }


def test_the_ids_of_ballots_and_texts_are_drawn_by_lot(inquiry, opened, clock):
    for each in inquiry.fair.members:
        inquiry.send(opened, each)
    assert {each.id.version for each in inquiry.ballots()} == {4}
    inquiry.close(clock, opened)
    assert {each.id.version for each in inquiry.texts()} == {4}


def test_a_ballot_is_sealed(inquiry, opened):
    inquiry.send(opened, inquiry.fair.members[0])
    (ballot,) = inquiry.ballots()
    for words in (*IN_CLEAR, "answers"):
        assert words.encode() not in ballot.answers_cipher


def test_nothing_else_that_is_kept_says_what_somebody_answered(inquiry, opened, clock):
    """The audit trail and the outbox, while it is open and after it is settled."""
    for each in inquiry.fair.members:
        inquiry.send(opened, each)
    inquiry.close(clock, opened)
    with inquiry.fair.work():
        outbox = [
            json.dumps(row, default=str, ensure_ascii=False)
            for row in db.session.scalars(db.select(OutboxEvent.payload))
        ]
    with inquiry.fair.staff():
        audit = list(db.session.scalars(db.select(AuditEntry).where(AuditEntry.object_id == str(opened))))
    kept = "".join(outbox) + "".join(json.dumps(each.detail, ensure_ascii=False) for each in audit)
    assert not [words for words in IN_CLEAR if words in kept]
    entered = [each for each in audit if each.action == "events.enter"]
    assert len(entered) == 3
    assert {tuple(each.detail) for each in entered} == {()}


@pytest.mark.parametrize("table", [Tally, FreeText])
def test_staff_read_nothing_that_comes_of_the_box_before_it_is_settled(inquiry, opened, table):
    with inquiry.fair.work():
        db.session.add(Tally(campaign_id=opened, union_id=None, question=0, answered=1, chosen=[]))
        db.session.add(FreeText(id=uuid4(), campaign_id=opened, question=5, words="早了"))
        db.session.commit()
        assert db.session.scalars(db.select(table.id)).all()
    with inquiry.fair.staff():
        assert db.session.scalars(db.select(table.id)).all() == []


@pytest.mark.parametrize("column", ["id", "campaign_id", "answers_cipher"])
def test_no_plane_that_serves_pages_reads_the_box(inquiry, opened, column):
    inquiry.send(opened, inquiry.fair.members[0])
    for where in (inquiry.fair.staff(), inquiry.fair.as_member(inquiry.fair.members[0])):
        with where:
            with pytest.raises(ProgrammingError, match="permission denied"):
                db.session.scalars(db.select(getattr(Ballot, column))).all()
            db.session.rollback()


def test_a_member_reads_no_system_column_of_the_box(app, inquiry, opened):
    inquiry.send(opened, inquiry.fair.members[0])
    with inquiry.fair.as_member(inquiry.fair.members[0]), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.scalars(db.select(db.literal_column("ctid").cast(db.String)).select_from(Ballot)).all()
    with inquiry.fair.as_member(inquiry.fair.members[0]):
        db.session.rollback()


def test_nobody_has_results_before_it_is_settled(inquiry, opened):
    for each in inquiry.fair.members:
        inquiry.send(opened, each)
    assert inquiry.results(opened) is None


def test_the_box_is_opened_once_and_empty_then(inquiry, opened, clock):
    groups = inquiry.unions(6, 7)
    for member_id in (*groups[0], *groups[1][:6]):
        inquiry.send(opened, member_id)
    inquiry.send(opened, groups[1][6], NOT_USED)
    inquiry.close(clock, opened)
    assert inquiry.ballots() == []
    sent = {each.union_id: each.answered for each in inquiry.tallies() if each.question == 0}
    assert sorted(sent.values()) == [6, 7]
    first, scale, several, why, more = inquiry.results(opened)
    assert [line.answered for line in first.lines] == [13, 6, 7]
    assert first.lines[0].numbers == [None, None]
    assert more.lines[0].answered == 12
    for each in (scale, several, why):
        assert (each.lines, each.is_withheld) == ([], True)


def test_who_was_led_to_a_question_tells_no_hidden_answer(inquiry, clock):
    questions = [row("哪个班次？", options="早班\n中班\n晚班", jumps="A 3\nC 3", is_required=True), row("中班累吗？", options="累\n不累"),
                 row("还好吗？", options="好\n不好")]  # fmt: skip
    campaign_id = inquiry.announced(questions)
    clock.shift(SOON)
    (people,) = inquiry.unions(19)
    for place, member_id in enumerate(people):
        shift = 1 if place < 10 else 2 if place < 17 else 3
        inquiry.send(campaign_id, member_id, {1: shift, 3: 1} | ({2: 1} if shift == 2 else {}))
    inquiry.close(clock, campaign_id)
    for for_members in (False, True):
        first, led, asked = inquiry.results(campaign_id, for_members=for_members)
        assert first.lines[0].numbers == [10, None, None]
        assert (led.lines, led.is_withheld) == ([], True)
        assert asked.lines[0].numbers == [19, 0]


def test_a_union_s_hidden_number_is_told_by_no_question_it_leads_to(inquiry, clock):
    questions = [row("上夜班吗？", options="上\n不上", jumps="B 3", is_required=True), row("夜班累吗？", options="累\n不累"),
                 row("还好吗？", options="好\n不好")]  # fmt: skip
    campaign_id = inquiry.announced(questions)
    clock.shift(SOON)
    for group in inquiry.unions(10, 10, 10):
        for place, member_id in enumerate(group):
            inquiry.send(campaign_id, member_id, {1: 1, 2: 1, 3: 1} if place < 8 else {1: 2, 3: 1})
    inquiry.close(clock, campaign_id)
    first, led, asked = inquiry.results(campaign_id)
    assert None not in first.lines[0].numbers
    assert None in first.lines[1].numbers
    assert [line.answered for line in led.lines] == [24]
    assert len(asked.lines) == 4


def test_unions_of_a_few_are_put_together_for_good(inquiry, opened, clock):
    groups = inquiry.unions(6, 3, 3)
    for member_id in (each for group in groups for each in group):
        inquiry.send(opened, member_id)
    inquiry.close(clock, opened)
    sent = [(each.union_id is None, each.answered) for each in inquiry.tallies() if each.question == 0]
    assert sorted(sent) == [(False, 6), (True, 6)]


def test_what_is_on_its_way_at_the_end_is_waited_for(inquiry, opened, clock):
    clock.shift(A_DAY)
    inquiry.fair.tick()
    clock.shift(STILL_COMING - timedelta(seconds=1))
    inquiry.fair.tick()
    assert inquiry.fair.campaign(opened).state == State.CLOSED
    clock.shift(timedelta(seconds=1))
    inquiry.fair.tick()
    assert inquiry.fair.campaign(opened).state == State.SETTLED


def test_nothing_goes_into_the_box_once_it_is_closed(inquiry, opened, clock):
    inquiry.fair.tick()
    inquiry.fair.step(opened, STOP)
    with inquiry.fair.as_member(inquiry.fair.members[0]):
        db.session.add(Ballot(id=uuid4(), campaign_id=opened, answers_cipher=b"x"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_texts_are_told_from_so_many_on(inquiry, opened, clock):
    (people,) = inquiry.unions(FEWEST + 1)
    for member_id in people[:FEWEST]:
        inquiry.send(opened, member_id)
    inquiry.send(opened, people[FEWEST], NOT_USED)
    inquiry.close(clock, opened)
    campaign = inquiry.fair.campaign(opened)
    with inquiry.fair.staff():
        told = [list(list_texts(campaign, each)) for each in survey_of(campaign).questions if not each.choices]
    assert told == [[], ["汤再热一点"] * FEWEST]


def test_texts_stand_in_another_order_than_they_came(inquiry, clock):
    questions = [QUESTIONS[4]]
    campaign_id = inquiry.announced(questions)
    clock.shift(SOON)
    (people,) = inquiry.unions(12)
    words = [f"第{number:02}条" for number in range(12)]
    for member_id, each in zip(people, words, strict=True):
        inquiry.send(campaign_id, member_id, {1: each})
    inquiry.close(clock, campaign_id)
    with inquiry.fair.work():
        as_stored = list(db.session.scalars(db.select(FreeText.words).order_by(text("ctid"))))
    assert sorted(as_stored) == words
    assert as_stored != words
    assert [each.words for each in inquiry.texts()] != words


def test_only_what_lies_on_the_way_is_kept(inquiry, clock):
    campaign_id = inquiry.announced(settings={"mode": "named"})
    clock.shift(SOON)
    inquiry.send(campaign_id, inquiry.fair.members[0], {**USED, **NOT_USED})
    assert inquiry.sheets()[0].answers == {"1": 2, "4": "离得远", "5": "汤再热一点"}


@pytest.mark.parametrize("answers", [{}, {2: 5}, {1: 1, 5: "长" * 1001}])
def test_what_must_be_answered_is_asked_for_by_the_writer_too(inquiry, opened, answers):
    with pytest.raises(AnswersMissing):
        inquiry.send(opened, inquiry.fair.members[0], answers)
    assert inquiry.fair.entrants(opened) == set()


def test_only_while_it_is_open_and_whom_it_is_for(inquiry, clock):
    campaign_id = inquiry.announced(audience=Audience(tags=("先进",)))
    with pytest.raises(NotOpen):
        inquiry.send(campaign_id, inquiry.fair.members[0])
    clock.shift(SOON)
    with pytest.raises(NotInvited):
        inquiry.send(campaign_id, inquiry.fair.members[0])
    assert inquiry.fair.is_for_others(f"/events/survey/{campaign_id}")
    assert inquiry.ballots() == []


def test_a_named_survey_hides_nothing_from_staff_and_small_numbers_from_members(inquiry, clock):
    campaign_id = inquiry.announced(settings={"mode": "named"})
    clock.shift(SOON)
    (people,) = inquiry.unions(6)
    for member_id in people[:5]:
        inquiry.send(campaign_id, member_id)
    inquiry.send(campaign_id, people[5], NOT_USED)
    assert inquiry.results(campaign_id)[0].lines[0].numbers == [5, 1]
    assert inquiry.results(campaign_id, for_members=True) is None
    inquiry.close(clock, campaign_id)
    assert inquiry.results(campaign_id)[0].lines[0].numbers == [5, 1]
    assert inquiry.results(campaign_id, for_members=True)[0].lines[0].numbers == [None, None]


def test_a_mean_is_told_only_where_no_number_is_hidden(inquiry, clock):
    campaign_id = inquiry.announced([QUESTIONS[1]])
    clock.shift(SOON)
    (people,) = inquiry.unions(12)
    for place, member_id in enumerate(people):
        inquiry.send(campaign_id, member_id, {1: 5 if place else 1})
    inquiry.close(clock, campaign_id)
    (line,) = inquiry.results(campaign_id)[0].lines
    assert line.numbers[0] is None
    assert line.mean is None


def test_a_member_takes_along_what_they_said_by_name_and_reads_no_other_s(inquiry, clock):
    campaign_id = inquiry.announced(settings={"mode": "named"})
    clock.shift(SOON)
    first, second = inquiry.fair.members[:2]
    for each in (first, second):
        inquiry.send(campaign_id, each)
    with inquiry.fair.as_member(first):
        (own,) = export_member(first)["modules"]["events"]["events_survey_sheets"]
        assert own["answers"]["5"] == "汤再热一点"
        assert [each.member_id for each in db.session.scalars(db.select(Sheet))] == [first]


def test_prizes_are_drawn_among_those_who_took_part(inquiry, clock):
    batch = inquiry.fair.approved(stock=2)
    prizes = [{"title": "参与奖", "batch_id": str(batch), "quantity": 2}]
    campaign_id = inquiry.announced(settings={"prizes": prizes})
    clock.shift(SOON)
    for each in inquiry.fair.members:
        inquiry.send(campaign_id, each)
    inquiry.close(clock, campaign_id)
    with inquiry.fair.staff():
        assert [each.outcome for each in list_winners(campaign_id)] == ["given", "given"]
