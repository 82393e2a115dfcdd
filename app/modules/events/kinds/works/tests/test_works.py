"""Works: sent once, looked at, shown without whose they are, voted on within limits, ranked; taken back they are gone."""

import pytest
from sqlalchemy.exc import ProgrammingError

from app.benefits.vouchers.giving import give
from app.core.clock import now, today_in_china
from app.core.errors import InvalidInput
from app.core.files import StoredFile, find_file
from app.core.seen import ChangedMeanwhile
from app.members.audience.choice import Audience
from app.modules.events.errors import NotInvited, NotOpen, NotReady, ReasonMissing
from app.modules.events.kinds.works import reviewing, sweeping, voting
from app.modules.events.kinds.works.errors import (
    NotVotingNow,
    NoVotesLeft,
    NoVotesToday,
    OwnWork,
    SendingOver,
    VotedToday,
    WorkMovedOn,
)
from app.modules.events.kinds.works.models import ShownWork, Vote, Work
from app.modules.events.kinds.works.settling import place_works
from app.modules.events.kinds.works.states import State
from app.modules.events.models import Entry
from app.modules.events.prizes.models import Win
from app.modules.events.prizes.queries import list_winners
from app.modules.events.queries import find_campaign
from app.modules.events.states import SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once


@pytest.fixture
def opened(atelier, clock):
    campaign_id = atelier.announced()
    clock.shift(SOON)
    return campaign_id


@pytest.fixture
def voted_on(atelier, opened, clock):
    """The campaign in its time for votes, and works of the first two members."""
    works = [atelier.send(opened, member_id) for member_id in atelier.fair.members[:2]]
    for each in works:
        atelier.accept(each)
    clock.shift(A_DAY)
    return opened, works


def files(atelier, **facts) -> list[StoredFile]:
    with atelier.fair.staff():
        return list(db.session.scalars(db.select(StoredFile).filter_by(purpose="events.work", **facts)))


def test_a_work_is_personal_until_it_is_accepted_and_shown_without_its_member(atelier, opened):
    member_id = atelier.fair.members[0]
    work_id = atelier.send(opened, member_id, pictures=2)
    assert [each.visibility for each in files(atelier)] == ["personal"] * 2
    assert atelier.shown() == []
    atelier.accept(work_id)
    (shown,) = atelier.shown()
    assert shown.file_ids == atelier.work(work_id).shown_file_ids
    public = files(atelier, visibility="public")
    assert {each.id for each in public} == set(shown.file_ids)
    assert {each.name for each in public} == {"work.webp"}
    assert "member_id" not in ShownWork.__table__.columns
    assert "*" in shown.author


def test_sent_anew_it_is_the_same_work_and_old_pictures_go(atelier, opened):
    member_id = atelier.fair.members[0]
    first = atelier.send(opened, member_id, "甲", pictures=2)
    assert atelier.send(opened, member_id, "乙", pictures=1) == first
    assert atelier.work(first).title == "乙"
    assert len(files(atelier)) == 1
    atelier.refuse(first)
    atelier.send(opened, member_id, "丙", pictures=0)
    assert (atelier.work(first).state, atelier.work(first).reason, len(files(atelier))) == (State.SENT, "", 1)


def test_what_is_accepted_is_changed_by_nobody(atelier, opened):
    member_id = atelier.fair.members[0]
    work_id = atelier.send(opened, member_id)
    atelier.accept(work_id)
    with pytest.raises(WorkMovedOn):
        atelier.send(opened, member_id, "另一张")
    with pytest.raises(WorkMovedOn):
        atelier.accept(work_id)


def test_no_member_accepts_their_own_work_by_the_database_too(atelier, opened):
    member_id = atelier.fair.members[0]
    atelier.send(opened, member_id)
    with atelier.fair.as_member(member_id):
        work = db.session.scalars(db.select(Work)).one()
        work.state = State.ACCEPTED
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_two_people_at_one_work(atelier, opened):
    work_id = atelier.send(opened, atelier.fair.members[0])
    mark = atelier.work(work_id).mark
    atelier.send(opened, atelier.fair.members[0], "改过")
    with atelier.fair.staff(), pytest.raises(ChangedMeanwhile):
        reviewing.accept(atelier.fair.maker, work_id, seen=mark)
    with pytest.raises(ReasonMissing):
        atelier.refuse(work_id, "")


def test_taken_back_it_is_gone_with_every_picture(atelier, opened):
    member_id = atelier.fair.members[0]
    work_id = atelier.send(opened, member_id, words="说明")
    atelier.accept(work_id)
    atelier.withdraw(opened, member_id)
    atelier.withdraw(opened, member_id)
    assert atelier.shown() == []
    assert [each.visibility for each in files(atelier)] == ["public"]
    with atelier.fair.work():
        assert sweeping.sweep() == 1
        db.session.commit()
        assert sweeping.sweep() == 0
    assert files(atelier) == []
    assert atelier.work(work_id).words == ""


def test_only_while_works_are_taken(atelier, clock):
    campaign_id, member_id = atelier.announced(), atelier.fair.members[0]
    with pytest.raises(NotOpen):
        atelier.send(campaign_id, member_id)
    clock.shift(SOON)
    atelier.send(campaign_id, member_id)
    clock.shift(A_DAY)
    with pytest.raises(SendingOver):
        atelier.send(campaign_id, atelier.fair.members[1])


def test_taken_back_or_down_while_it_is_voted_on_it_goes_with_its_votes_and_copies(atelier, voted_on):
    campaign_id, (first, second) = voted_on
    for each in (first, second):
        atelier.vote(campaign_id, atelier.fair.members[2], each)
    atelier.take_down(first)
    atelier.withdraw(campaign_id, atelier.fair.members[1])
    assert (atelier.shown(), atelier.votes()) == ([], [])
    with pytest.raises(WorkMovedOn):
        atelier.vote(campaign_id, atelier.fair.members[2], first)
    with atelier.fair.work():
        assert sweeping.sweep() == 2
        db.session.commit()
    assert files(atelier, visibility="public") == []
    found = atelier.work(first)
    assert (found.state, found.reason) == (State.REFUSED, "冒用他人作品")


def test_what_is_settled_is_taken_back_or_down_no_more(atelier, voted_on, clock):
    campaign_id, (first, _second) = voted_on
    clock.shift(3 * A_DAY)
    atelier.fair.tick()
    with pytest.raises(WorkMovedOn):
        atelier.take_down(first)
    with pytest.raises(WorkMovedOn):
        atelier.withdraw(campaign_id, atelier.fair.members[0])


def test_what_has_its_place_is_taken_back_or_down_no_more_while_its_settling_goes_on(atelier, voted_on):
    campaign_id, (first, _second) = voted_on
    with atelier.fair.work():
        place_works(find_campaign(campaign_id))
        db.session.commit()
    with pytest.raises(WorkMovedOn):
        atelier.take_down(first)
    with pytest.raises(WorkMovedOn):
        atelier.withdraw(campaign_id, atelier.fair.members[0])
    assert atelier.work(first).state == State.ACCEPTED


def test_only_what_is_shown_is_taken_down_and_with_a_reason(atelier, opened):
    work_id = atelier.send(opened, atelier.fair.members[0])
    with pytest.raises(WorkMovedOn):
        atelier.take_down(work_id)
    atelier.accept(work_id)
    with pytest.raises(ReasonMissing):
        atelier.take_down(work_id, "")


def test_nothing_is_accepted_once_it_is_closed(atelier, opened, clock):
    work_id = atelier.send(opened, atelier.fair.members[0])
    clock.shift(4 * A_DAY)
    with pytest.raises(NotOpen):
        atelier.accept(work_id)


def test_a_prize_passes_on_past_many_who_are_refused(atelier, clock):
    batch = atelier.fair.approved(stock=9, per_member=1)
    prizes = [{"title": "最佳", "batch_id": str(batch), "quantity": 1}]
    campaign_id = atelier.announced(settings={"prizes": prizes, "passes_on": True})
    clock.shift(SOON)
    people = [each.member_id for each in atelier.fair.people(5)]
    for each in people:
        atelier.accept(atelier.send(campaign_id, each))
    with atelier.fair.work():
        give(atelier.fair.maker, batch, people[:4], key="before")
        db.session.commit()
    clock.shift(4 * A_DAY)
    for _ in range(6):
        atelier.fair.tick()
    with atelier.fair.work():
        winner = db.session.scalars(
            db.select(Entry.member_id).join(Win, Win.id == Entry.id).where(Win.outcome == "given")
        ).one()
    assert winner == people[4]


def test_whom_it_is_not_for_sends_nothing(atelier, clock):
    campaign_id = atelier.announced(audience=Audience(tags=("先进",)))
    clock.shift(SOON)
    with pytest.raises(NotInvited):
        atelier.send(campaign_id, atelier.fair.members[0])
    assert atelier.fair.is_for_others(f"/events/works/{campaign_id}")


@pytest.mark.parametrize("pictures", [0, 7])
def test_too_few_and_too_many_pictures(atelier, opened, pictures):
    with pytest.raises(InvalidInput) as refusal:
        atelier.send(opened, atelier.fair.members[0], pictures=pictures)
    assert refusal.value.field == "pictures"


def test_nobody_reads_the_work_of_another_before_it_is_shown(atelier, opened):
    work_id = atelier.send(opened, atelier.fair.members[0])
    with atelier.fair.as_member(atelier.fair.members[1]):
        assert db.session.scalars(db.select(Work)).all() == []
        assert db.session.scalars(db.select(StoredFile).where(StoredFile.purpose == "events.work")).all() == []
    with atelier.fair.staff():
        assert find_file(atelier.work(work_id).file_ids[0])


def test_votes_within_their_limits(atelier, voted_on, clock):
    campaign_id, (first, second) = voted_on
    voter = atelier.fair.members[2]
    atelier.vote(campaign_id, voter, first)
    with pytest.raises(VotedToday):
        atelier.vote(campaign_id, voter, first)
    atelier.vote(campaign_id, voter, second)
    with pytest.raises((NoVotesToday, VotedToday)):
        atelier.vote(campaign_id, voter, second)
    clock.shift(A_DAY)
    atelier.vote(campaign_id, voter, first)
    with pytest.raises(NoVotesLeft):
        atelier.vote(campaign_id, voter, second)


def test_as_many_votes_a_day_as_there_are(atelier, opened, clock):
    works = [atelier.send(opened, member_id) for member_id in (each.member_id for each in atelier.fair.people(3))]
    for each in works:
        atelier.accept(each)
    clock.shift(A_DAY)
    voter = atelier.fair.members[0]
    for each in works[:2]:
        atelier.vote(opened, voter, each)
    with pytest.raises(NoVotesToday):
        atelier.vote(opened, voter, works[2])


def test_at_the_very_same_moment_no_vote_too_many(app, atelier, voted_on):
    campaign_id, works = voted_on
    voter, campaign = atelier.fair.members[2], atelier.fair.campaign(campaign_id)
    where = Scope(Plane.MEMBER, zone=atelier.fair.zone, actor=Actor(uuid7(), name="", member_id=voter))
    refusals = at_once(app, [(where, lambda: voting.vote(voter, campaign, works[0]))] * 4)
    assert len([each for each in refusals if each is None]) == 1
    assert len(atelier.votes()) == 1


def test_nobody_votes_for_their_own_work_by_the_database_too(atelier, voted_on):
    campaign_id, (first, _second) = voted_on
    author = atelier.fair.members[0]
    with pytest.raises(OwnWork):
        atelier.vote(campaign_id, author, first)
    with atelier.fair.as_member(author):
        db.session.add(Vote(campaign_id=campaign_id, work_id=first, member_id=author, day=today_in_china()))
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_votes_in_their_own_time(atelier, opened, clock):
    work_id = atelier.send(opened, atelier.fair.members[0])
    atelier.accept(work_id)
    with pytest.raises(NotVotingNow):
        atelier.vote(opened, atelier.fair.members[1], work_id)
    clock.shift(3 * A_DAY)
    with pytest.raises(NotOpen):
        atelier.vote(opened, atelier.fair.members[1], work_id)


def test_the_ranking_by_votes_and_of_as_many_by_who_came_first(atelier, clock):
    batch = atelier.fair.approved(stock=1)
    campaign_id = atelier.announced(settings={"prizes": [{"title": "最佳", "batch_id": str(batch), "quantity": 1}]})
    clock.shift(SOON)
    first, second = (
        atelier.send(campaign_id, member_id, title)
        for member_id, title in zip(atelier.fair.members[:2], "甲乙", strict=True)
    )
    for each in (second, first):
        atelier.accept(each)
    clock.shift(A_DAY)
    atelier.vote(campaign_id, atelier.fair.members[2], second)
    clock.shift(3 * A_DAY)
    atelier.fair.tick()
    assert {each.title: each.votes for each in atelier.shown()} == {"甲": 0, "乙": 1}
    with atelier.fair.staff():
        assert [each.outcome for each in list_winners(campaign_id)] == ["given"]
    with atelier.fair.work():
        winner = db.session.scalars(db.select(Entry.member_id).join(Win, Win.id == Entry.id)).one()
    assert winner == atelier.fair.members[1]


def test_times_that_do_not_follow_each_other_are_not_reviewed(atelier, clock):
    campaign_id = atelier.drafted(settings={"send_until": now() + 9 * A_DAY})
    with pytest.raises(NotReady):
        atelier.fair.step(campaign_id, SUBMIT)
