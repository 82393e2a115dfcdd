"""The account that a grant goes to: told by the member alone, checked, sealed, changed until the money is under way."""

import pytest
from sqlalchemy import select, update

from app.casework.payments.models import CasePayee
from app.casework.payments.tests.till import ACCOUNT, CARD
from app.core.identifiers import IdentifierError, parse_bank_account
from app.core.jobs.inline import run_due_events
from app.members.models import Membership
from app.members.privacy import export_member
from app.modules.help.tests.test_erasure import answer, ask
from tenants.context import Actor, Plane, scope
from tenants.database import db


def payees(till) -> list[CasePayee]:
    with scope(Plane.WORKER, zone=till.desk.zone):
        return list(db.session.execute(select(CasePayee)).scalars())


def test_the_member_is_asked_for_it_and_then_sees_it_masked(till):
    case_id = till.granted()
    page = till.desk.member.get(f"/help/{case_id}").text
    assert "请在下方填写收款账户" in page
    assert 'value="林海燕"' in page, "the holder's name begins as the member's"
    assert till.tell(case_id).status_code == 302
    page = till.desk.member.get(f"/help/{case_id}").text
    assert "**** 3446" in page
    assert CARD not in page
    assert "已填写收款账户" in page


def test_it_is_sealed(till):
    assert till.tell(till.granted()).status_code == 302
    (row,) = payees(till)
    for secret in (CARD, "林海燕", "海城银行"):
        assert secret.encode() not in row.told_cipher


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"account_number": ""}, "请填写"),
        ({"account_number": "6222 0202 0011 2233 441"}, "银行卡号校验不通过"),
        ({"account_number": "12345"}, "银行账号应为 8 至 32 位数字"),
        ({"account_number": "六二二二"}, "银行账号应为 8 至 32 位数字"),
        ({"bank_name": ""}, "请填写"),
        ({"account_holder": "林"}, "请填写 2 至 60"),
        ({"account_holder": "林小雨"}, "该账户不在您本人名下"),
        ({"holder_reason": "女" * 201}, "200"),
    ],
)
def test_a_wrong_account_is_shown_again_with_what_was_typed(till, wrong, words):
    case_id = till.granted()
    answer = till.tell(case_id, bank_name="港口合作银行" if "bank_name" not in wrong else "", **{
        name: typed for name, typed in wrong.items() if name != "bank_name"})  # fmt: skip
    assert answer.status_code == 422
    assert words in answer.text
    assert "bank_name" in wrong or 'value="港口合作银行"' in answer.text
    assert payees(till) == []


def test_somebody_elses_account_takes_a_reason(till):
    case_id = till.granted()
    told = till.tell(case_id, account_holder="林小雨", holder_reason="女儿的账户，用于缴纳学费")
    assert told.status_code == 302
    page = till.cashier.get(f"/console/help/payments/{till.order(case_id).id}").text
    assert "非本人账户" in page
    assert "女儿的账户，用于缴纳学费" in page


def test_told_twice_it_is_told_once_and_another_window_writes_over_nothing(till):
    case_id = till.granted()
    assert [till.tell(case_id, seen="0").status_code for _ in range(2)] == [302, 302]
    assert [row.version for row in payees(till)] == [1]
    stale = till.tell(case_id, seen="0", bank_name="另一家银行")
    assert stale.status_code == 409
    assert 'value="另一家银行"' in stale.text
    assert till.tell(case_id, bank_name="另一家银行").status_code == 302
    assert [row.version for row in payees(till)] == [2]


def test_without_a_grant_there_is_no_account_to_tell(till):
    case_id = till.desk.submitted()
    assert "收款账户" not in till.desk.member.get(f"/help/{case_id}").text
    assert till.tell(case_id).status_code == 404


def test_nobody_tells_an_account_of_anothers_case(till, world):
    case_id = till.granted()
    stranger = world.client(till.desk.zone, world.member(till.desk.zone))
    assert stranger.post(f"/help/{case_id}/account").status_code in (400, 404)
    till.another_member()
    assert till.desk.member.get(f"/help/{case_id}").status_code == 404


@pytest.mark.parametrize("state", ["batched", "released", "paid", "stopped"])
def test_once_the_money_is_under_way_the_account_stays(till, state):
    case_id = till.told_and_granted()
    if state == "stopped":
        stopped = till.post(f"{till.order(case_id).id}/stop", _seen="due", stop_reason="重复申请")
        assert stopped.status_code == 302
    else:
        batch_id = till.batched(case_id) if state == "batched" else till.released(case_id)
        assert state != "paid" or till.answer(batch_id, [till.row(case_id)]).status_code == 302
    assert "更改收款账户" not in till.desk.member.get(f"/help/{case_id}").text
    late = till.tell(case_id, seen="1", bank_name="另一家银行")
    assert late.status_code == 409
    assert "现在不能更改账户" in late.text
    assert 'value="另一家银行"' in late.text
    assert [row.version for row in payees(till)] == [1]


def test_with_another_account_what_the_bank_refused_is_due_again_and_paid_there(till):
    case_id = till.told_and_granted()
    assert till.answer(till.released(case_id), [till.row(case_id, "失败")]).status_code == 302
    page = till.desk.member.get(f"/help/{case_id}").text
    assert "银行退回：户名不符" in page
    assert till.tell(case_id, account_number="12345678904321").status_code == 302
    assert till.order(case_id).state == "due"
    again = till.released(case_id)
    assert till.answer(again, [till.row(case_id)]).status_code == 422, "that is the account of before"
    assert till.answer(again, [till.row(case_id, 账号="4321")]).status_code == 302
    assert "尾号 4321" in till.desk.member.get(f"/help/{case_id}").text


def test_who_has_left_the_union_still_tells_where_their_money_goes(till, world):
    case_id = till.granted()
    with scope(Plane.WORKER, zone=till.desk.zone):
        left = update(Membership).where(Membership.member_id == till.desk.person.member_id)
        db.session.execute(left.values(status="ended", ended_on=db.func.current_date()))
        db.session.commit()
    assert till.tell(case_id).status_code == 302


def test_the_members_copy_holds_their_account_whole_and_where_each_payment_went(till):
    case_id = till.paid()
    person, told = till.desk.person, {**ACCOUNT, "account_number": CARD, "holder_reason": ""}
    with scope(Plane.MEMBER, zone=till.desk.zone, actor=Actor(person.account_id, person.member_id)):
        kept = export_member(person.member_id)["modules"]["casework"]
    assert [row["told"] for row in kept["case_payees"]] == [told]
    assert [row["amount_cents"] for row in kept["case_payment_orders"]] == [50_000]
    assert [(row["outcome"], row["account"]) for row in kept["case_payment_lines"]] == [("paid", told)]
    till.another_member()
    others = till.desk.member.get("/me/data/copy.json").text
    assert CARD not in others
    assert till.desk.find(case_id).number not in others


@pytest.mark.parametrize(
    "number",
    ["6222020200112233446", "6222-0202-0011-2233-446", "６２２２０２０２００１１２２３３４４６", "12345678", "1" * 32],
)
def test_numbers_of_accounts_are_read_as_people_write_them(number):
    assert parse_bank_account(number).isdigit()


@pytest.mark.parametrize(
    "number", ["", "1234567", "1" * 33, "6222020200112233441", "6222020200112233464", "DE89370400440532013000"]
)
def test_what_is_no_number_of_an_account_is_refused(number):
    with pytest.raises(IdentifierError):
        parse_bank_account(number)


def test_of_a_case_the_accounts_alone_keep_the_page_is_found_until_the_money_is_there(till):
    """Also once an account was told: it may be mistyped."""
    case_id, home = till.paid(), "/help/"
    assert ask(till.desk, case_id).status_code == 302
    assert answer(till.desk, case_id).status_code == 302
    run_due_events()
    page = f"/help/{case_id}/account"
    assert page not in till.desk.member.get(home).text
    assert till.note_returned(case_id).status_code == 302
    assert till.check_returned(case_id).status_code == 302
    assert "请核对或更换收款账户" in till.desk.member.get(home).text
    assert till.tell(case_id, account_number="12345678901234").status_code == 302
    shown = till.desk.member.get(home).text
    assert page in shown
    assert "请核对或更换收款账户" not in shown
    batch_id = till.released(case_id)
    assert page in till.desk.member.get(home).text
    assert till.answer(batch_id, [till.row(case_id, 账号="12345678901234")]).status_code == 302
    assert page not in till.desk.member.get(home).text
