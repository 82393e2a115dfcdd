"""Coupons of which an answer was lost: nothing but certainty voids them, and what stays uncertain two people say."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from app.benefits.checks import count_to_see_to
from app.benefits.papers import Step
from app.benefits.proposals import APPROVE, REFUSE, WITHDRAW, ProposalDecided
from app.benefits.rules.errors import NotTheProposer, OwnProposal
from app.benefits.vouchers.tests.market import Market
from app.benefits.vouchers.tests.test_pages import send
from app.benefits.wechat import asking, doubts, handing_over
from app.benefits.wechat.answers import Answer, Said, Standing, answer_in
from app.benefits.wechat.errors import AskedJustNow, CouponMissing, CouponTaken, FindingWaiting, NotUncertain
from app.benefits.wechat.handing_over import ASKED_ON
from app.benefits.wechat.models import WeChatCoupon, WeChatFinding
from app.benefits.wechat.pay import WeChatPay
from app.benefits.wechat.signing import KeysUnusable
from app.benefits.wechat.states import HandOver
from app.benefits.wechat.tests.test_handing_over import MANY
from app.benefits.wechat.tests.till import Till
from app.core.clock import now, today_in_china
from app.core.jobs import inline
from app.core.outbox import OutboxEvent
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.contracts.planting import connect_as_owner
from tests.fixtures.at_once import at_once, one_in_the_other

LATER = timedelta(minutes=5)
REFUSALS = ("RULE_LIMIT", "USER_ACCOUNT_ABNORMAL", "REQUEST_BLOCKED")


def lost(till, **facts):
    """A coupon that WeChat may have: its answer was lost."""
    voucher_id = till.give(**facts)
    till.wechat.faults.order("lost", 1, 0)
    assert till.hand_over(voucher_id)
    return voucher_id


@pytest.fixture
def hidden(monkeypatch):
    """WeChat's list of somebody's coupons names none: it leaves out those that are good everywhere."""
    monkeypatch.setattr(WeChatPay, "list_given", lambda *_asked: [])


def uncertain(till, code="RULE_LIMIT", **facts):
    """A coupon that WeChat has, or has not if `facts` say `fault`, and of which only people can say it."""
    voucher_id = till.give(**{name: value for name, value in facts.items() if name != "fault"})
    till.wechat.faults.order(facts.get("fault", "lost"), 1, 0)
    assert till.hand_over(voucher_id)
    till.wechat.faults.order(code, 1, 0)
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("uncertain", "handed_over")
    return voucher_id


def propose(till, voucher_id, *, coupon_id: str = "", at: timedelta = LATER, by=None) -> WeChatFinding:
    with time_machine.travel(now() + at, tick=True), till.market.staff():
        made = doubts.propose(
            by or till.market.maker, uuid7(), voucher_id, was_given=bool(coupon_id), coupon_id=coupon_id, ground="商户平台，今日"
        )  # fmt: skip
        db.session.commit()
    return made


def decide(till, finding: WeChatFinding, step: Step, *, by=None, reason: str = "") -> None:
    with time_machine.travel(now() + LATER, tick=True), till.market.staff():
        doubts.take_step(by or till.market.checker, finding.id, step, seen=finding.mark, reason=reason)
        db.session.commit()


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_after_a_lost_answer_voids_nothing_where_wechat_shows_the_coupon(till, code):
    voucher_id = lost(till)
    till.wechat.faults.order(code, 1, 0)
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("received", "handed_over")
    assert till.coupon(voucher_id).coupon_id == till.at_wechat()[0].coupon_id
    assert till.faults() == {}


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.usefixtures("hidden")
def test_where_wechat_shows_nothing_it_is_for_people_and_an_alarm(till, code):
    with capture_logs() as logs:
        voucher_id = uncertain(till, code)
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["wechat-coupon-uncertain"]
    assert till.market.batch(till.voucher(voucher_id).batch_id).taken == 1
    with till.market.staff():
        assert count_to_see_to() == doubts.count_doubts() == 1
        assert [each.coupon.voucher_id for each in doubts.list_doubts(9)] == [voucher_id]
    assert till.faults() == {}


def test_a_list_that_wechat_does_not_give_leaves_it_uncertain(till):
    voucher_id = lost(till)
    till.wechat.faults.order("RULE_LIMIT", 1, 0)
    till.wechat.faults.order("timeout", 1, 0)
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("uncertain", "handed_over")
    till.ask()
    assert till.states(voucher_id) == ("received", "handed_over"), "the next turn looks again"


def keys_missing(_pay):
    raise KeysUnusable("none")


def test_what_was_never_sent_is_certain(till, monkeypatch):
    """A connection that was refused, and keys that are missing: the call never left."""
    voucher_id = till.give()
    with monkeypatch.context() as away:
        away.setattr(WeChatPay, "_own_keys", keys_missing)
        assert till.hand_over(voucher_id)
    assert till.coupon(voucher_id).unanswered == 0
    till.wechat.faults.order("RULE_LIMIT", 1, 0)
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("refused", "void")


def test_what_never_reached_wechat_until_after_its_last_day_is_void(till, monkeypatch):
    voucher_id = till.give(grace_days=0, expires_on=today_in_china())
    monkeypatch.setattr(WeChatPay, "_own_keys", keys_missing)
    assert till.hand_over(voucher_id)
    with time_machine.travel(today_in_china() + timedelta(days=2), tick=True):
        assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("refused", "void")


@pytest.mark.parametrize("fault", ["timeout", "lost", "unsigned", "SYSTEM_ERROR"])
@pytest.mark.usefixtures("hidden")
def test_after_any_answer_that_was_none_a_refusal_is_not_believed(till, fault):
    voucher_id = till.give()
    till.wechat.faults.order(fault, 1, 0)
    assert till.hand_over(voucher_id)
    till.wechat.faults.order("RULE_LIMIT", 1, 0)
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("uncertain", "handed_over")


@pytest.mark.usefixtures("hidden")
def test_a_worker_that_died_over_its_call_leaves_it_unanswered(till, monkeypatch):
    voucher_id = till.give()

    def die(*_asked):
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(WeChatPay, "give", die)
        with pytest.raises(KeyboardInterrupt):
            till.hand_over(voucher_id)
    till.wechat.faults.order("RULE_LIMIT", 1, 0)
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("uncertain", "handed_over")


@pytest.mark.usefixtures("hidden")
def test_after_its_last_day_a_lost_answer_and_an_empty_stock_void_nothing(till):
    voucher_id = lost(till, grace_days=0, expires_on=today_in_china())
    till.wechat.faults.order("NOT_ENOUGH", 1, 0)
    with time_machine.travel(today_in_china() + timedelta(days=2), tick=True):
        assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("uncertain", "handed_over")


@pytest.mark.usefixtures("hidden")
def test_where_wechat_never_answers_people_hear_of_it_a_day_later_and_say_what_became_of_it_after_its_last_day(till):
    voucher_id = till.give(grace_days=0, expires_on=today_in_china())
    till.wechat.faults.order("timeout", 3, 0)
    assert till.hand_over(voucher_id)
    with till.market.staff():
        assert doubts.count_doubts() == 0
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=True):
        assert till.hand_over(voucher_id)
        with till.market.staff():
            assert [each.coupon.voucher_id for each in doubts.list_unanswered(9)] == [voucher_id]
            assert doubts.count_doubts() == 1
    with time_machine.travel(today_in_china() + ASKED_ON + timedelta(days=2), tick=True):
        assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("uncertain", "handed_over")


def test_what_nobody_asks_any_more_is_ordered_anew(till):
    """Its work was given up: no event of it is left."""
    lost(till)
    with till.market.work():
        db.session.execute(
            db.update(OutboxEvent).where(OutboxEvent.kind == handing_over.HAND_OVER).values(state="dead")
        )
        assert asking.go_on_with_stalled() == 0
        db.session.commit()
    with time_machine.travel(now() + timedelta(hours=4), tick=True), till.market.work():
        assert asking.go_on_with_stalled() == 1
        waiting = db.select(OutboxEvent.kind).where(OutboxEvent.state == "pending")
        assert handing_over.HAND_OVER in db.session.scalars(waiting).all()


@pytest.mark.usefixtures("hidden")
def test_an_uncertain_coupon_is_given_by_no_later_call(till):
    voucher_id = uncertain(till, fault="timeout")
    assert not till.hand_over(voucher_id)
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        till.ask()
        inline.run_due_events()
    assert (till.at_wechat(), till.states(voucher_id)) == ([], ("uncertain", "handed_over"))


def test_with_two_of_a_batch_open_wechats_list_does_not_say_which_it_is(till):
    batch_id, member_id = till.batch(per_member=2), till.market.members[0]
    till.connect(member_id)
    given, not_given = (till.market.give(batch_id, member_id, key=f"list:{number}")[0].voucher_id for number in (1, 2))
    for voucher_id, fault in ((given, "lost"), (not_given, "timeout")):
        till.wechat.faults.order(fault, 1, 0)
        assert till.hand_over(voucher_id)
    till.wechat.faults.order("RULE_LIMIT", 1, 0)
    assert not till.hand_over(not_given)
    assert (till.coupon(given).state, till.coupon(not_given).state) == ("sent", "uncertain")
    assert not till.hand_over(given)
    till.ask()
    assert (till.coupon(given).state, till.coupon(not_given).state) == ("received", "uncertain")


def test_a_coupon_of_another_voucher_is_not_taken_for_this_one(till):
    batch_id, member_id = till.batch(per_member=2), till.market.members[0]
    till.connect(member_id)
    first, second = (till.market.give(batch_id, member_id, key=f"list:{number}")[0].voucher_id for number in (1, 2))
    assert not till.hand_over(first)
    till.wechat.faults.order("timeout", 1, 0)
    assert till.hand_over(second)
    till.wechat.faults.order("RULE_LIMIT", 1, 0)
    assert not till.hand_over(second)
    assert till.coupon(second).state == "uncertain"


@pytest.mark.usefixtures("hidden")
def test_two_people_say_that_it_was_given_and_wechat_is_asked_how_it_stands(till):
    voucher_id = uncertain(till)
    [coupon] = till.at_wechat()
    decide(till, propose(till, voucher_id, coupon_id=coupon.coupon_id), APPROVE)
    assert till.states(voucher_id) == ("received", "handed_over")
    till.wechat.coupons.use(coupon.coupon_id)
    till.ask()
    assert (till.states(voucher_id), till.faults()) == (("received", "redeemed"), {})


@pytest.mark.usefixtures("hidden")
def test_two_people_say_that_it_was_not_given_and_its_piece_is_back_and_its_member_reads_why(till):
    voucher_id = uncertain(till, fault="timeout")
    decide(till, propose(till, voucher_id), APPROVE)
    assert till.states(voucher_id) == ("refused", "void")
    assert till.market.batch(till.voucher(voucher_id).batch_id).taken == 0
    with till.market.work():
        kinds = db.session.scalars(db.select(Message.kind).where(Message.member_id == till.market.members[0])).all()
    assert (list(kinds), till.faults()) == (["benefits.coupon_refused"], {})


@pytest.mark.usefixtures("hidden")
def test_nobody_confirms_what_they_stated_and_nobody_else_withdraws_it(till):
    voucher_id = uncertain(till)
    finding = propose(till, voucher_id)
    with pytest.raises(OwnProposal):
        decide(till, finding, APPROVE, by=till.market.maker)
    with pytest.raises(NotTheProposer):
        decide(till, finding, WITHDRAW)
    with pytest.raises(FindingWaiting):
        propose(till, voucher_id, by=till.market.checker)
    decide(till, finding, REFUSE, reason="看错了")
    assert till.states(voucher_id) == ("uncertain", "handed_over")
    with pytest.raises(ProposalDecided):
        decide(till, finding, APPROVE)
    decide(till, propose(till, voucher_id), WITHDRAW, by=till.market.maker)
    assert till.states(voucher_id) == ("uncertain", "handed_over")


@pytest.mark.usefixtures("hidden")
def test_nothing_is_stated_while_a_call_may_be_on_its_way_or_of_what_is_not_uncertain(till):
    with pytest.raises(AskedJustNow):
        propose(till, uncertain(till), at=timedelta(seconds=30))
    with pytest.raises(NotUncertain):
        propose(till, till.received(member_id=till.market.members[1]))


@pytest.mark.usefixtures("hidden")
def test_a_given_coupon_has_a_number_of_its_own(till):
    other = till.received(member_id=till.market.members[1])
    voucher_id = uncertain(till)
    for number, refusal in (("98a", CouponMissing), (str(till.coupon(other).coupon_id), CouponTaken)):
        with pytest.raises(refusal) as refused:
            propose(till, voucher_id, coupon_id=number)
        assert refused.value.field == "coupon_id"


@pytest.fixture
def elsewhere(world, wechat) -> Till:
    """Another zone, of the same merchant at WeChat."""
    return Till(Market(world.zone(), world), wechat)


@pytest.mark.usefixtures("hidden")
def test_a_number_that_is_stated_is_no_other_coupon_s_in_any_zone(app, till, elsewhere):
    known = str(elsewhere.coupon(elsewhere.received()).coupon_id)
    voucher_id = uncertain(till)
    with pytest.raises(CouponTaken) as refused:
        propose(till, voucher_id, coupon_id=known)
    assert elsewhere.market.zone.name not in str(refused.value.message)
    number = "98765432109876543210"
    findings = [propose(till, voucher_id, coupon_id=number), propose(elsewhere, uncertain(elsewhere), coupon_id=number)]

    def approve(place: Till, finding: WeChatFinding):
        seen = finding.mark
        return Scope(Plane.STAFF, zone=place.market.zone), lambda: doubts.take_step(
            place.market.checker, finding.id, APPROVE, seen=seen
        )

    with time_machine.travel(now() + LATER, tick=True):
        done = one_in_the_other(app, approve(till, findings[0]), approve(elsewhere, findings[1]))
    assert [type(each) for each in done] == [type(None), CouponTaken]


def test_what_wechat_showed_meanwhile_is_not_decided_on(till, monkeypatch):
    with monkeypatch.context() as hiding:
        hiding.setattr(WeChatPay, "list_given", lambda *_asked: [])
        voucher_id = uncertain(till)
        finding = propose(till, voucher_id)
    till.ask()
    assert till.coupon(voucher_id).state == "received"
    with pytest.raises(NotUncertain):
        decide(till, finding, APPROVE)
    assert till.states(voucher_id) == ("received", "handed_over")


def test_the_database_refuses_to_void_what_may_have_been_given(till):
    voucher_id = lost(till)
    change = db.update(WeChatCoupon).where(WeChatCoupon.voucher_id == voucher_id).values(state=HandOver.REFUSED)
    with till.market.work(), pytest.raises(IntegrityError, match="may have been given"):
        db.session.execute(change)


@pytest.mark.usefixtures("hidden")
def test_the_database_lets_staff_change_nothing_that_is_not_uncertain(till):
    voucher_id = lost(till)
    change = db.update(WeChatCoupon).where(WeChatCoupon.voucher_id == voucher_id).values(code="x")
    with till.market.staff():
        assert db.session.scalars(change.returning(WeChatCoupon.id)).all() == []


def test_of_many_workers_that_are_refused_at_the_same_moment_the_last_one_knows_it_for_certain(till, app):
    voucher_id, here = till.give(name="limited"), Scope(Plane.WORKER, zone=till.market.zone)
    at_once(app, [(here, lambda: handing_over.hand_over(SYSTEM, voucher_id))] * MANY)
    assert (till.states(voucher_id), till.coupon(voucher_id).unanswered) == (("refused", "void"), 0)


def test_a_coupon_that_wechat_took_back_has_lapsed(till):
    voucher_id = till.received()
    till.hear(Standing(str(till.coupon(voucher_id).coupon_id), "RECOVER", None))
    assert till.voucher(voucher_id).state == "expired"


def test_of_which_wechat_says_nothing_for_a_week_is_a_fault(till, settings):
    voucher_id = till.received()
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute(
            "UPDATE voucher_wechat_coupons SET heard_at = now() - interval '8 days' WHERE voucher_id = %s", [voucher_id]
        )
    assert till.faults() == {"WeChat coupons of which WeChat has said nothing for a week": 1}


def test_an_answer_without_a_signature_that_wants_fewer_calls_says_nothing_of_the_call():
    assert not answer_in(Said(429, {"code": "FREQUENCY_LIMITED"}, is_signed=False)).is_certain
    assert answer_in(Said(429, {"code": "FREQUENCY_LIMITED"}, is_signed=True)) == Answer(
        "busy", code="FREQUENCY_LIMITED"
    )


@pytest.mark.usefixtures("hidden")
def test_at_the_desk_one_states_and_another_confirms(till, world):
    voucher_id = uncertain(till)
    [coupon] = till.at_wechat()
    one, other = (world.client(till.market.zone, world.staff(till.market.zone)) for _ in range(2))
    place = f"/console/benefits/reconciliation/wechat/{voucher_id}"
    with time_machine.travel(now() + LATER, tick=True):
        reader = world.client(till.market.zone, world.staff(till.market.zone, "approver"))
        assert reader.get(place).status_code == 200
        assert send(reader, place, was_given="false", ground="商户平台").status_code == 404, (
            "who does not manage states nothing"
        )
        assert place in one.get("/console/benefits/reconciliation/wechat/").text
        assert "微信立减金状态不明" in one.get("/console/").text
        wrong = send(one, place, was_given="true", coupon_id="", ground="商户平台")
        assert wrong.status_code == 422
        assert "请填写微信支付的代金券ID" in wrong.text
        assert 'value="商户平台"' in wrong.text
        assert "未发放的券没有代金券ID" in send(one, place, was_given="false", coupon_id="1", ground="商户平台").text
        assert send(one, place, was_given="true", coupon_id=coupon.coupon_id, ground="商户平台").status_code == 303
        with till.market.staff():
            [finding] = doubts.list_findings(voucher_id)
        act = f"/console/benefits/reconciliation/wechat/findings/{finding.id}"
        assert send(one, f"{act}/approve", _seen=finding.mark).status_code == 403
        assert send(other, f"{act}/withdraw", _seen=finding.mark).status_code == 403
        assert send(other, f"{act}/approve", _seen=finding.mark).status_code == 303
    assert till.states(voucher_id) == ("received", "handed_over")


@pytest.mark.usefixtures("hidden")
def test_of_another_zone_nothing_is_found(till, world):
    voucher_id = uncertain(till)
    elsewhere = world.zone()
    desk = world.client(elsewhere, world.staff(elsewhere))
    assert desk.get(f"/console/benefits/reconciliation/wechat/{voucher_id}").status_code == 404
    assert (
        send(
            desk, f"/console/benefits/reconciliation/wechat/{voucher_id}", was_given="false", ground="商户平台"
        ).status_code
        == 404
    )
    assert str(voucher_id) not in desk.get("/console/benefits/reconciliation/wechat/").text


@pytest.mark.usefixtures("hidden")
def test_the_member_reads_that_it_is_looked_into(till, world):
    person = world.member(till.market.zone)
    voucher_id = uncertain(till, member_id=person.member_id)
    page = world.client(till.market.zone, person).get(f"/me/benefits/vouchers/{voucher_id}").text
    assert "工会正在向微信支付核实" in page
    assert "已进入" not in page.replace("是否已进入您的微信", "")
    assert "微信发放不明" in page
