"""The pages of games: the wheel and the pairs without a script, what is handed in, the ranking, and the staff's."""

import re
from contextlib import closing

import pytest

from app.members.models import Member
from app.modules.events.kinds.game import catching
from app.modules.events.kinds.game.tests.arcade import A_PLAY, perfect_log
from app.modules.events.tests.fair import SOON
from tenants.database import db
from tests.fixtures.forms import csrf_token, fill, hidden_fields


@pytest.fixture
def person(fair):
    return fair.people(1)[0]


def phone_of(arcade, person=None):
    """A phone of a member who signs in now."""
    return arcade.fair.world.client(arcade.fair.zone, person or arcade.fair.people(1)[0])


def post(client, path: str, **data):
    return client.post(path, data={"csrf_token": csrf_token(client), **data})


def opened(arcade, clock, game: str, *quantities: int, **settings):
    campaign_id = arcade.announced(game, *quantities, **settings)
    clock.shift(SOON)
    return campaign_id


def test_the_wheel_is_turned_by_a_form_and_its_page_says_the_odds_and_what_is_left(arcade, clock):
    campaign_id = opened(arcade, clock, "wheel", 1, turns=1)
    phone = phone_of(arcade)
    here = f"/events/game/{campaign_id}"
    page = phone.get(f"/events/{campaign_id}").text
    assert here in page
    assert "1 分之 1（100%）" in page
    assert "剩余 1 份" in page
    answer = fill(phone, here, post_to=f"{here}/begin")
    assert answer.status_code == 303
    assert "您获得了：奖品0" in phone.get(answer.location).text
    assert "已发完" in phone.get(f"/events/{campaign_id}").text
    assert "您已中奖" in post(phone, f"{here}/begin").text
    assert "第 1 次" in phone.get(f"{here}/turns").text
    assert "转动转盘" not in phone.get(here).text


def test_a_form_of_the_wheel_sent_twice_is_one_turn(arcade, clock):
    campaign_id = opened(arcade, clock, "wheel", 1, turns=1000, tries_a_day=5)
    phone = phone_of(arcade)
    here = f"/events/game/{campaign_id}"
    once = hidden_fields(phone, here)["_once"]
    assert post(phone, f"{here}/begin", _once=once).location == post(phone, f"{here}/begin", _once=once).location
    assert len(arcade.turns(campaign_id)) == 1


def test_pairs_are_played_by_forms_alone(arcade, clock):
    campaign_id = opened(arcade, clock, "match")
    phone = phone_of(arcade)
    play = post(phone, f"/events/game/{campaign_id}/begin").location
    assert "我的游戏" not in phone.get(f"/events/game/{campaign_id}").text
    play_id = play.rpartition("/")[2]
    page = phone.get(play).text
    cards = arcade.board(play_id).cards
    assert cards not in page
    for letter in sorted(set(cards)):
        for place in (cards.index(letter), cards.rindex(letter)):
            step = hidden_fields(phone, play)["step"]
            assert post(phone, f"{play}/cards", step=step, card=str(place)).location == play
    assert "800 分" in phone.get(play).text
    assert "我的游戏" in phone.get(f"/events/game/{campaign_id}").text


def test_nonsense_turns_no_card(arcade, clock):
    campaign_id = opened(arcade, clock, "match")
    phone = phone_of(arcade)
    play = post(phone, f"/events/game/{campaign_id}/begin").location
    for data in ({}, {"step": "x", "card": "1"}, {"step": "0", "card": "16"}, {"step": "0", "card": "-1"}):
        assert post(phone, f"{play}/cards", **data).status_code == 303
    assert arcade.board(play.rpartition("/")[2]).step == 0


def test_no_byte_tells_where_a_card_lies(arcade, clock):
    campaign_id = opened(arcade, clock, "match")
    phone = phone_of(arcade)
    play = post(phone, f"/events/game/{campaign_id}/begin").location
    page = phone.get(play).text.partition("<main")[2]
    assert not re.findall(r"#(?:heart|star|gift|flag|anchor|book|bell|trophy)\b", page)


def test_a_log_is_handed_in_and_another_refused(arcade, clock):
    campaign_id = opened(arcade, clock, "catch")
    phone = phone_of(arcade)
    play = post(phone, f"/events/game/{campaign_id}/begin").location
    seed = arcade.play(play.rpartition("/")[2]).seed
    page = phone.get(play).text
    assert f'data-seed="{seed}"' in page
    assert "免游戏" not in page
    assert "<noscript>" in page
    clock.shift(A_PLAY)
    log = perfect_log(seed)
    assert post(phone, play, moves=log, points="9999").status_code == 303
    points = arcade.play(play.rpartition("/")[2]).points
    assert points < 1000
    assert f"{points} 分" in phone.get(play).text
    assert post(phone, play, moves="").status_code == 409


def test_a_log_with_a_byte_that_nothing_can_keep_is_unreadable_like_any_other(arcade, clock):
    campaign_id = opened(arcade, clock, "catch")
    phone = phone_of(arcade)
    play = post(phone, f"/events/game/{campaign_id}/begin").location
    clock.shift(A_PLAY)
    assert post(phone, play, moves="\0").status_code == 303


def test_what_comes_too_early_is_said_not_to_count(arcade, clock):
    campaign_id = opened(arcade, clock, "catch")
    phone = phone_of(arcade)
    play = post(phone, f"/events/game/{campaign_id}/begin").location
    assert post(phone, play, moves="10L").status_code == 303
    assert "这一局不计成绩" in phone.get(play).text


def test_who_can_t_play_takes_a_number(arcade, clock):
    here = f"/events/game/{opened(arcade, clock, 'catch')}"
    phone = phone_of(arcade)
    assert "领取抽奖号" in phone.get(here).text
    assert post(phone, f"{here}/number").status_code == 303
    assert "您已进入抽奖" in phone.get(here).text
    other = f"/events/game/{opened(arcade, clock, 'match')}"
    assert "领取抽奖号" not in phone.get(other).text


def test_the_ranking_names_nobody_whole(arcade, clock, person):
    campaign_id = opened(arcade, clock, "catch")
    phone = phone_of(arcade, person)
    play_id = arcade.begin(campaign_id, person.member_id)
    clock.shift(A_PLAY)
    arcade.hand_in(campaign_id, person.member_id, play_id)
    with arcade.fair.as_member(person.member_id):
        name = db.session.get_one(Member, person.member_id).name
    page = phone.get(f"/events/game/{campaign_id}/ranking").text.partition("<main")[2]
    assert " 分" in page
    assert name not in page


def test_plays_of_others_and_of_other_kinds_are_nowhere(arcade, clock):
    campaign_id = opened(arcade, clock, "catch")
    phone = phone_of(arcade)
    play = post(phone, f"/events/game/{campaign_id}/begin").location
    other = arcade.fair.world.client(arcade.fair.zone, arcade.fair.people(1)[0])
    assert other.get(play).status_code == 404
    assert post(other, play, moves="").status_code == 404
    claim = arcade.fair.announced()
    assert phone.get(f"/events/game/{claim}").status_code == 404
    assert post(phone, f"/events/game/{claim}/begin").status_code == 404
    assert phone.get(f"/events/game/{campaign_id}/turns").status_code == 404


def test_the_script_reckons_by_the_numbers_of_the_page(arcade, clock):
    campaign_id = opened(arcade, clock, "catch")
    phone = phone_of(arcade)
    page = phone.get(post(phone, f"/events/game/{campaign_id}/begin").location).text
    for name, value in (
        ("ticks", catching.TICKS),
        ("step", catching.STEP),
        ("apart", catching.APART),
        ("first", catching.FIRST),
    ):
        assert f'data-{name}="{value}"' in page


def test_staff_see_what_was_refused_and_take_the_results_away(arcade, clock, person):
    campaign_id = opened(arcade, clock, "catch")
    play_id = arcade.begin(campaign_id, person.member_id)
    arcade.hand_in(campaign_id, person.member_id, play_id)
    desk = arcade.fair.world.client(arcade.fair.zone, arcade.fair.world.staff(arcade.fair.zone, "zone_admin"))
    assert "提交时这一局还没有结束" in desk.get(f"/console/events/game/{campaign_id}").text
    assert f"/console/events/game/{campaign_id}" in desk.get(f"/console/events/{campaign_id}").text
    with closing(desk.get(f"/console/events/game/{campaign_id}/results.xlsx")) as answer:
        assert answer.data[:2] == b"PK"
    reviewer = arcade.fair.world.client(arcade.fair.zone, arcade.fair.world.staff(arcade.fair.zone, "approver"))
    assert reviewer.get(f"/console/events/game/{campaign_id}").status_code == 404
