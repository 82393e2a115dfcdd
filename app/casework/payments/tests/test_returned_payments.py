"""Money that comes back after it was paid: noted by one person, confirmed by another, paid anew."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.casework.payments.models import PaymentLine, ReturnedPayment
from app.casework.payments.payees import doubt_account, find_payee
from app.casework.payments.tests.till import CARD, PATH, clear
from app.casework.public_notice.models import Listing, Objection
from app.casework.queries import find_case
from app.casework.steps import take_step
from app.core.clock import today_in_china
from app.notifications.models import Message
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7


def notes(till) -> list[ReturnedPayment]:
    with scope(Plane.WORKER, zone=till.desk.zone):
        return list(db.session.scalars(select(ReturnedPayment).order_by(ReturnedPayment.id)))


def test_what_came_back_is_noted_confirmed_by_another_and_paid_to_the_right_account(till):
    case_id = till.paid()
    assert till.note_returned(case_id).status_code == 302
    assert till.order(case_id).state == "paid", "until a second person has confirmed it"
    assert "账户已销户" not in till.desk.member.get(f"/help/{case_id}").text
    assert till.order(case_id).number in till.second.get(f"{PATH}?span=came_back").text
    assert till.check_returned(case_id).status_code == 302
    assert (till.order(case_id).state, till.desk.find(case_id).amount_paid_cents) == ("failed", 0)
    assert till.books().agree
    page = till.desk.member.get(f"/help/{case_id}").text
    assert "被银行退回：账户已销户。请核对以下账户" in page
    assert till.tell(case_id, account_number="12345678901234").status_code == 302
    assert till.order(case_id).state == "due"
    again = till.released(case_id)
    assert till.answer(again, [till.row(case_id, 账号="12345678901234")]).status_code == 302
    assert till.desk.find(case_id).amount_paid_cents == 50_000
    assert till.books().agree
    assert [line.outcome for line in till.lines(again)] == ["paid"]


def test_the_member_is_told_and_history_and_trail_have_it(till):
    case_id = till.paid()
    assert till.note_returned(case_id).status_code == 302
    assert till.check_returned(case_id).status_code == 302
    with scope(Plane.WORKER, zone=till.desk.zone):
        told = select(func.count(Message.id)).where(Message.kind == "help.payment_failed")
        assert db.session.scalar(told) == 1
    assert "银行退票" in till.desk.member.get(f"/help/{case_id}").text
    number = till.order(case_id).number
    for deed in ("help.note_returned", "help.payment_returned"):
        assert [entry.detail["payment"] for entry in till.deeds(deed)] == [number]
    page = till.cashier.get(f"{PATH}/{till.order(case_id).id}").text
    assert "退票001" in page
    (note,) = notes(till)
    assert "销户".encode() not in note.reason_cipher


def test_whoever_noted_it_does_not_confirm_it(till):
    case_id = till.paid()
    assert till.note_returned(case_id).status_code == 302
    refused = till.check_returned(case_id, till.cashier)
    assert refused.status_code == 403
    assert "须由另一人确认" in refused.text
    assert till.order(case_id).state == "paid"
    alone = {"state": "confirmed", "checked_by": ReturnedPayment.noted_by, "checked_at": func.now()}
    with scope(Plane.STAFF, zone=till.desk.zone), pytest.raises(IntegrityError, match="two_people"):
        db.session.execute(update(ReturnedPayment).values(**alone))


def test_what_did_not_come_back_stays_paid_and_may_be_noted_anew(till):
    case_id = till.paid()
    for client in (till.cashier, till.second):
        assert till.note_returned(case_id).status_code == 302
        assert till.check_returned(case_id, client, "discard").status_code == 302
        assert till.order(case_id).state == "paid"
        assert till.check_returned(case_id, till.second).status_code == 409
    assert till.note_returned(case_id).status_code == 302
    assert till.check_returned(case_id).status_code == 302
    assert [note.state for note in notes(till)] == ["discarded", "discarded", "confirmed"]


def test_each_is_done_once_however_often_it_is_sent(till):
    case_id = till.paid()
    assert [till.note_returned(case_id).status_code for _ in range(2)] == [302, 302]
    assert till.note_returned(case_id, till.second).status_code == 409
    assert till.note_returned(case_id, return_reason="户名不符").status_code == 409
    assert [till.check_returned(case_id).status_code for _ in range(2)] == [302, 302]
    assert till.check_returned(case_id, deed="discard").status_code == 409
    assert till.note_returned(case_id).status_code == 409, "it came back already"
    assert len(notes(till)) == len(till.deeds("help.payment_returned")) == 1
    assert till.desk.find(case_id).amount_paid_cents == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"returned_on": "2020-01-01"},
        {"returned_on": str(today_in_china() + timedelta(days=1))},
        {"returned_on": ""},
        {"return_reference": ""},
        {"return_reason": ""},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(till, wrong):
    case_id = till.paid()
    refused = till.note_returned(case_id, **wrong)
    assert refused.status_code == 422
    kept = {"return_reference": "退票001", "return_reason": "账户已销户"} | wrong
    assert all(f'value="{value}"' in refused.text for value in kept.values() if value)
    assert notes(till) == []


def test_only_what_is_paid_comes_back_and_only_that_attempt(till):
    case_id, other = till.told_and_granted(), till.paid()
    till.released(case_id)
    assert till.note_returned(case_id).status_code == 409
    assert till.note_returned(other, attempt=till.attempt(case_id)).status_code == 404
    assert till.note_returned(other).status_code == 302
    noted = {"noted": str(notes(till)[0].id)}
    assert till.post(f"{till.order(case_id).id}/returned/confirm", till.second, **noted).status_code == 404


def test_the_banks_sheet_of_the_batch_still_says_nothing_new(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    rows = [till.row(case_id)]
    assert till.answer(batch_id, rows).status_code == 302
    back = till.answer(batch_id, [till.row(case_id, "失败")])
    assert back.status_code == 422
    assert "请在该笔拨付的页面登记退票" in back.text
    assert till.note_returned(case_id).status_code == 302
    assert till.check_returned(case_id).status_code == 302
    assert till.answer(batch_id, rows).status_code == 302
    assert till.answer(batch_id, [till.row(case_id, "退票", 原因="账户已销户")]).status_code == 302
    assert till.order(case_id).state == "failed"


def decide_anew(till, world, case_id: UUID) -> None:
    """An objection is found well-founded after all: the decision is void, and the case in review."""
    zone = till.desk.zone
    judge, neighbour = world.staff_actor(zone, "zone_admin"), world.member(zone)
    with scope(Plane.WORKER, zone=zone):
        listing = db.session.scalars(select(Listing).where(Listing.case_id == case_id)).one()
        db.session.add(
            Objection(id=uuid7(), notice_id=listing.notice_id, listing_id=listing.id, member_id=neighbour.member_id,
                      account_id=uuid7(), name_cipher=b"1", words_cipher=b"1", finding="well_founded", answer_cipher=b"1",
                      answered_by=judge.account_id, answered_at=func.now())
        )  # fmt: skip
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=judge):
        take_step(judge, case_id, "review_again")
        db.session.commit()


def grant_less(till, world, case_id: UUID) -> None:
    """The decision is void, and the new one grants ¥300."""
    decide_anew(till, world, case_id)
    recommend = {"recommendation": "grant", "amount_recommended": "300", "note": "复核"}
    assert till.desk.step(till.desk.handler, case_id, "recommend", **recommend).status_code == 302
    done = till.desk.step(till.desk.admin, case_id, "approve", amount_granted="300", reason="按规定标准核减")
    assert done.status_code == 302
    clear(till.desk.zone, case_id)


def come_back(till, case_id: UUID) -> None:
    """The money of the newest attempt came back, as two people say."""
    assert till.note_returned(case_id).status_code == 302
    assert till.check_returned(case_id).status_code == 302


def messages(till, kind: str) -> list[Message]:
    with scope(Plane.WORKER, zone=till.desk.zone):
        return list(db.session.scalars(select(Message).where(Message.kind == kind)))


def test_money_back_from_a_decision_that_is_void_is_paid_no_more(till, world):
    """An objection after it was paid: the new decision grants less, and only that is paid."""
    case_id = till.paid()
    grant_less(till, world, case_id)
    assert [order.state for order in till.orders(case_id)] == ["paid"]
    assert till.note_returned(case_id).status_code == 302
    assert till.check_returned(case_id).status_code == 302
    assert [(order.state, order.amount_cents) for order in till.orders(case_id)] == [("void", 50_000), ("due", 30_000)]
    assert till.books().agree


@pytest.mark.parametrize("number", [CARD, "12345678901234"])
def test_what_the_bank_refuses_of_a_decision_that_is_void_is_paid_no_more(till, world, number):
    """It was under way when the decision was taken back: the new one grants less, and only that is paid."""
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    grant_less(till, world, case_id)
    assert till.answer(batch_id, [till.row(case_id, "失败")]).status_code == 302
    assert [(order.state, order.amount_cents) for order in till.orders(case_id)] == [("void", 50_000), ("due", 30_000)]
    assert till.books().agree
    assert [len(messages(till, f"help.payment_{kind}")) for kind in ("returned", "failed")] == [1, 0]
    assert "被银行退回：户名不符。原决定已撤销，这笔款不再重新拨付" in till.desk.member.get(f"/help/{case_id}").text
    assert till.tell(case_id, account_number=number).status_code == 302
    again = till.released(case_id)
    paid = till.row(case_id, 账号=number, 拨付单号=till.orders(case_id)[1].number, **{"金额（元）": 300})
    assert till.answer(again, [paid]).status_code == 302
    assert till.desk.find(case_id).amount_paid_cents == 30_000
    assert till.books().agree


def test_what_a_dissolved_batch_leaves_of_a_decision_that_is_void_is_paid_no_more(till, world):
    case_id = till.told_and_granted()
    batch_id = till.batched(case_id)
    grant_less(till, world, case_id)
    dissolved = till.post(f"batches/{batch_id}/dissolve", _seen="made", dissolve_reason="原决定已撤销")
    assert dissolved.status_code == 302
    assert [(order.state, order.amount_cents) for order in till.orders(case_id)] == [("void", 50_000), ("due", 30_000)]
    assert till.books().agree


@pytest.mark.parametrize("number", [CARD, "12345678901234"])
def test_what_is_granted_after_money_came_back_waits_for_an_account_told_or_confirmed_again(till, world, number):
    case_id = till.paid()
    grant_less(till, world, case_id)
    come_back(till, case_id)
    (told,) = messages(till, "help.payment_returned")
    assert told.href == f"/help/{case_id}"
    page = till.desk.member.get(f"/help/{case_id}").text
    assert "原决定已撤销，这笔款不再重新拨付" in page
    assert "此前拨往以下账户的款项被银行退回" in page
    order = till.orders(case_id)[1]
    assert order.number not in till.cashier.get(PATH).text
    listed = till.cashier.get(f"{PATH}?span=untold").text
    assert order.number in listed
    assert "退过款" in listed
    assert "重新确认该账户之前，不再向其拨付" in till.cashier.get(f"{PATH}/{order.id}").text
    refused = till.post("batches", id=[str(order.id)], _once=str(uuid7()))
    assert refused.status_code == 409
    assert "尚待会员填写、核对账户" in refused.text
    assert till.tell(case_id, account_number=number).status_code == 302
    again = till.released(case_id)
    assert [payee.tail for payee in till.accounts(again)] == [number[-4:]]


def test_after_money_came_back_the_account_is_confirmed_before_anything_is_decided_anew(till, world):
    case_id = till.paid()
    decide_anew(till, world, case_id)
    come_back(till, case_id)
    assert [order.state for order in till.orders(case_id)] == ["void"]
    assert till.tell(case_id).status_code == 302
    assert till.tell(case_id, bank_name="另一家银行").status_code == 409


def test_an_older_window_confirms_no_account_that_money_came_back_from(till):
    case_id = till.paid()
    come_back(till, case_id)
    assert till.tell(case_id, seen="1").status_code == 409
    assert till.order(case_id).state == "failed"
    assert [till.tell(case_id, seen="2").status_code for _ in range(2)] == [302, 302]
    assert till.order(case_id).state == "due"


def test_all_money_of_the_case_waits_until_who_pays_has_asked_about_the_account(till):
    """Stopped and let go on, or ordered beside it: nothing goes to an account that the bank refused."""
    case_id = till.told_and_granted()
    assert till.answer(till.released(case_id), [till.row(case_id, "失败")]).status_code == 302
    order = till.order(case_id)
    for deed, seen in (("stop", "failed"), ("resume", "stopped")):
        assert till.post(f"{order.id}/{deed}", _seen=seen, stop_reason="与会员核对账户").status_code == 302
    assert till.post("batches", id=[str(order.id)], _once=str(uuid7())).status_code == 409
    assert till.tell(case_id).status_code == 302
    again = till.released(case_id)
    assert till.answer(again, [till.row(case_id, "失败")]).status_code == 302
    assert till.renew(order.id).status_code == 302
    assert till.released(case_id)


def test_what_was_stopped_after_the_bank_refused_it_goes_on_as_refused(till):
    """Who pays may have it paid to the same account again, and the member is asked about it, as before."""
    case_id = till.told_and_granted()
    assert till.answer(till.released(case_id), [till.row(case_id, "失败")]).status_code == 302
    order = till.order(case_id)
    assert till.post(f"{order.id}/stop", _seen="failed", stop_reason="与会员核对账户").status_code == 302
    assert [till.post(f"{order.id}/resume", _seen="stopped").status_code for _ in range(2)] == [302, 302]
    assert till.order(case_id).state == "failed"
    assert "请核对以下账户" in till.desk.member.get(f"/help/{case_id}").text
    assert till.renew(order.id).status_code == 302
    assert till.released(case_id)


def test_who_pays_again_reads_to_which_account_and_it_is_that_one(till):
    case_id = till.told_and_granted()
    assert till.answer(till.released(case_id), [till.row(case_id, "失败")]).status_code == 302
    order = till.order(case_id)
    page = till.cashier.get(f"{PATH}/{order.id}").text
    assert f"拨往尾号 {CARD[-4:]} 的账户" in page
    shown = page.partition('name="account" value="')[2].partition('"')[0]
    assert till.tell(case_id, account_number="12345678901234").status_code == 302
    assert till.answer(till.released(case_id), [till.row(case_id, "失败", 账号="12345678901234")]).status_code == 302
    late = till.renew(order.id, account=shown)
    assert late.status_code == 409
    assert till.order(case_id).state == "failed"
    assert "拨往尾号 1234 的账户" in late.text
    assert [till.renew(order.id, account=mark).status_code for mark in ("", "5")] == [422, 409]
    assert till.renew(order.id).status_code == 302


def test_the_account_told_since_is_not_doubted_for_what_the_one_before_refused(till):
    case_id = till.told_and_granted()
    with scope(Plane.STAFF, zone=till.desk.zone):
        case, (_row, payee) = find_case(case_id), find_payee(case_id)
        assert payee is not None
        doubt_account(case, replace(payee, account_number="12345678901234"))
        db.session.commit()
    assert till.released(case_id)


def test_the_database_returns_a_line_only_by_what_two_people_confirmed(till):
    case_id = till.paid()
    line_id, cashier = UUID(till.attempt(case_id)), Actor(ties=frozenset({till.desk.zone.union_path}))
    with scope(Plane.STAFF, zone=till.desk.zone, actor=cashier):
        changed: Any = db.session.execute(
            update(PaymentLine).values(outcome="returned").execution_options(preserve_rowcount=True)
        )
        assert changed.rowcount == 0
        db.session.add(
            ReturnedPayment(id=uuid7(), case_id=case_id, member_id=till.desk.person.member_id, state="confirmed",
                            line_id=line_id, returned_on=today_in_china(), reference="1", reason_cipher=b"1",
                            noted_by=uuid7(), noted_by_name="甲", checked_by=uuid7(), checked_by_name="乙", checked_at=func.now())
        )  # fmt: skip
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
