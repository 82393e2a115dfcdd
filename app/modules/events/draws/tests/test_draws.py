"""Draws: committed to before, computed by anybody after, and changed by nobody."""

import json
from collections import Counter

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError

from app.benefits.vouchers.models import Voucher
from app.core.clock import now
from app.modules.events.cli import group
from app.modules.events.draws.checking import faults
from app.modules.events.draws.drawing import commit_draw, draw
from app.modules.events.draws.models import Draw, DrawPlace
from app.modules.events.draws.order import commitment_of, digest_of, draw_order, lot_of
from app.modules.events.draws.queries import all_places, find_draw
from app.modules.events.entering import enter
from app.modules.events.errors import NotOpen
from app.modules.events.models import Entry
from app.modules.events.states import State
from app.modules.events.tests.fair import A_DAY, SOON
from app.notifications.models import Message
from tenants.database import db

STOCK, MANY = 2, 7


@pytest.fixture
def drawn(fair):
    """A campaign whose draw is made, and who registered."""
    with time_machine.travel(now(), tick=False) as clock:
        settings = {"batch_id": fair.approved(stock=STOCK), "mode": "draw", "waiting": "none"}
        campaign_id = fair.announced(settings=settings)
        committed = commitment(fair, campaign_id)
        clock.shift(SOON)
        people = [person.member_id for person in fair.people(MANY)]
        for each in people * 2:
            with fair.as_member(each):
                enter(each, fair.campaign(campaign_id))
                db.session.commit()
        clock.shift(A_DAY)
        with fair.as_member(people[0]), pytest.raises(NotOpen):
            enter(people[0], fair.campaign(campaign_id))
        fair.tick()
        assert fair.campaign(campaign_id).state == State.SETTLED
        assert commitment(fair, campaign_id) == committed
        yield campaign_id, people


def commitment(fair, campaign_id) -> str:
    with fair.as_member(fair.members[0]):
        found = find_draw(campaign_id)
        assert found is not None
        return found.commitment


def published(fair, campaign_id) -> dict:
    answer = fair.world.client(fair.zone).get(f"/events/draws/{campaign_id}/record.json")
    assert answer.status_code == 200
    return answer.json


def test_each_who_registered_has_one_place_and_the_first_get_the_vouchers(fair, drawn):
    campaign_id, people = drawn
    with fair.staff():
        places = list(
            db.session.scalars(
                db.select(DrawPlace).where(DrawPlace.campaign_id == campaign_id).order_by(DrawPlace.place)
            )
        )
        whose = {each.id: each.member_id for each in db.session.scalars(db.select(Entry))}
        holders = set(db.session.scalars(db.select(Voucher.member_id)))
    assert [each.place for each in places] == list(range(1, MANY + 1))
    assert {whose[each.id] for each in places} == set(people)
    assert [each.won for each in places] == [True] * STOCK + [False] * (MANY - STOCK)
    assert holders == {whose[each.id] for each in places[:STOCK]}


def test_everybody_is_told_once_what_came_out(fair, drawn):
    campaign_id, people = drawn
    with fair.work():
        told = db.session.execute(db.select(Message.member_id, Message.kind, Message.href)).all()
    assert {each.member_id for each in told} >= set(people)
    kinds = Counter(each.kind for each in told if each.kind.startswith("events."))
    assert kinds == {"events.prize": STOCK, "events.drawn": MANY - STOCK}
    assert {each.href for each in told if each.kind.startswith("events.")} == {f"/events/claim/{campaign_id}"}


def test_the_published_record_can_be_computed_again_by_anybody(fair, drawn):
    record = published(fair, drawn[0])
    assert faults(record) == []
    assert record["entries"] == draw_order(bytes.fromhex(record["seed"]), sorted(record["entries"]))
    assert len(record["won"]) == STOCK
    done = CliRunner().invoke(group, ["check", "-"], input=json.dumps(record))
    assert (done.exit_code, done.output) == (0, "the draw is as it was published\n")


@pytest.mark.parametrize("change", ["seed", "rule", "chances", "left_out", "added", "swapped", "winner", "twice"])
def test_a_record_that_was_tampered_with_is_found_out(fair, drawn, change):
    record = published(fair, drawn[0])
    entries = record["entries"]
    if change == "seed":
        record["seed"] = commitment_of(b"another")
    elif change == "rule":
        record["rule"] = "whom we like"
    elif change == "chances":
        record["chances"][entries[-1]] = 2
    elif change == "left_out":
        entries.pop()
    elif change == "added":
        entries.append(str(drawn[0]))
    elif change == "swapped":
        entries[0], entries[1] = entries[1], entries[0]
    elif change == "twice":
        entries[1] = entries[0]
    else:
        record["won"].append(str(drawn[0]))
    assert faults(record)
    assert CliRunner().invoke(group, ["check", "-"], input=json.dumps(record)).exit_code == 1


def test_what_is_no_record_is_told_as_such():
    for text in ("{}", "[]", "nonsense"):
        done = CliRunner().invoke(group, ["check", "-"], input=text)
        assert done.exit_code == 1
        assert "no record" in done.output


def test_before_it_is_drawn_the_seed_is_nowhere_to_be_read(fair):
    campaign_id = fair.announced(mode="draw")
    client = fair.world.client(fair.zone)
    assert client.get(f"/events/draws/{campaign_id}/record.json").status_code == 404
    page = client.get(f"/events/draws/{campaign_id}").text
    assert commitment(fair, campaign_id) in page
    with fair.as_member(fair.members[0]), pytest.raises(Exception, match="permission denied"):
        db.session.scalars(db.select(Draw.seed_cipher)).all()
    with fair.staff(), pytest.raises(Exception, match="permission denied"):
        db.session.scalars(db.select(Draw.seed_cipher)).all()


def test_a_draw_that_was_made_stands(fair, drawn):
    campaign_id, _people = drawn
    for column, value in (("seed", "00" * 32), ("rule", "别的"), ("entrants", 1), ("drawn_at", now() + SOON)):
        with fair.work():
            setattr(db.session.get_one(Draw, (fair.zone.id, campaign_id)), column, value)
            with pytest.raises(IntegrityError):
                db.session.flush()
    with fair.work():
        assert [each.place for each in all_places(campaign_id)] == list(range(1, MANY + 1))


RULE = "分数不低于 60"


@pytest.fixture
def chosen(fair):
    """A draw among some of those who entered, of whom one has four chances: the campaign and their entries."""
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced(settings={"batch_id": fair.approved(), "mode": "first_come"})
        with fair.staff():
            commit_draw(campaign_id, RULE)
            db.session.commit()
        clock.shift(SOON)
        for person in fair.people(MANY):
            with fair.as_member(person.member_id):
                enter(person.member_id, fair.campaign(campaign_id))
                db.session.commit()
        with fair.work():
            entries = sorted(db.session.scalars(db.select(Entry.id).where(Entry.campaign_id == campaign_id)))[:4]
            many = db.case((Entry.id == entries[0], 4), else_=1)
            draw(campaign_id, db.select(Entry.id, many).where(Entry.id.in_(entries)))
            db.session.commit()
    return campaign_id, [str(each) for each in entries]


def test_a_draw_among_some_has_the_others_in_no_list(fair, chosen):
    campaign_id, entries = chosen
    record = published(fair, campaign_id)
    assert faults(record) == []
    assert sorted(record["entries"]) == entries
    assert (record["rule"], record["entrants"], record["chances"]) == (RULE, 4, {entries[0]: 4})
    assert record["entrants_digest"] == digest_of(entries, {entries[0]: 4})
    page = fair.world.client(fair.zone).get(f"/events/draws/{campaign_id}").text
    assert RULE in page
    assert "4 次机会" in page


def test_the_rule_is_part_of_what_was_committed_to(fair):
    campaign_id = fair.announced(mode="draw")
    with fair.work():
        db.session.get_one(Draw, (fair.zone.id, campaign_id)).rule = "别的"
        with pytest.raises(IntegrityError, match="stands"):
            db.session.flush()
    assert commitment_of(b"a", "b") == commitment_of(b"ab")


def test_the_more_chances_the_nearer_to_the_first_place():
    """With three chances against one, in three of four draws; a share of 3/4 ± 5 standard deviations."""
    ahead = sum(
        draw_order(bytes([number % 256, number // 256]) * 16, ["a", "b"], {"a": 3})[0] == "a" for number in range(2_000)
    )
    assert abs(ahead / 2_000 - 0.75) < 0.05


def test_the_order_depends_on_the_seed_and_on_the_whole_list():
    entries = [f"{number:032x}" for number in range(50)]
    shuffled = entries[::-1]
    assert draw_order(b"a" * 32, entries) == draw_order(b"a" * 32, shuffled)
    assert draw_order(b"a" * 32, entries) != draw_order(b"b" * 32, entries)
    fewer = draw_order(b"a" * 32, entries[1:])
    assert fewer != [each for each in draw_order(b"a" * 32, entries) if each != entries[0]]


def test_the_arithmetic_is_as_the_page_says():
    assert digest_of(["b", "a"]) == digest_of(["a", "b"]) == commitment_of(b"a\nb\n")
    assert lot_of(b"\x00", "ab", "cd") == commitment_of(b"00abcd")


def test_a_rule_and_what_is_drawn_among_go_together(fair, chosen):
    """A draw that was announced among all is not made among some, nor the other way round."""
    with time_machine.travel(now(), tick=False):
        campaign_id = fair.announced(mode="draw")
    with fair.work():
        with pytest.raises(ValueError, match="without the other"):
            draw(campaign_id, db.select(Entry.id, db.literal(1)))
        assert db.session.scalar(db.select(Draw.drawn_at).where(Draw.id == campaign_id)) is None
