"""What the bank answers is noted as a whole or not at all, once, and told to the member."""

import io
import re
from contextlib import closing
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from app.casework.models import Case
from app.casework.payments.tests.till import CARD, PATH, RETURN_HEADINGS, clear
from app.core.clock import today_in_china
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token


def told(till, kind: str) -> int:
    with scope(Plane.WORKER, zone=till.desk.zone):
        return db.session.execute(select(func.count(Message.id)).where(Message.kind == kind)).scalar_one()


def test_paid_and_refused_are_noted_and_told(till):
    paid, refused, waiting = (till.told_and_granted(amount) for amount in ("300", "400", "500"))
    batch_id = till.released(paid, refused, waiting)
    answer = till.answer(batch_id, [till.row(paid), till.row(refused, "失败")])
    assert answer.status_code == 302
    assert [till.order(each).state for each in (paid, refused, waiting)] == ["paid", "failed", "batched"]
    assert till.desk.find(paid).amount_paid_cents == 30_000
    assert till.desk.find(refused).amount_paid_cents == 0
    assert (told(till, "help.paid"), told(till, "help.payment_failed")) == (1, 1)
    page = till.cashier.get(f"{PATH}/batches/{batch_id}").text
    assert "户名不符" in page
    assert till.books().agree
    assert till.answer(batch_id, [till.row(waiting)]).status_code == 302, "the rest of the answers may come later"
    assert till.order(waiting).state == "paid"
    assert "银行未回复" not in till.cashier.get(f"{PATH}/batches/{batch_id}").text


def test_the_member_reads_when_and_where_it_was_paid(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    assert "正在拨付到尾号 3446 的账户" in till.desk.member.get(f"/help/{case_id}").text
    assert till.answer(batch_id, [till.row(case_id)]).status_code == 302
    page = till.desk.member.get(f"/help/{case_id}").text
    assert "拨付到尾号 3446 的账户" in page
    assert "已拨付" in page


def test_the_same_file_again_changes_nothing(till):
    paid, refused = till.told_and_granted(), till.told_and_granted()
    batch_id, rows = till.released(paid, refused), [till.row(paid), till.row(refused, "失败")]
    assert [till.answer(batch_id, rows).status_code for _ in range(2)] == [302, 302]
    assert (told(till, "help.paid"), told(till, "help.payment_failed")) == (1, 1)
    assert till.desk.find(paid).amount_paid_cents == 50_000
    assert len(till.deeds("help.note_return")) == 1


TOMORROW = today_in_china() + timedelta(days=1)
WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"拨付单号": "HD-2020-000001-1"}, "拨付单号", "本批次没有单号为“HD-2020-000001-1”的拨付"),
    ({"拨付单号": ""}, "拨付单号", "本批次没有单号为“”的拨付"),
    ({"金额（元）": 499.99}, "金额（元）", "“499.99”与应付金额 ¥500.00 不符"),
    ({"金额（元）": "五百"}, "金额（元）", "“五百”与应付金额 ¥500.00 不符"),
    ({"账号": "1234"}, "账号", "不是尾号 3446 的账户"),
    ({"账号": "446"}, "账号", "不是尾号 3446 的账户"),
    ({"账号": ""}, "账号", "不是尾号 3446 的账户"),
    ({"账号": "1234****3446"}, "账号", "不是尾号 3446 的账户"),
    ({"账号": "6222****1234"}, "账号", "不是尾号 3446 的账户"),
    ({"结果": "已受理"}, "结果", "“已受理”既不是“成功”也不是“失败”"),
    ({"结果": "失败"}, "原因", "缺少失败原因"),
    ({"结果": "失败", "原因": "账" * 201}, "原因", "超过 200 个字"),
    ({"拨付日期": "2020-01-01"}, "拨付日期", "“2020-01-01”不是放行以来的日期"),
    ({"结果": "失败", "原因": "户名不符", "拨付日期": "2020-01-01"}, "拨付日期", "“2020-01-01”不是放行以来的日期"),
    ({"拨付日期": "明天"}, "拨付日期", "“明天”不是放行以来的日期"),
    ({"拨付日期": TOMORROW}, "拨付日期", f"“{TOMORROW}”不是放行以来的日期"),
]


def test_a_wrong_row_is_named_by_line_and_column_and_nothing_is_noted(till):
    good, bad = till.told_and_granted(), till.told_and_granted()
    batch_id = till.released(good, bad)
    for change, column, words in WRONG:
        row = dict(zip(RETURN_HEADINGS, till.row(bad), strict=True)) | change
        answer = till.answer(batch_id, [till.row(good), list(row.values())])
        assert answer.status_code == 422
        assert f"3|{column}|{words}" in re.sub(r"(\s*<[^>]*>\s*)+", "|", answer.text), change
    assert till.order(good).state == "batched"
    assert till.deeds("help.note_return") == []


@pytest.mark.parametrize("account", ["3446", "尾号3446", "**** 3446", "6222****3446", "6222 0202 0011 2233 446"])
def test_an_account_is_known_by_what_the_bank_shows_of_it(till, account):
    case_id = till.told_and_granted()
    assert till.answer(till.released(case_id), [till.row(case_id, 账号=account)]).status_code == 302


def test_an_answer_to_an_earlier_batch_is_none_to_a_later_one(till):
    """Else the payment would be due again while the later transfer may have gone through."""
    case_id = till.told_and_granted()
    earlier, old = till.released(case_id), till.row(case_id, "失败")
    assert till.answer(earlier, [old]).status_code == 302
    assert till.renew(till.order(case_id).id).status_code == 302
    later = till.released(case_id)
    refused = till.answer(later, [old])
    assert refused.status_code == 422
    said = f"2|拨付批次|“{till.batch(earlier).number}”不是本批次 {till.batch(later).number}"
    assert said in re.sub(r"(\s*<[^>]*>\s*)+", "|", refused.text)
    assert till.order(case_id).state == "batched"
    unsaid = till.answer(later, [old[1:]], headings=RETURN_HEADINGS[1:])
    assert unsaid.status_code == 422
    assert "表格缺少以下列：拨付批次" in unsaid.text
    assert till.answer(later, [till.row(case_id)]).status_code == 302


def test_a_payment_twice_in_a_file_is_named(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    answer = till.answer(batch_id, [till.row(case_id), till.row(case_id)])
    assert answer.status_code == 422
    assert "同一笔拨付重复出现" in answer.text


def test_what_was_noted_is_not_turned_round(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    assert till.answer(batch_id, [till.row(case_id)]).status_code == 302
    turned = till.answer(batch_id, [till.row(case_id, "失败")])
    assert turned.status_code == 422
    assert "此前已登记为拨付成功" in turned.text
    assert till.order(case_id).state == "paid"
    refused = till.told_and_granted()
    batch_id = till.released(refused)
    assert till.answer(batch_id, [till.row(refused, "失败")]).status_code == 302
    assert "与此前登记的结果不一致" in till.answer(batch_id, [till.row(refused)]).text


def test_another_reference_for_a_payment_is_a_sign_of_a_second_transfer(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    assert till.answer(batch_id, [till.row(case_id, 银行流水号="BANK-A")]).status_code == 302
    again = till.answer(batch_id, [till.row(case_id, 银行流水号="BANK-B")])
    assert again.status_code == 422
    words = "此前登记的银行流水号为“BANK-A”，本次为“BANK-B”"
    assert f"2|银行流水号|{words}" in re.sub(r"(\s*<[^>]*>\s*)+", "|", again.text)
    form = {"attempt": till.attempt(case_id), "paid_on": str(today_in_china()), "reference": "BANK-B"}
    by_hand = till.post(f"{till.order(case_id).id}/paid", **form)
    assert by_hand.status_code == 409
    assert words in by_hand.text
    assert till.answer(batch_id, [till.row(case_id)]).status_code == 302, "a sheet without references says nothing else"


def test_one_reference_pays_one_payment(till):
    first, second = till.told_and_granted(), till.told_and_granted()
    batch_id = till.released(first, second)
    numbers = {each: till.order(each).number for each in (first, second)}
    both = till.answer(batch_id, [till.row(each, 银行流水号="BANK-A") for each in (first, second)])
    assert both.status_code == 422
    assert f"银行流水号“BANK-A”已用于拨付 {numbers[first]}" in both.text
    assert till.answer(batch_id, [till.row(first, 银行流水号="BANK-A")]).status_code == 302
    later = till.answer(batch_id, [till.row(second, 银行流水号="BANK-A")])
    assert later.status_code == 422
    form = {"attempt": till.attempt(second), "paid_on": str(today_in_china()), "reference": "BANK-A"}
    by_hand = till.post(f"{till.order(second).id}/paid", **form)
    assert by_hand.status_code == 409
    assert all(f"银行流水号“BANK-A”已用于拨付 {numbers[first]}" in page.text for page in (later, by_hand))
    assert till.order(second).state == "batched"


def test_a_result_that_is_still_to_come_is_waited_for(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    for result in ("", "处理中"):
        assert till.answer(batch_id, [till.row(case_id, result)]).status_code == 302
        assert "1 笔仍在处理中" in till.cashier.get(f"{PATH}/batches/{batch_id}").text
    assert till.order(case_id).state == "batched"


def test_numbers_in_full_width_are_the_same_numbers(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    wide = {ord(letter): ord(letter) + 0xFEE0 for letter in "HDBF0123456789"}
    row = till.row(case_id)
    told = [str(cell).translate(wide) for cell in row[:2]]
    assert till.answer(batch_id, [[*told, *row[2:]]]).status_code == 302
    assert till.order(case_id).state == "paid"


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_our_own_file_comes_back_with_the_results_written_in(till, locale):
    till.cashier.set_cookie("hall_locale", locale, domain=till.desk.zone.host.partition(":")[0])
    granted = [till.told_and_granted("300.05"), till.told_and_granted("500")]
    first, second = sorted(granted, key=lambda case_id: till.order(case_id).number)
    batch_id = till.released(first, second)
    with closing(till.post(f"batches/{batch_id}/file")) as taken:
        file = taken.data
    headings, *rows = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    said = {"zh_CN": ("成功", "失败"), "en": ("Paid", "Failed")}[locale]
    rows[0][6], rows[0][8], rows[0][9] = said[0], today_in_china(), "20261126000123"
    rows[1][6], rows[1][7] = said[1], "账户已销户"
    answer = till.answer(batch_id, rows, headings=[str(each) for each in headings])
    assert answer.status_code == 302, answer.text
    assert [till.order(each).state for each in (first, second)] == ["paid", "failed"]
    assert sorted(line.reference for line in till.lines(batch_id)) == ["", "20261126000123"]


@pytest.mark.parametrize(
    ("data", "name"), [(b"", "a.xlsx"), (b"PK\x03\x04xx", "a.xlsx"), ("单号,金额\n1,2\n".encode(), "a.csv")]
)
def test_what_is_no_such_file_is_refused_in_words(till, data, name):
    batch_id = till.released(till.told_and_granted())
    form = {"csrf_token": token(till.cashier, PATH), "return_file": (io.BytesIO(data), name)}
    answer = till.cashier.post(f"{PATH}/batches/{batch_id}/return", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "文件与本批次不符" in answer.text
    nothing = till.cashier.post(f"{PATH}/batches/{batch_id}/return", data={"csrf_token": form["csrf_token"]})
    assert nothing.status_code == 422


def test_a_transfer_is_noted_by_hand_with_its_day_and_reference(till):
    case_id = till.told_and_granted()
    order, today = till.order(case_id), str(today_in_china())
    receipt = {"attempt": str(uuid7()), "paid_on": today, "reference": "柜台转账001"}
    assert till.post(f"{order.id}/paid", **receipt).status_code == 404, "not in a batch"
    batch_id = till.batched(case_id)
    receipt["attempt"] = till.attempt(case_id)
    assert till.post(f"{order.id}/paid", **receipt).status_code == 409, "not released"
    assert till.post(f"batches/{batch_id}/release", till.second, _seen="made").status_code == 302
    for wrong in (
        {"paid_on": "2020-01-01"},
        {"paid_on": str(today_in_china() + timedelta(days=1))},
        {"paid_on": ""},
        {"reference": ""},
    ):
        assert till.post(f"{order.id}/paid", **{**receipt, **wrong}).status_code == 422
    for _ in range(2):
        assert till.post(f"{order.id}/paid", **receipt).status_code == 302
    assert till.order(case_id).state == "paid"
    assert told(till, "help.paid") == 1
    assert "柜台转账001" in till.cashier.get(f"{PATH}/{order.id}").text
    refusal = {"attempt": receipt["attempt"], "refusal_reason": "户名不符"}
    assert till.post(f"{order.id}/refused", **refusal).status_code == 409
    assert till.order(case_id).state == "paid"


def test_a_refusal_is_noted_by_hand_and_paid_again_to_the_same_account(till):
    case_id = till.told_and_granted()
    till.released(case_id)
    order = till.order(case_id)
    assert refuse(till, case_id, till.attempt(case_id)).status_code == 302
    assert till.renew(order.id).status_code == 302
    assert till.order(case_id).state == "due"
    assert till.answer(till.released(case_id), [till.row(case_id)]).status_code == 302
    page = till.cashier.get(f"{PATH}/{order.id}").text
    assert "银行系统维护" in page
    assert till.books().agree


def refuse(till, case_id, attempt: str, reason: str = "银行系统维护"):
    return till.post(f"{till.order(case_id).id}/refused", attempt=attempt, refusal_reason=reason)


def test_a_page_of_an_earlier_attempt_refuses_or_pays_no_later_one(till):
    case_id = till.told_and_granted()
    till.released(case_id)
    earlier = till.attempt(case_id)
    assert refuse(till, case_id, earlier).status_code == 302
    assert till.renew(till.order(case_id).id).status_code == 302
    later = till.released(case_id)
    assert refuse(till, case_id, earlier).status_code == 302, "sent again, it says what is known"
    assert refuse(till, case_id, earlier, "户名不符").status_code == 409
    receipt = {"attempt": earlier, "paid_on": str(today_in_china()), "reference": "柜台转账001"}
    assert till.post(f"{till.order(case_id).id}/paid", **receipt).status_code == 409
    assert till.post(f"{till.order(case_id).id}/refused", refusal_reason="户名不符").status_code == 422
    assert till.order(case_id).state == "batched"
    assert [line.outcome for line in till.lines(later)] == [None]


def test_an_attempt_is_one_of_that_very_payment(till):
    first, second = till.told_and_granted(), till.told_and_granted()
    till.released(first, second)
    assert refuse(till, first, till.attempt(second)).status_code == 404
    assert till.order(second).state == "batched"


def test_after_an_appeal_both_payments_of_a_case_are_paid(till, world):
    case_id = till.told_and_granted("500")
    assert till.answer(till.released(case_id), [till.row(case_id)]).status_code == 302
    own = f"/help/{case_id}"
    appeal = {"csrf_token": token(till.desk.member, own), "reason": "实际支出更多，请再核实"}
    assert till.desk.member.post(f"{own}/appeal", data=appeal).status_code == 302
    decider = world.client(till.desk.zone, world.staff(till.desk.zone, "zone_admin"))
    assert till.desk.step(decider, case_id, "change", amount_granted="650", reason="属实").status_code == 302
    clear(till.desk.zone, case_id)
    batch_id = till.released(case_id)
    more = till.row(case_id, 拨付单号=till.orders(case_id)[1].number, **{"金额（元）": "150.00"})
    assert till.answer(batch_id, [more]).status_code == 302
    assert till.desk.find(case_id).amount_paid_cents == 65_000
    assert till.books().agree
    assert till.books().of("paid") == 65_000


def test_books_that_differ_are_said_on_the_desk(till):
    case_id = till.told_and_granted()
    assert "账目相符" in till.cashier.get(PATH).text
    with scope(Plane.WORKER, zone=till.desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(amount_paid_cents=1))
        db.session.commit()
    assert "账目不符" in till.cashier.get(PATH).text
    assert CARD not in till.cashier.get(PATH).text
