"""Who gets the prizes: at the wheel at once, never more than there are; else by a draw or by rank, once it is closed."""

import json
from collections import Counter

import pytest

from app.benefits.vouchers.models import Voucher
from app.modules.events.draws.queries import all_places
from app.modules.events.errors import NotReady
from app.modules.events.kinds.game import playing
from app.modules.events.kinds.game.errors import AlreadyWon
from app.modules.events.kinds.game.tests.arcade import A_PLAY, perfect_log
from app.modules.events.kinds.game.wheel import faults, prize_of
from app.modules.events.models import Entry
from app.modules.events.states import SUBMIT, State
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once


def vouchers(arcade) -> Counter:
    with arcade.fair.staff():
        return Counter(db.session.scalars(db.select(Voucher.member_id)))


def test_a_turn_that_wins_brings_the_voucher_at_once_and_once(arcade, clock):
    campaign_id, member_id, once = arcade.announced("wheel", 2, turns=2), arcade.fair.members[0], uuid7()
    clock.shift(SOON)
    for _time in range(2):
        arcade.begin(campaign_id, member_id, once)
    (turn,) = arcade.turns(campaign_id)
    assert (turn.number, turn.outcome) == (1, "given")
    assert vouchers(arcade) == {member_id: 1}
    with pytest.raises(AlreadyWon):
        arcade.begin(campaign_id, member_id)


def test_never_more_than_the_stock_with_many_at_once(app, arcade, clock):
    """Each in a transaction of its own, as so many processes would."""
    campaign_id, members = arcade.announced("wheel", 3, turns=3), [each.member_id for each in arcade.fair.people(8)]
    clock.shift(SOON)
    work = Scope(Plane.WORKER, zone=arcade.fair.zone, actor=Actor(name="system"))

    def turn(member_id):
        return lambda: playing._serve(campaign_id, [lambda campaign: playing._begin(member_id, uuid7(), campaign)])

    at_once(app, [(work, turn(each)) for each in members])
    turns = arcade.turns(campaign_id)
    assert [each.number for each in turns] == list(range(1, 9))
    assert Counter(each.outcome for each in turns) == {"given": 3, "empty": 5}
    assert sum(vouchers(arcade).values()) == 3


def test_the_turns_can_be_computed_again_by_anybody_once_the_seed_is_published(arcade, clock):
    campaign_id = arcade.announced("wheel", 1, 2, turns=6, tries_a_day=4)
    clock.shift(SOON)
    client = arcade.fair.world.client(arcade.fair.zone)
    for member_id in [each.member_id for each in arcade.fair.people(6)]:
        arcade.begin(campaign_id, member_id)
    path = f"/events/game/{campaign_id}/turns.json"
    assert client.get(path).status_code == 404
    clock.shift(A_DAY)
    arcade.fair.tick()
    assert arcade.fair.campaign(campaign_id).state == State.SETTLED
    record = json.loads(client.get(path).text)
    assert faults(record) == []
    assert [each["prize"] for each in record["results"]] == [
        prize_of(each["ticket"], [1, 2]) for each in record["results"]
    ]
    assert len(record["results"]) == 6


def test_nobody_is_in_a_draw_of_the_wheel(arcade, clock):
    campaign_id = arcade.announced("wheel", 1, turns=1000)
    clock.shift(SOON)
    arcade.begin(campaign_id, arcade.fair.members[0])
    clock.shift(A_DAY)
    arcade.fair.tick()
    with arcade.fair.work():
        assert list(all_places(campaign_id)) == []


def test_a_wheel_has_a_turn_for_each_piece(arcade):
    with pytest.raises(NotReady) as refusal:
        arcade.fair.step(arcade.drafted("wheel", 3, 3, turns=5), SUBMIT)
    assert refusal.value.field == "turns"


def played(arcade, clock, campaign_id, member_id, catch):
    play_id = arcade.begin(campaign_id, member_id)
    clock.shift(A_PLAY)
    arcade.hand_in(campaign_id, member_id, play_id, perfect_log(arcade.play(play_id).seed, catch=catch))
    return arcade.play(play_id).points


def test_those_are_drawn_who_reached_the_points_or_took_a_number(arcade, clock):
    campaign_id = arcade.announced("catch", 5, least=150)
    clock.shift(SOON)
    good, poor, plain = arcade.fair.members[0], *(each.member_id for each in arcade.fair.people(2))
    assert played(arcade, clock, campaign_id, good, 99) >= 150
    assert played(arcade, clock, campaign_id, poor, 0) < 150
    with arcade.fair.as_member(plain):
        playing.take_number(plain, campaign_id)
    clock.shift(A_DAY)
    arcade.fair.tick()
    assert arcade.fair.campaign(campaign_id).state == State.SETTLED
    with arcade.fair.work():
        whose = {each.id: each.member_id for each in db.session.scalars(db.select(Entry))}
        assert {whose[each.id] for each in all_places(campaign_id)} == {good, plain}
    assert set(arcade.winners(campaign_id)) == {good, plain}


def test_the_best_get_the_prizes_in_their_order_and_who_is_below_the_points_none(arcade, clock):
    campaign_id = arcade.announced("match", 1, 5, way="rank", least=100)
    clock.shift(SOON)
    second, first, third = (each.member_id for each in arcade.fair.people(3))
    for member_id, misses in ((second, 2), (first, 0)):
        play_id = arcade.begin(campaign_id, member_id)
        arcade.miss(campaign_id, member_id, play_id, misses)
        arcade.solve(campaign_id, member_id, play_id)
    assert [arcade.best(campaign_id, each).points for each in (second, first)] == [780, 800]
    arcade.begin(campaign_id, third)
    clock.shift(A_DAY)
    arcade.fair.tick()
    assert arcade.winners(campaign_id) == [first, second]


def test_what_a_program_can_win_is_drawn_and_never_ranked(arcade):
    with pytest.raises(NotReady) as refused:
        arcade.fair.step(arcade.drafted("catch", way="rank"), SUBMIT)
    assert refused.value.field == "way"
    arcade.fair.step(arcade.drafted("catch", way="draw"), SUBMIT)


def test_a_play_that_runs_at_the_end_is_waited_for(arcade, clock):
    campaign_id, member_id = arcade.announced("match", way="rank", least=100), arcade.fair.members[0]
    clock.shift(SOON + A_DAY - A_PLAY)
    play_id = arcade.begin(campaign_id, member_id)
    clock.shift(A_PLAY * 2)
    arcade.fair.tick()
    assert arcade.fair.campaign(campaign_id).state == State.CLOSED
    arcade.solve(campaign_id, member_id, play_id)
    arcade.fair.tick()
    assert arcade.winners(campaign_id) == [member_id]
