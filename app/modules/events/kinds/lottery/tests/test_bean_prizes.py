"""Prizes of beans: asked for in the form, kept in the budget, won in order, drawn again, and returned where nobody won them."""

from contextlib import closing
from io import BytesIO

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from app.benefits.beans import promises, purse
from app.benefits.beans.budgets import find_budget
from app.benefits.beans.checking import faults as ledger_faults
from app.benefits.beans.tests.books import CATEGORY, CLERK, budget_with
from app.benefits.rules.tests.book import SOURCE, rule_in_force
from app.core.clock import now
from app.core.sheets import read_sheet
from app.modules.events.draws.checking import faults
from app.modules.events.errors import NotReady
from app.modules.events.kinds.lottery.tests.tombola import Tombola
from app.modules.events.prizes.errors import NothingToPassOn, PrizeUsed
from app.modules.events.prizes.limits import HIGHEST_CENTS
from app.modules.events.prizes.models import Prize
from app.modules.events.prizes.settings import PrizeRow
from app.modules.events.sharing.operations import without_batches
from app.modules.events.states import APPROVE, ARCHIVE, CANCEL, FREEZE, SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import send

BUDGET, EACH = 100, 20


class Beans(Tombola):
    """Lotteries of a zone with a budget of a hundred beans."""

    def __init__(self, fair) -> None:
        super().__init__(fair)
        self.budget_id = self.budget(BUDGET)

    def budget(self, amount: int, union=None):
        with self.fair.work():
            made = budget_with(amount, union=union)
            db.session.commit()
            return made.id

    def beans(self, title: str = "一等奖", quantity: int = 1, **other) -> dict:
        return {"title": title, "budget_id": self.budget_id, "beans": EACH, "quantity": quantity} | other

    def stands(self) -> tuple[int, int, int]:
        """What can be issued, what is promised and what members have; the ledger is whole."""
        with self.fair.work():
            assert ledger_faults() == {}
            found = find_budget(self.budget_id)
            return found.available, found.promised, found.with_members

    def play(self, clock, campaign_id, people: int):
        """Let so many register and the campaign end; the members in the order of the draw."""
        clock.shift(SOON)
        self.register(campaign_id, [person.member_id for person in self.fair.people(people) if person.member_id])
        clock.shift(A_DAY)
        self.fair.tick()
        return self.drawn(campaign_id)


@pytest.fixture
def beans(fair) -> Beans:
    return Beans(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as clock:
        yield clock


def test_announced_its_beans_are_kept_and_won_in_order_and_the_rest_goes_back(fair, beans, clock):
    campaign_id = beans.drafted(beans.beans(quantity=3))
    for step in (SUBMIT, APPROVE):
        fair.step(campaign_id, step)
    assert beans.stands() == (100, 0, 0)
    fair.step(campaign_id, FREEZE)
    assert beans.stands() == (40, 60, 0)
    order = beans.play(clock, campaign_id, 2)
    assert beans.wins(campaign_id) == [("一等奖", each, "given", True) for each in order]
    assert beans.stands() == (60, 0, 40)


def test_vouchers_and_beans_are_prizes_side_by_side(fair, beans, clock):
    campaign_id = beans.announced(beans.prize("一等奖"), beans.beans("二等奖"))
    order = beans.play(clock, campaign_id, 3)
    assert beans.wins(campaign_id) == [("一等奖", order[0], "given", True), ("二等奖", order[1], "given", True)]
    record = fair.world.client(fair.zone).get(f"/events/draws/{campaign_id}/record.json").json
    assert faults(record) == []


def test_cancelled_its_beans_are_back_at_once(fair, beans):
    campaign_id = beans.announced(beans.beans())
    fair.step(campaign_id, CANCEL)
    assert beans.stands() == (100, 0, 0)


@pytest.mark.parametrize(
    ("prize", "field"),
    [
        ({"quantity": 6}, "prizes-0-budget_id"),
        ({"beans": HIGHEST_CENTS // 100 + 1}, "prizes-0-beans"),
        ({"budget_id": uuid7()}, "prizes-0-budget_id"),
    ],
)
def test_beyond_the_budget_or_the_law_or_out_of_nothing_it_is_not_submitted(fair, beans, prize, field):
    if field.endswith("beans"):
        beans.budget_id = beans.budget(HIGHEST_CENTS)
    with pytest.raises(NotReady) as refused:
        fair.step(beans.drafted(beans.beans(**prize)), SUBMIT)
    assert refused.value.field == field


def test_two_prizes_of_one_budget_are_counted_together(fair, beans):
    with pytest.raises(NotReady) as refused:
        fair.step(beans.drafted(beans.beans(quantity=3), beans.beans("二等奖", quantity=3)), SUBMIT)
    assert refused.value.field == "prizes-1-budget_id"


def test_beans_of_a_union_below_are_not_promised_to_all(fair, beans, world):
    beans.budget_id = beans.budget(BUDGET, world.union(fair.zone.union_path))
    with pytest.raises(NotReady):
        fair.step(beans.drafted(beans.beans()), SUBMIT)


@pytest.mark.parametrize("passes_on", [True, False])
def test_whom_a_rule_refuses_is_not_given_them(fair, beans, clock, passes_on):
    campaign_id = beans.announced(beans.beans(), passes_on=passes_on)
    rule_in_force(fair.zone.union_path, 100, category="event_prize")
    order = beans.play(clock, campaign_id, 2)
    expected = [(order[0], "capped", not passes_on), *([(order[1], "capped", False)] if passes_on else [])]
    assert [(who, outcome, holds) for _prize, who, outcome, holds in beans.wins(campaign_id)] == expected
    page = fair.world.client(fair.zone, fair.world.staff(fair.zone)).get(f"/console/events/{campaign_id}/winners").text
    assert SOURCE in page
    assert "20 颗福利豆" in page
    assert beans.stands() == ((100, 0, 0) if passes_on else (80, 20, 0))
    fair.step(campaign_id, ARCHIVE)
    assert beans.stands() == (100, 0, 0)


def test_drawn_again_unspent_beans_go_to_the_next_and_the_record_holds(fair, beans, clock):
    campaign_id = beans.announced(beans.beans())
    order = beans.play(clock, campaign_id, 3)
    assert beans.redraw(campaign_id, order[0]).outcome == "passed"
    assert beans.wins(campaign_id) == [("一等奖", order[0], "given", False), ("一等奖", order[1], "given", True)]
    assert beans.stands() == (80, 0, 20)
    record = fair.world.client(fair.zone).get(f"/events/draws/{campaign_id}/record.json").json
    assert faults(record) == []


def test_drawn_again_where_nobody_is_next_they_are_back_in_the_budget(beans, clock):
    campaign_id = beans.announced(beans.beans())
    order = beans.play(clock, campaign_id, 1)
    assert beans.redraw(campaign_id, order[0]).outcome == "nobody"
    assert beans.stands() == (100, 0, 0)


def test_beans_of_which_some_are_kept_for_a_purchase_are_not_drawn_again(fair, beans, clock):
    campaign_id = beans.announced(beans.beans())
    order = beans.play(clock, campaign_id, 2)
    asked = beans.ask(campaign_id, order[0])
    with fair.work():
        purse.hold(CLERK, uuid7(), order[0], 5, CATEGORY, "test")
        db.session.commit()
    with pytest.raises(PrizeUsed):
        beans.ask(campaign_id, order[0])
    assert beans.carry(asked).outcome == "kept"


def test_beans_that_are_over_are_not_drawn_again(beans, clock):
    campaign_id = beans.announced(beans.beans(beans_days=1))
    order = beans.play(clock, campaign_id, 2)
    clock.shift(3 * A_DAY)
    with pytest.raises(NothingToPassOn):
        beans.ask(campaign_id, order[0])


def test_members_read_how_many_beans_they_are_and_find_what_they_won_among_their_benefits(fair, beans, clock, world):
    person = world.member(fair.zone)
    campaign_id = beans.announced(beans.beans(quantity=2))
    clock.shift(SOON)
    beans.register(campaign_id, [person.member_id])
    phone = world.client(fair.zone, person)
    assert "20 颗福利豆，价值 ¥20" in phone.get(f"/events/{campaign_id}").text
    clock.shift(A_DAY)
    fair.tick()
    phone = world.client(fair.zone, person)
    assert "一等奖" in phone.get("/me/benefits").text
    assert "中奖获得" in phone.get("/me/benefits/beans").text
    assert "/me/benefits" in phone.get(f"/events/lottery/{campaign_id}").text


def test_the_list_of_winners_says_beans(fair, beans, clock, world):
    campaign_id = beans.announced(beans.beans())
    beans.play(clock, campaign_id, 1)
    desk = world.client(fair.zone, world.staff(fair.zone))
    with closing(desk.get(f"/console/events/{campaign_id}/winners.xlsx")) as sheet:
        assert "20 颗福利豆" in str(list(read_sheet(BytesIO(sheet.data), "winners.xlsx").rows))


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"beans": ""}, "请填写每份的福利豆数"),
        ({"budget_id": ""}, "请选择电子券或福利豆预算"),
        ({"beans": "x"}, "1,000,000"),
        ({"budget_id": "", "batch_id": str(uuid7())}, "福利豆从预算中发放"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_beside_it_and_what_was_typed_stays(fair, beans, world, typed, wrong):
    desk, campaign_id = world.client(fair.zone, world.staff(fair.zone)), beans.drafted(beans.beans())
    row = {"title": "特等奖", "budget_id": str(beans.budget_id), "beans": "30", "quantity": "1"} | typed
    answer = send(
        desk, f"/console/events/{campaign_id}/edit", **{f"prizes-0-{name}": value for name, value in row.items()}
    )
    assert answer.status_code == 422
    assert wrong in answer.text
    assert 'value="特等奖"' in answer.text
    assert "None" not in desk.get(f"/console/events/{campaign_id}/edit").text


def test_a_form_with_beans_is_kept(fair, beans, world):
    desk, campaign_id = world.client(fair.zone, world.staff(fair.zone)), beans.drafted(beans.prize())
    row = {
        "title": "特等奖",
        "batch_id": "",
        "budget_id": str(beans.budget_id),
        "beans": "30",
        "beans_days": "60",
        "quantity": "2",
    }
    sent = {f"prizes-0-{name}": value for name, value in row.items()}
    assert send(desk, f"/console/events/{campaign_id}/edit", **sent).status_code == 303
    kept = fair.campaign(campaign_id).settings["prizes"][0]
    assert (kept["beans"], kept["beans_days"], kept["quantity"]) == (30, 60, 2)
    assert "30 颗福利豆 × 2" in desk.get(f"/console/events/{campaign_id}").text


def test_a_budget_is_not_shared_with_the_zones_below():
    assert without_batches({"prizes": [{"title": "奖", "budget_id": "x", "beans": 5}]}) == {
        "prizes": [{"title": "奖", "beans": 5}]
    }


def test_a_prize_is_vouchers_or_beans_and_not_both(fair, beans):
    campaign_id = beans.announced(beans.beans())
    with fair.staff():
        prize = db.session.scalars(db.select(Prize).where(Prize.campaign_id == campaign_id)).one()
        assert promises.promised(prize.id) == EACH
        assert (prize.batch_id, prize.value_cents) == (None, EACH * 100)
    with scope(Plane.MEMBER, zone=fair.zone):
        assert db.session.scalars(db.select(Prize.beans)).one() == EACH


def test_the_database_takes_no_prize_of_both_or_of_neither(fair, beans):
    campaign_id = beans.drafted(beans.beans())
    for step in (SUBMIT, APPROVE):
        fair.step(campaign_id, step)
    batch_id = fair.approved()
    for what in ({}, {"batch_id": batch_id, "budget_id": beans.budget_id, "beans": 5}, {"budget_id": beans.budget_id}):
        with fair.staff():
            db.session.add(Prize(campaign_id=campaign_id, rank=1, title="奖", quantity=1, value_cents=100, **what))
            with pytest.raises(IntegrityError, match="events_prizes_of_one_kind"):
                db.session.flush()


@pytest.mark.parametrize(("written", "field"), [
    ({"budget_id": str(uuid7()), "beans": "0"}, "beans"), ({"budget_id": str(uuid7()), "beans": "很多"}, "beans"), ({"budget_id": str(uuid7())}, "beans"),
    ({"batch_id": "x"}, "batch_id"), ({"budget_id": "x", "beans": "5"}, "budget_id"), ({}, "batch_id"), ({"batch_id": str(uuid7()), "beans": "0"}, "beans"),
    ({"batch_id": str(uuid7()), "beans": "5"}, "beans"),
])  # fmt: skip
@pytest.mark.usefixtures("app")
def test_beside_one_wrong_field_stands_what_is_wrong_with_it_once(written, field):
    wrong = PrizeRow().validate({"title": "一等奖", "quantity": "1"} | written)
    assert {name: len(found) if isinstance(found, list) else 1 for name, found in wrong.items()} == {field: 1}
