"""What is granted is ordered once, with the decision; who pays sees it, may stop it and let it go on."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.casework.access.models import CaseConflict
from app.casework.payments.models import PaymentOrder
from app.casework.payments.tests.till import CARD, PATH
from app.notifications.models import Message
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token


def appeal(till, case_id) -> None:
    own = f"/help/{case_id}"
    form = {"csrf_token": token(till.desk.member, own), "reason": "实际支出更多，请再核实"}
    assert till.desk.member.post(f"{own}/appeal", data=form).status_code == 302


def second_decider(till):
    return till.desk.world.client(till.desk.zone, till.desk.world.staff(till.desk.zone, "zone_admin"))


def test_a_grant_is_ordered_with_the_decision(till):
    case_id = till.granted("512.30")
    order, case = till.order(case_id), till.desk.find(case_id)
    assert (order.amount_cents, order.state, order.purpose) == (51_230, "due", "grant")
    assert order.number == f"{case.number}-1"
    assert [entry.detail["cents"] for entry in till.deeds("help.order_payment")] == [51_230]


def test_what_is_refused_or_taken_back_is_not_ordered(till):
    refused = till.desk.recommended()
    assert till.desk.step(till.desk.admin, refused, "refuse", reason="不符合条件").status_code == 302
    assert till.orders(refused) == []


def test_an_appeal_orders_what_it_adds_and_upholding_nothing(till):
    changed = till.granted("500")
    appeal(till, changed)
    assert [each.state for each in till.orders(changed)] == ["due"], "the first decision is paid meanwhile"
    done = till.desk.step(second_decider(till), changed, "change", amount_granted="650", reason="属实")
    assert done.status_code == 302
    assert [each.amount_cents for each in till.orders(changed)] == [50_000, 15_000]
    till.another_member()
    upheld = till.granted("500")
    appeal(till, upheld)
    assert till.desk.step(second_decider(till), upheld, "uphold", reason="维持").status_code == 302
    assert [each.amount_cents for each in till.orders(upheld)] == [50_000]


def test_a_refusal_that_an_appeal_turns_is_ordered_whole(till):
    case_id = till.desk.recommended()
    assert till.desk.step(till.desk.admin, case_id, "refuse", reason="不符合条件").status_code == 302
    appeal(till, case_id)
    done = till.desk.step(second_decider(till), case_id, "change", amount_granted="300", reason="属实")
    assert done.status_code == 302
    assert [each.amount_cents for each in till.orders(case_id)] == [30_000]


def test_the_database_takes_no_second_order_of_a_decision(till):
    order = till.order(till.granted())
    again = {name: getattr(order, name) for name in ("case_id", "member_id", "module", "purpose", "event_id", "state")}
    with scope(Plane.STAFF, zone=till.desk.zone, actor=_tied(till)):
        db.session.add(PaymentOrder(id=uuid7(), number="HD-1", amount_cents=1, **again))
        with pytest.raises(IntegrityError, match="case_payment_orders_once"):
            db.session.flush()
        db.session.rollback()


def _tied(till) -> Actor:
    return Actor(ties=frozenset({till.desk.zone.union_path}))


def test_the_list_shows_what_is_due_masked_and_its_sum(till):
    untold = till.granted("300")
    till.another_member()
    told = till.granted("500")
    assert till.tell(told).status_code == 302
    page = till.cashier.get(PATH).text
    assert "合计 ¥500.00" in page
    assert till.order(told).number in page
    assert "**** 3446" in page
    assert "林*燕" in page
    for secret in (CARD, "林海燕", till.order(untold).number):
        assert secret not in page
    assert till.order(untold).number in till.cashier.get(f"{PATH}?span=untold").text
    assert "合计 ¥800.00" in till.cashier.get(f"{PATH}?span=all").text
    assert "合计 ¥300.00" in till.cashier.get(f"{PATH}?span=all&q={till.order(untold).number.lower()}").text
    for odd in ("?span=x", "?after=x", "?q=%25", "?span=paid"):
        assert till.cashier.get(PATH + odd).status_code == 200


@pytest.mark.parametrize("who", ["handler", "member"])
def test_only_who_pays_sees_payments(till, who):
    order, client = till.order(till.granted()), getattr(till.desk, who)
    for path in (PATH, f"{PATH}/{order.id}"):
        assert client.get(path).status_code in (302, 403, 404)
    for deed in ("stop", "resume", "renew", "reveal"):
        assert client.post(f"{PATH}/{order.id}/{deed}").status_code in (302, 400, 403, 404)


def test_another_zones_and_modules_payments_are_nobodys(till, world):
    order = till.order(till.granted())
    other = world.zone()
    stranger = world.client(other, world.staff(other, "cashier"))
    assert stranger.get(f"{PATH}/{order.id}").status_code == 404
    assert till.cashier.get(f"{PATH}/{uuid7()}").status_code == 404
    assert till.cashier.get(f"/console/legal_aid/payments/{order.id}").status_code == 404


def test_a_payment_is_stopped_with_a_reason_the_member_reads_and_goes_on(till):
    case_id = till.granted()
    order = till.order(case_id)
    for _ in range(2):
        stopped = till.post(f"{order.id}/stop", _seen="due", stop_reason="家属来电，账户将更换")
        assert stopped.status_code == 302
    assert till.order(case_id).state == "stopped"
    assert len(till.deeds("help.stop_payment")) == 1
    page = till.desk.member.get(f"/help/{case_id}").text
    assert "已暂停拨付" in page
    assert "家属来电，账户将更换" in page
    with scope(Plane.WORKER, zone=till.desk.zone):
        told = select(func.count(Message.id)).where(Message.kind == "help.payment_stopped")
        assert db.session.execute(told).scalar_one() == 1
    assert till.post(f"{order.id}/resume", _seen="stopped").status_code == 302
    assert till.order(case_id).state == "due"


def test_a_page_from_before_does_nothing_and_what_was_typed_stays(till):
    order = till.order(till.granted())
    assert till.post(f"{order.id}/stop", _seen="due", stop_reason="重复申请").status_code == 302
    late = till.post(f"{order.id}/stop", till.second, _seen="due", stop_reason="另有原因")
    assert late.status_code == 409
    assert till.renew(order.id, _seen="stopped", account="0").status_code == 409
    empty = till.post(f"{order.id}/resume", _seen="due")
    assert empty.status_code == 409


@pytest.mark.parametrize("typed", ["", "不"])
def test_stopping_takes_a_reason(till, typed):
    order = till.order(till.granted())
    assert till.post(f"{order.id}/stop", _seen="due", stop_reason=typed).status_code == 422


def test_the_whole_number_is_shown_for_a_reason_the_member_reads(till):
    case_id = till.granted()
    assert till.tell(case_id).status_code == 302
    order = till.order(case_id)
    page = till.cashier.get(f"{PATH}/{order.id}").text
    assert CARD not in page
    assert till.post(f"{order.id}/reveal", reveal_reason="").status_code == 422
    shown = till.post(f"{order.id}/reveal", reveal_reason="银行来电核对账号")
    assert shown.status_code == 200
    assert CARD in shown.text
    assert CARD not in till.cashier.get(f"{PATH}/{order.id}").text
    looks = till.desk.member.get(f"/help/{case_id}").text
    assert "您用于收款的银行账户" in looks
    assert "银行来电核对账号" in looks


def test_nobody_pays_themselves_or_whom_they_know(till, world):
    """The applicant is a cashier as well, and another cashier has declared to know them."""
    desk = till.desk
    case_id = till.granted()
    world.grant(desk.person, desk.zone, "cashier")
    knows = world.staff(desk.zone, "cashier")
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.add(CaseConflict(case_id=case_id, member_id=desk.person.member_id, account_id=knows.account_id))
        db.session.commit()
    order = till.order(case_id)
    for one in (desk.person, knows):
        client = world.client(desk.zone, one)
        assert till.post(f"{order.id}/stop", client, _seen="due", stop_reason="自己的款项").status_code == 403
        assert till.post(f"{order.id}/reveal", client, reveal_reason="看看账号").status_code == 403
    assert till.order(case_id).state == "due"
