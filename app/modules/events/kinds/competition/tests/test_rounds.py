"""From registration to the final ranking: who goes on, what is refused on the way, and what an appeal opens again."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from app.core.errors import NotFound
from app.members.audience.choice import Audience
from app.members.operations import end_membership
from app.modules.events.errors import NotInvited, NotOpen
from app.modules.events.kinds.competition import certifying, deciding, queries, registering, rounds
from app.modules.events.kinds.competition.errors import (
    AppealOver,
    DecidedBySomebodyElse,
    MovedOn,
    NameMissing,
    RegistrationOver,
    RoundMovedOn,
    TakesPartThemselves,
)
from app.modules.events.kinds.competition.models import Round
from app.modules.events.kinds.competition.tests.stage import CRITERIA, Stage
from app.modules.events.tests.fair import A_DAY, SOON
from app.notifications.models import Message
from tenants.context import Actor, Plane
from tenants.database import db
from tenants.ids import uuid7


@pytest.fixture
def opened(stage: Stage, clock):
    """A competition of two rounds, open for registration."""
    campaign_id = stage.announced()
    clock.shift(SOON)
    return campaign_id


@pytest.fixture
def begun(stage: Stage, opened, clock):
    """Three members of two unions in the first round, and who they are."""
    people = [stage.person(union) for union in (stage.east, stage.east, stage.west)]
    for person in people:
        stage.register(opened, person)
    clock.shift(A_DAY)
    stage.fair.tick()
    first, last = stage.rounds(opened)
    judge = stage.judge(opened, first.id, last.id)
    stage.step(first.id, "open")
    return opened, people, judge


def kinds_told(stage: Stage, person) -> list[str]:
    with stage.fair.work():
        told = db.select(Message.kind).where(Message.member_id == person.member_id, Message.kind.startswith("events."))
        return list(db.session.scalars(told.order_by(Message.id)))


def test_the_best_go_on_with_who_shares_the_last_place_and_are_told(stage, begun):
    campaign_id, people, judge = begun
    first, _last = stage.rounds(campaign_id)
    stage.scored(first.id, judge, n1=(900, 900), n2=(800, 800), n3=(800, 800))
    stage.published(first.id)
    starts = stage.starts(first.id)
    assert {number: (each.place, each.goes_on) for number, each in starts.items()} == {
        1: (1, True),
        2: (2, True),
        3: (2, True),
    }
    assert kinds_told(stage, people[0])[-1] == "events.competition_next"


def test_who_is_behind_the_last_place_is_told_too(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA, CRITERIA, go_on=1))
    clock.shift(SOON)
    people = [stage.person(stage.east), stage.person(stage.west)]
    for person in people:
        stage.register(campaign_id, person)
    clock.shift(A_DAY)
    stage.fair.tick()
    first, _last = stage.rounds(campaign_id)
    judge = stage.judge(campaign_id, first.id)
    stage.step(first.id, "open")
    stage.scored(first.id, judge, n1=(700, 900), n2=(900, 600))
    stage.published(first.id)
    starts = stage.starts(first.id)
    assert (starts[1].score, starts[2].score) == (78_000, 78_000)
    assert (starts[1].place, starts[2].place) == (2, 1)
    assert [kinds_told(stage, each)[-1] for each in people] == ["events.competition_out", "events.competition_next"]


def test_registration_is_once_and_numbered_in_the_order_of_coming(stage, opened):
    person, other = stage.person(stage.east), stage.person(stage.west)
    first = stage.register(opened, person)
    assert stage.register(opened, person).id == first.id
    assert (first.number, stage.register(opened, other).number) == (1, 2)
    assert stage.fair.entrants(opened) == {person.member_id, other.member_id}


def test_nobody_registers_before_it_opens_or_after_it_closes(stage, clock):
    campaign_id, person = stage.announced(), stage.person(stage.east)
    with pytest.raises(NotOpen):
        stage.register(campaign_id, person)
    clock.shift(SOON + A_DAY)
    with pytest.raises(NotOpen):
        stage.register(campaign_id, person)


def test_who_withdrew_may_come_back_and_keeps_the_number(stage, opened):
    person = stage.person(stage.east)
    number, actor = stage.register(opened, person).number, stage.actor(person)
    with stage.acting(actor):
        assert registering.withdraw(actor, opened).state == "withdrawn"
        db.session.commit()
    back = stage.register(opened, person)
    assert (back.state, back.number) == ("registered", number)


def test_nobody_withdraws_once_the_rounds_have_begun(stage, begun):
    campaign_id, people, _judge = begun
    actor = stage.actor(people[0])
    with stage.acting(actor), pytest.raises(RegistrationOver):
        registering.withdraw(actor, campaign_id)


def test_a_guest_says_a_name_and_comes_to_the_last_round_only_as_a_member(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    guest, member = stage.guest(), stage.person(stage.east)
    with pytest.raises(NameMissing):
        stage.register(campaign_id, guest)
    made = stage.register(campaign_id, guest, name="林小满")
    assert (made.state, made.member_id) == ("guest", None)
    stage.register(campaign_id, member)
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    stage.judge(campaign_id, only.id)
    assert "1" in stage.refused(only.id, "open")
    joined = stage.world.member(stage.west)
    actor = Actor(guest.account_id, joined.member_id, joined.name)
    with stage.acting(actor):
        assert registering.join(actor, campaign_id).state == "registered"
        db.session.commit()
    stage.step(only.id, "open")
    assert len(stage.starts(only.id)) == 2
    assert joined.member_id in stage.fair.entrants(campaign_id)


def test_who_has_left_the_zone_s_unions_since_does_not_come_to_the_last_round(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    left, stays = (stage.person(union) for union in (stage.east, stage.west))
    made = [stage.register(campaign_id, each) for each in (left, stays)]
    with stage.fair.staff():
        end_membership(stage.fair.maker, left.member_id, "调离")
        db.session.commit()
    clock.shift(A_DAY)
    stage.fair.tick()
    (last,) = stage.rounds(campaign_id)
    stage.judge(campaign_id, last.id)
    assert f"不是本专区会员：{made[0].number}。" in stage.refused(last.id, "open")
    with stage.fair.staff():
        registering.exclude(made[0].id, reason="已退会")
        db.session.commit()
    stage.step(last.id, "open")
    assert list(stage.starts(last.id)) == [made[1].number]


def test_the_database_lets_no_guest_start_in_the_last_round(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    made = stage.register(campaign_id, stage.guest(), name="林小满")
    (only,) = stage.rounds(campaign_id)
    with stage.fair.staff():
        db.session.get_one(Round, (stage.zone.id, only.id)).state = "open"
        db.session.flush()
        db.session.add(stage.start_of(only, made))
        with pytest.raises(IntegrityError, match="may not start"):
            db.session.flush()


def test_a_guest_does_not_register_for_a_campaign_of_chosen_members(stage, clock):
    campaign_id = stage.announced(audience=Audience(union_paths=(stage.east.path,)))
    clock.shift(SOON)
    with pytest.raises(NotInvited):
        stage.register(campaign_id, stage.guest(), name="林小满")
    with pytest.raises(NotInvited):
        stage.register(campaign_id, stage.person(stage.west))


def test_a_round_waits_for_registration_judges_and_signatures(stage, opened, clock):
    stage.register(opened, stage.person(stage.east))
    first, last = stage.rounds(opened)
    assert "报名到" in stage.refused(first.id, "open")
    clock.shift(A_DAY)
    stage.fair.tick()
    assert "评委" in stage.refused(first.id, "open")
    judge = stage.judge(opened, first.id)
    stage.step(first.id, "open")
    assert "没有签" in stage.refused(first.id, "close")
    stage.score(judge, stage.starts(first.id)[1], 900, 900, sign=False)
    assert stage.refused(first.id, "close")
    with pytest.raises(RoundMovedOn):
        stage.step(first.id, "publish")
    assert stage.refused(last.id, "open")


def test_an_absent_contestant_needs_no_sheet_and_has_no_place(stage, begun):
    campaign_id, _people, judge = begun
    first, _last = stage.rounds(campaign_id)
    with stage.fair.staff():
        rounds.note_absent(stage.starts(first.id)[3].id, absent=True)
        db.session.commit()
    stage.scored(first.id, judge, n1=(900, 900), n2=(800, 800))
    stage.published(first.id)
    assert (stage.starts(first.id)[3].place, stage.starts(first.id)[3].goes_on) == (None, False)


def test_a_draft_for_who_does_not_compete_holds_no_round_up(stage, begun):
    campaign_id, _people, judge = begun
    first, _last = stage.rounds(campaign_id)
    starts = stage.starts(first.id)
    for number in (2, 3):
        stage.score(judge, starts[number], 900, None, sign=False)
    with stage.fair.staff():
        rounds.note_absent(starts[3].id, absent=True)
        registering.exclude(starts[2].contestant_id, reason="冒名顶替")
        db.session.commit()
    stage.scored(first.id, judge, n1=(900, 900))
    stage.step(first.id, "close")
    assert [each.place for each in stage.starts(first.id).values()] == [1, None, None]


def test_a_draft_of_a_judge_who_came_to_be_tied_is_named_in_words(stage, begun):
    campaign_id, _people, judge = begun
    first, _last = stage.rounds(campaign_id)
    other = stage.judge(campaign_id, first.id)
    starts = stage.starts(first.id)
    stage.score(other, starts[3], 900, None, sign=False)
    stage.appoint(campaign_id, replace(other, ties=(stage.west.path,)), first.id)
    stage.scored(first.id, judge, n1=(900, 900), n2=(900, 900), n3=(900, 900))
    stage.scored(first.id, other, n1=(900, 900), n2=(900, 900))
    assert "没有签" in stage.refused(first.id, "close")


def test_the_next_round_waits_for_the_window_and_every_appeal(stage, begun, clock):
    campaign_id, people, judge = begun
    first, last = stage.rounds(campaign_id)
    stage.scored(first.id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    stage.published(first.id)
    assert stage.refused(first.id, "conclude")
    appeal_id = stage.appeal(people[2], stage.starts(first.id)[3])
    clock.shift(A_DAY)
    assert stage.refused(first.id, "conclude")
    assert stage.refused(last.id, "open")
    with stage.fair.staff():
        deciding.answer(stage.fair.checker, appeal_id, accepts=False, words="复核无误")
        db.session.commit()
    stage.step(first.id, "conclude")
    stage.step(last.id, "open")
    assert sorted(stage.starts(last.id)) == [1, 2]
    assert "events.competition_appeal" in kinds_told(stage, people[2])


def test_the_database_makes_no_ranking_final_while_an_appeal_is_open(stage, begun):
    campaign_id, people, judge = begun
    first, _last = stage.rounds(campaign_id)
    stage.scored(first.id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    stage.published(first.id)
    stage.appeal(people[0], stage.starts(first.id)[1])
    with stage.fair.staff(), pytest.raises(IntegrityError, match="no such step"):
        db.session.execute(db.update(Round).where(Round.id == first.id).values(state="done"))


def test_an_accepted_appeal_opens_the_sheets_and_the_ranking_is_computed_anew(stage, begun):
    campaign_id, people, judge = begun
    first, _last = stage.rounds(campaign_id)
    stage.scored(first.id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    stage.published(first.id)
    appeal_id = stage.appeal(people[2], stage.starts(first.id)[3])
    with stage.fair.staff():
        deciding.answer(stage.fair.checker, appeal_id, accepts=True, words="漏看了一道工序")
        db.session.commit()
    assert stage.rounds(campaign_id)[0].state == "open"
    assert stage.refused(first.id, "close")
    stage.score(judge, stage.starts(first.id)[3], 950, 950)
    stage.published(first.id)
    assert stage.starts(first.id)[3].place == 1
    assert not stage.starts(first.id)[2].goes_on
    assert [kinds_told(stage, people[1]).count(f"events.competition_{kind}") for kind in ("next", "out")] == [1, 1]


def test_appeals_come_once_within_the_window_and_of_one_s_own_score(stage, begun, clock):
    campaign_id, people, judge = begun
    first, _last = stage.rounds(campaign_id)
    stage.scored(first.id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    stage.published(first.id)
    starts = stage.starts(first.id)
    stage.appeal(people[0], starts[1])
    with pytest.raises(AppealOver):
        stage.appeal(people[0], starts[1])
    with pytest.raises(NotFound):
        stage.appeal(people[1], starts[1])
    clock.shift(A_DAY)
    with pytest.raises(AppealOver):
        stage.appeal(people[1], starts[2])


def test_the_same_appeal_sent_again_is_one_and_other_words_are_not_taken_for_it(stage, begun):
    campaign_id, people, judge = begun
    first, _last = stage.rounds(campaign_id)
    stage.scored(first.id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    stage.published(first.id)
    start, actor, once = stage.starts(first.id)[1], stage.actor(people[0]), uuid7()
    with stage.acting(actor):
        made = deciding.appeal(actor, once, start.id, "漏看一道工序")
        db.session.commit()
        assert deciding.appeal(actor, once, start.id, "漏看一道工序").id == made.id == once
        with pytest.raises(AppealOver):
            deciding.appeal(actor, once, start.id, "漏看两道工序")
        db.session.rollback()
    with stage.fair.staff():
        deciding.answer(stage.fair.checker, once, accepts=False, words="已复核")
        db.session.commit()
    with stage.acting(actor):
        again = deciding.appeal(actor, once, start.id, "漏看两道工序")
        db.session.commit()
        assert (again.id == once, again.reason, again.state) == (False, "漏看两道工序", "open")


def test_who_scored_does_not_answer_an_appeal(stage, begun):
    campaign_id, people, judge = begun
    first, _last = stage.rounds(campaign_id)
    stage.scored(first.id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    stage.published(first.id)
    appeal_id = stage.appeal(people[0], stage.starts(first.id)[1])
    with stage.fair.staff(), pytest.raises(DecidedBySomebodyElse):
        deciding.answer(judge, appeal_id, accepts=True, words="同意")


def test_to_the_end_with_awards_certificates_and_prizes(stage, clock):
    batch_id = stage.fair.approved(stock=2)
    settings = stage.settings(CRITERIA, prizes=[{"title": "优胜礼包", "batch_id": batch_id, "quantity": 2}])
    campaign_id = stage.announced(settings)
    clock.shift(SOON)
    people = [stage.person(stage.east), stage.person(stage.west), stage.person(stage.west)]
    made = [stage.register(campaign_id, each, shown="full") for each in people]
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    judge = stage.judge(campaign_id, only.id)
    stage.step(only.id, "open")
    stage.scored(only.id, judge, n1=(700, 700), n2=(900, 900), n3=(800, 800))
    stage.published(only.id)
    stage.fair.tick()
    assert stage.fair.campaign(campaign_id).state == "closed"
    clock.shift(A_DAY)
    stage.step(only.id, "conclude")
    stage.fair.tick()
    assert stage.fair.campaign(campaign_id).state == "settled"
    with stage.fair.staff():
        rows = queries.list_certificates(campaign_id)
        assert [(row.number, row.Certificate.award) for row in rows] == [(2, "first"), (3, "second")]
        serial = rows[0].Certificate.serial
    assert kinds_told(stage, people[1])[-2:] == ["events.competition_certificate", "events.prize"]
    assert "events.competition_certificate" not in kinds_told(stage, people[0])
    with stage.acting(stage.actor(people[0])):
        code = certifying.check_code(serial)
        found = certifying.check(serial, code)
        assert found is not None
        assert found.masked_name != people[1].name
        assert certifying.check(serial, "0" * len(code)) is None
        assert certifying.check("2026-99999", code) is None
    assert made[1].number == 2


def test_the_members_plane_reads_no_score_before_it_is_published(stage, begun):
    campaign_id, people, judge = begun
    first, _last = stage.rounds(campaign_id)
    stage.scored(first.id, judge, n1=(900, 900), n2=(800, 800), n3=(700, 700))
    stage.step(first.id, "close")
    ids = [each.id for each in stage.starts(first.id).values()]
    with stage.acting(stage.actor(people[0])):
        assert queries.list_starts(first.id) == []
        assert queries.list_own_sheets(ids) == {}
    stage.step(first.id, "publish")
    with stage.acting(stage.actor(people[0])):
        assert len(queries.list_starts(first.id)) == 3
        own = queries.list_own_sheets(ids)
    assert list(own) == [stage.starts(first.id)[1].id]


def test_a_certificate_is_revoked_with_a_reason_and_for_good(stage, clock):
    campaign_id = stage.finished(clock)
    with stage.fair.staff():
        (row,) = queries.list_certificates(campaign_id)
        own = queries.find_contestant(row.Certificate.contestant_id)
        themselves = Actor(own.account_id, own.member_id, own.name)
    with stage.acting(themselves, Plane.STAFF), pytest.raises(TakesPartThemselves):
        certifying.revoke(themselves, row.Certificate.id, reason="冒名参赛")
    with stage.fair.staff():
        certifying.revoke(stage.fair.maker, row.Certificate.id, reason="冒名参赛")
        db.session.commit()
        with pytest.raises(MovedOn):
            certifying.revoke(stage.fair.maker, row.Certificate.id, reason="再次")
        serial = row.Certificate.serial
    with stage.acting(Actor(uuid7())):
        found = certifying.check(serial, certifying.check_code(serial))
        assert found is not None
        assert found.revoked_at is not None


def test_a_competition_to_which_nobody_came_ends(stage, opened, clock):
    clock.shift(A_DAY)
    stage.fair.tick()
    stage.fair.tick()
    assert stage.fair.campaign(opened).state == "settled"


def test_a_competition_ends_where_nobody_goes_on(stage, begun, clock):
    campaign_id, _people, _judge = begun
    first, _last = stage.rounds(campaign_id)
    with stage.fair.staff():
        for start in stage.starts(first.id).values():
            rounds.note_absent(start.id, absent=True)
        db.session.commit()
    stage.published(first.id)
    stage.fair.tick()
    assert stage.fair.campaign(campaign_id).state == "closed"
    clock.shift(A_DAY)
    stage.step(first.id, "conclude")
    stage.fair.tick()
    assert stage.fair.campaign(campaign_id).state == "settled"
