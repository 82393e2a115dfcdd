"""Plays: one at a time, so many a day, judged by the server, once; the best counts."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import ProgrammingError

from app.core.errors import NotFound
from app.members.audience.choice import Audience
from app.modules.events.errors import NotInvited, NotOpen
from app.modules.events.kinds.game import catching, pairs, playing
from app.modules.events.kinds.game.errors import AlreadyHandedIn, NoNumbers, NoPlaysToday
from app.modules.events.kinds.game.models import Board, Play
from app.modules.events.kinds.game.tests.arcade import A_PLAY, perfect_log
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once


@pytest.fixture
def catch(arcade, clock):
    """A game of catch that is open."""
    campaign_id = arcade.announced("catch", tries_a_day=3)
    clock.shift(SOON)
    return campaign_id


@pytest.fixture
def match(arcade, clock):
    """Pairs that can be played."""
    campaign_id = arcade.announced("match")
    clock.shift(SOON)
    return campaign_id


def caught(arcade, clock, campaign_id, member_id, catch=99):
    play_id = arcade.begin(campaign_id, member_id)
    clock.shift(A_PLAY)
    arcade.hand_in(campaign_id, member_id, play_id, perfect_log(arcade.play(play_id).seed, catch=catch))
    return play_id


def test_the_points_are_those_the_server_reckons(arcade, clock, catch):
    member_id = arcade.fair.members[0]
    play = arcade.play(caught(arcade, clock, catch, member_id))
    assert play.refusal == ""
    log = catching.judge(
        play.seed, play.moves, started_at=play.started_at, deadline=play.deadline, moment=play.ended_at
    )
    assert play.points == log == arcade.best(catch, member_id).points
    assert play.points > 200
    assert arcade.fair.entrants(catch) == {member_id}


def test_a_log_handed_in_before_the_play_is_over_counts_nothing(arcade, clock, catch):
    member_id = arcade.fair.members[0]
    play_id = arcade.begin(catch, member_id)
    clock.shift(catching.LASTS - timedelta(seconds=1))
    arcade.hand_in(catch, member_id, play_id, perfect_log(arcade.play(play_id).seed))
    play = arcade.play(play_id)
    assert (play.refusal, play.points) == ("too-early", 0)
    assert arcade.best(catch, member_id).points is None


def test_another_log_for_the_same_play_is_refused_and_counted_and_the_same_is_one(arcade, clock, catch):
    member_id = arcade.fair.members[0]
    play_id = caught(arcade, clock, catch, member_id)
    before = arcade.play(play_id)
    arcade.hand_in(catch, member_id, play_id, before.moves)
    assert arcade.play(play_id).sent_again == 0
    with pytest.raises(AlreadyHandedIn):
        arcade.hand_in(catch, member_id, play_id, "10L")
    after = arcade.play(play_id)
    assert (after.points, after.moves, after.sent_again) == (before.points, before.moves, 1)


def test_the_log_of_another_play_does_not_fit(arcade, clock, catch):
    """Replayed: the things of each play fall by a seed of its own."""
    member_id = arcade.fair.members[0]
    first = arcade.play(caught(arcade, clock, catch, member_id))
    second = arcade.begin(catch, member_id)
    clock.shift(A_PLAY)
    arcade.hand_in(catch, member_id, second, first.moves)
    assert arcade.play(second).seed != first.seed
    assert arcade.play(second).points < first.points


def test_a_play_left_is_ended_without_points_when_the_next_is_begun(arcade, clock, catch):
    member_id = arcade.fair.members[0]
    left = arcade.begin(catch, member_id)
    assert arcade.begin(catch, member_id) == left
    clock.shift(catching.LASTS + catching.ALLOWANCE + timedelta(seconds=1))
    assert arcade.begin(catch, member_id) != left
    assert arcade.play(left).points == 0


def test_so_many_plays_a_day(arcade, clock, catch):
    member_id = arcade.fair.members[0]
    for _time in range(3):
        caught(arcade, clock, catch, member_id)
    with pytest.raises(NoPlaysToday):
        arcade.begin(catch, member_id)


def test_sent_twice_a_play_is_begun_once(arcade, clock, catch):
    member_id, once = arcade.fair.members[0], uuid7()
    assert arcade.begin(catch, member_id, once) == arcade.begin(catch, member_id, once) == once
    with pytest.raises(NotFound):
        arcade.begin(catch, arcade.fair.members[1], once)


def test_at_once_it_is_one_play(app, arcade, catch):
    """The writer itself, in as many transactions: what the database keeps apart."""
    member_id = arcade.fair.members[0]
    work = Scope(Plane.WORKER, zone=arcade.fair.zone, actor=Actor(name="system"))
    got: list = []

    def begin():
        got.extend(playing._serve(catch, [lambda campaign: playing._begin(member_id, uuid7(), campaign)]))

    at_once(app, [(work, begin)] * 4)
    assert len(set(got)) == 1
    with arcade.fair.work():
        assert db.session.scalar(db.select(db.func.count()).select_from(Play)) == 1


def test_nobody_plays_for_another_or_outside_its_time(arcade, clock, catch):
    first, other = arcade.fair.members[:2]
    play_id = arcade.begin(catch, first)
    clock.shift(A_PLAY)
    with pytest.raises(NotFound):
        arcade.hand_in(catch, other, play_id)
    assert arcade.play(play_id).ended_at is None
    clock.shift(A_DAY)
    with pytest.raises(NotOpen):
        arcade.begin(catch, other)


def test_whom_it_is_not_for_does_not_play(arcade, clock):
    campaign_id = arcade.announced("catch", audience=Audience(tags=("先进",)))
    clock.shift(SOON)
    with pytest.raises(NotInvited):
        arcade.begin(campaign_id, arcade.fair.members[0])
    assert arcade.fair.is_for_others(f"/events/game/{campaign_id}")


def test_a_number_in_the_draw_without_playing(arcade, clock, catch):
    member_id = arcade.fair.members[0]
    for _time in range(2):
        with arcade.fair.as_member(member_id):
            playing.take_number(member_id, catch)
    best = arcade.best(catch, member_id)
    assert (best.has_number, best.points) == (True, None)
    ranked = arcade.announced("match", way="rank")
    clock.shift(SOON)
    with arcade.fair.as_member(member_id), pytest.raises(NoNumbers):
        playing.take_number(member_id, ranked)


def test_pairs_are_found_and_the_time_is_the_servers(arcade, clock, match):
    member_id = arcade.fair.members[0]
    play_id = arcade.begin(match, member_id)
    clock.shift(timedelta(seconds=42))
    arcade.solve(match, member_id, play_id)
    play = arcade.play(play_id)
    assert (play.points, play.milliseconds) == (800, 42_000)
    assert arcade.best(match, member_id).points == 800


def test_a_card_sent_twice_is_turned_once(arcade, match):
    member_id = arcade.fair.members[0]
    play_id = arcade.begin(match, member_id)
    for _time in range(2):
        arcade.turn_card(match, member_id, play_id, 3, step=0)
    board = arcade.board(play_id)
    assert (board.step, board.open_cards) == (1, [3])
    arcade.turn_card(match, member_id, play_id, 5, step=0)
    assert arcade.board(play_id).open_cards == [3]


def test_pairs_found_by_the_deadline_count_and_none_after_it(arcade, clock, match):
    member_id = arcade.fair.members[0]
    play_id = arcade.begin(match, member_id)
    cards = arcade.board(play_id).cards
    for place in (cards.index("a"), cards.rindex("a")):
        arcade.turn_card(match, member_id, play_id, place)
    clock.shift(pairs.LASTS + timedelta(seconds=1))
    arcade.turn_card(match, member_id, play_id, cards.index("b"))
    assert arcade.play(play_id).points == 100
    assert arcade.board(play_id).step == 2


def test_a_member_reads_what_lies_open_and_nothing_of_others(arcade, match):
    first, other = arcade.fair.members[:2]
    play_id = arcade.begin(match, first)
    arcade.turn_card(match, first, play_id, 0)
    with arcade.fair.as_member(first):
        assert len(db.session.scalar(db.select(Board.shown)).replace(".", "")) == 1
    with arcade.fair.as_member(first), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.scalar(db.select(Board.cards))
    with arcade.fair.as_member(other):
        assert db.session.scalars(db.select(Board.shown)).all() == db.session.scalars(db.select(Play.id)).all() == []
    with pytest.raises(NotFound):
        arcade.turn_card(match, other, play_id, 1)
