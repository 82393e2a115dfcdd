"""A case on money is erased in two stages: at its member's wish all that no law keeps, at its day the vouchers."""

from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from app.casework.access.models import CaseConflict
from app.casework.access.tests.test_keeping import add
from app.casework.issuing.models import CaseLetter
from app.casework.links.tests.test_merging import merge
from app.casework.models import Case, CaseDocument, CaseEvent, CaseName, OfACase
from app.casework.overview.counting import Period, count_cases
from app.casework.payments.models import CasePayee, PaymentLine, PaymentOrder, ReturnedPayment
from app.casework.payments.tests.till import PATH
from app.casework.public_notice.models import Finding, Listing, Notice, Objection
from app.casework.retention.errors import KeptWithAnother
from app.casework.retention.models import CaseErasure, PastCase
from app.casework.retention.removing import models_of_cases
from app.casework.sealing import ANSWERS, APPLICANT, unseal
from app.core.clock import today_in_china
from app.core.files import StoredFile, zone_folder
from app.core.jobs.inline import run_due_events
from app.modules.help.tests.test_erasure import answer, ask, deeds, hold, hold_of, is_there, post, request_of
from app.modules.help.tests.test_retention import age, erase, refused
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token

VOUCHERS = {CasePayee, PaymentOrder, PaymentLine, CaseLetter, CaseErasure}


@pytest.fixture
def paid(till) -> UUID:
    """A case whose grant was paid, with a letter and an inner note."""
    desk, case_id = till.desk, till.told_and_granted()
    batch_id = till.released(case_id)
    answered = till.answer(batch_id, [till.row(case_id, 拨付日期=today_in_china().isoformat(), 银行流水号="R1")])
    assert answered.status_code == 302, answered.text
    page = f"/console/help/{case_id}"
    desk.handler.post(f"{page}/notes", data={"csrf_token": token(desk.handler, page), "inner_note": "邻居属实"})
    run_due_events()
    return case_id


def give_up(desk, case_id) -> None:
    """The member asks, staff grant it, and the job runs."""
    assert ask(desk, case_id).status_code == 302
    assert answer(desk, case_id).status_code == 302
    run_due_events()


def rows(desk, case_id) -> dict[type[OfACase], int]:
    """How many rows of a case each table has, where there are any."""
    with scope(Plane.WORKER, zone=desk.zone):
        counts = {
            model: db.session.execute(select(func.count(model.id)).where(model.case_id == case_id)).scalar_one()
            for model in models_of_cases()
        }
    return {model: count for model, count in counts.items() if count}


def test_at_the_member_s_wish_all_but_the_vouchers_goes(till, paid):
    desk = till.desk
    before = rows(desk, paid)
    assert VOUCHERS - {CaseErasure} < before.keys()
    assert {CaseEvent, CaseName} <= before.keys()
    give_up(desk, paid)
    assert rows(desk, paid).keys() == VOUCHERS | {CaseEvent}
    with scope(Plane.WORKER, zone=desk.zone):
        case = db.session.get_one(Case, (desk.zone.id, paid))
        events = list(db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == paid)))
        (order,) = db.session.scalars(select(PaymentOrder).where(PaymentOrder.case_id == paid))
        assert unseal(case, ANSWERS) == {}
        assert unseal(case, APPLICANT) == {"name": desk.person.name}
        assert case.typed_cipher is None
        assert [(event.id, event.note_cipher) for event in events] == [(order.event_id, None)]
        kept = {str(one) for one in db.session.scalars(select(StoredFile.id))}
    assert len(kept) == 2, "the decision in two languages"
    assert {path.name for path in zone_folder(desk.zone.id).rglob("*") if path.is_file()} == kept
    assert deeds(desk, paid)[-2:] == ["grant_erasure", "leave_to_accounts"]


def test_what_the_accounts_keep_is_on_no_page_but_those_of_who_pays(till, paid):
    desk = till.desk
    number = desk.find(paid).number
    give_up(desk, paid)
    for client, path in (
        (desk.member, f"/help/{paid}"),
        (desk.member, f"/help/{paid}/result"),
        (desk.handler, f"/console/help/{paid}"),
        (desk.admin, f"/console/help/{paid}"),
        (desk.admin, f"/console/help/{paid}/retention"),
        (desk.admin, f"/console/help/{paid}/hand-on"),
    ):
        assert client.get(path).status_code == 404, path
    for client in (desk.handler, desk.admin):
        for query in ("?state=all", f"?q={number}", f"?state=all&q={desk.person.name}"):
            assert str(paid) not in client.get(f"/console/help/{query}").text, query
    for path in ("/console/help/retention", "/console/help/notices"):
        assert number not in desk.admin.get(path).text, path
    order = till.order(paid)
    assert order.number in till.cashier.get(f"{PATH}?span=paid").text
    assert till.cashier.get(f"{PATH}/{order.id}").status_code == 200
    assert till.books().agree


def test_who_pays_reads_the_decision_once_the_accounts_alone_keep_it_and_nobody_else(till, paid):
    desk, order = till.desk, till.order(paid)
    with scope(Plane.WORKER, zone=desk.zone):
        letter = db.session.scalars(select(CaseLetter.id).where(CaseLetter.case_id == paid)).first()
    path = f"{PATH}/{order.id}/letters/{letter}"
    assert till.cashier.get(path).status_code == 404, "its readers have it yet"
    give_up(desk, paid)
    assert path in till.cashier.get(f"{PATH}/{order.id}").text
    saved = till.cashier.get(path)
    assert saved.data.startswith(b"%PDF-")
    assert saved.headers["Cache-Control"] == "private, no-store"
    assert deeds(desk, paid)[-1] == "read_decision"
    assert desk.handler.get(path).status_code == 404
    assert till.cashier.get(f"{PATH}/{letter}/letters/{letter}").status_code == 404


def test_the_member_reads_what_is_kept_why_and_until_when(till, paid):
    desk = till.desk
    until = f"{today_in_china().year + 30}"
    page = desk.member.get(f"/help/{paid}").text
    assert "会计档案管理办法" in page
    assert f"保存至 {until}" in page
    number = desk.find(paid).number
    give_up(desk, paid)
    home = desk.member.get("/help/").text
    for said in (number, "会计档案管理办法", f"凭证保存至 {until}", "¥500"):
        assert said in home, said
    assert f'href="/help/{paid}"' not in home
    with scope(Plane.MEMBER, zone=desk.zone):
        assert number not in desk.world.client(desk.zone, desk.world.member(desk.zone)).get("/help/").text


def test_it_waits_until_the_money_has_been_paid(till):
    desk, case_id = till.desk, till.told_and_granted()
    give_up(desk, case_id)
    assert desk.member.get(f"/help/{case_id}").status_code == 200
    assert desk.find(case_id).accounts_only_since is None
    batch_id = till.released(case_id)
    till.answer(batch_id, [till.row(case_id, 拨付日期=today_in_china().isoformat(), 银行流水号="R1")])
    assert erase(desk) == 1
    assert desk.find(case_id).accounts_only_since is not None
    assert erase(desk) == 0


def test_a_hold_keeps_it_whole(till, paid):
    desk = till.desk
    ask(desk, paid)
    answer(desk, paid)
    hold(desk, paid)
    run_due_events()
    assert desk.find(paid).accounts_only_since is None
    assert CaseName in rows(desk, paid)


def test_at_its_day_the_vouchers_are_erased_and_its_numbers_count_once(till, paid):
    desk = till.desk
    year = Period.year(today_in_china().year)
    with scope(Plane.STAFF, zone=desk.zone):
        before = count_cases("help", year)
    give_up(desk, paid)
    with scope(Plane.STAFF, zone=desk.zone):
        assert count_cases("help", year) == before
    age(desk, paid, days=30 * 365 - 1)
    assert erase(desk) == 0
    age(desk, paid, days=30 * 366 + 1)
    assert erase(desk) == 1
    assert rows(desk, paid) == {}
    assert not is_there(desk, paid)
    with scope(Plane.STAFF, zone=desk.zone):
        assert len(db.session.scalars(select(PastCase)).all()) == 1
    assert [path for path in zone_folder(desk.zone.id).rglob("*") if path.is_file()] == []


@pytest.fixture
def merged(desk) -> tuple[UUID, UUID]:
    """A case merged into another one, which was refused since."""
    answered = desk.send(desk.form())
    half = UUID(answered.location.split("/")[-2])
    assert desk.step(desk.handler, half, "take").status_code == 302
    into = desk.taken()
    assert merge(desk, half, into).status_code == 302
    desk.step(desk.handler, into, "recommend", recommendation="refuse", note="不符合")
    assert desk.step(desk.admin, into, "refuse", reason="同一事由今年已获救助").status_code == 302
    return half, into


def test_the_halves_of_a_merged_case_end_together(desk, merged):
    half, into = merged
    age(desk, half, days=5 * 366 + 30)
    assert erase(desk) == 0, "its other half is still kept"
    age(desk, into, days=5 * 366 + 1)
    assert erase(desk) == 1
    assert not is_there(desk, half)
    assert not is_there(desk, into)
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.execute(select(func.count(CaseDocument.id))).scalar_one() == 0
        assert db.session.execute(select(func.count(PastCase.id))).scalar_one() == 2


def test_a_hold_on_one_half_keeps_both(desk, merged):
    half, _into = merged
    assert hold(desk, half).status_code == 302
    for each in merged:
        age(desk, each, days=5 * 366 + 1)
    assert erase(desk) == 0
    held = hold_of(desk, half)
    assert held is not None
    post(desk, half, "hold/end", _seen=held.mark, end_reason="审计已经结束，无须留存")
    assert erase(desk) == 1


def test_an_objection_to_one_half_keeps_both_until_it_is_answered(desk, merged):
    half, _into = merged
    notice_id, line_id = uuid7(), uuid7()
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.add(
            Notice(id=notice_id, module="help", title="公示", days=5, drafted_by=uuid7(), drafted_by_name="经办")
        )
        db.session.flush()
        db.session.add(Listing(id=line_id, notice_id=notice_id, case_id=half, member_id=desk.person.member_id))
        db.session.flush()
        db.session.add(Objection(id=uuid7(), notice_id=notice_id, listing_id=line_id, member_id=desk.person.member_id,
                                 account_id=desk.person.account_id, name_cipher=b"-", words_cipher=b"-"))  # fmt: skip
        db.session.commit()
    for each in merged:
        age(desk, each, days=5 * 366 + 1)
    assert erase(desk) == 0
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Objection).values(
            finding=Finding.DISMISSED, answer_cipher=b"-", answered_by=uuid7(), answered_at=func.now()
        ))  # fmt: skip
        db.session.commit()
    assert erase(desk) == 1
    assert not is_there(desk, half)


def test_a_half_is_erased_by_asking_for_the_whole(desk, merged):
    half, into = merged
    number = desk.find(into).number
    assert f"本业务已并入 {number}" in desk.member.get(f"/help/{half}").text
    refused = ask(desk, half)
    assert refused.status_code == KeptWithAnother.status
    assert "将与该业务一并删除，请在该业务页面提出" in refused.text
    assert request_of(desk, half) is None
    give_up(desk, into)
    assert not is_there(desk, half)
    assert not is_there(desk, into)


def test_a_case_without_money_is_erased_whole(desk):
    case_id = refused(desk)
    give_up(desk, case_id)
    assert rows(desk, case_id) == {}
    assert not is_there(desk, case_id)


def test_money_that_comes_back_after_the_erasure_reaches_the_member_s_other_account(till, paid):
    """Told on a page of its own, ordered and paid again; of what was erased nothing comes back."""
    desk, order = till.desk, till.order(paid)
    give_up(desk, paid)
    number, path = desk.find(paid).number, f"/help/{paid}/account"
    assert path not in desk.member.get("/help/").text
    assert till.note_returned(paid).status_code == 302
    assert till.check_returned(paid).status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        told = db.session.scalars(select(Message).where(Message.kind == "help.payment_failed")).one()
    assert told.href == path
    home = desk.member.get("/help/").text
    assert f'href="{path}"' in home
    assert "款项尚未到账" in home
    page = desk.member.get(path).text
    for said in (number, "被银行退回：账户已销户", "已于", f'action="{path}"'):
        assert said in page, said
    wrong = till.tell(paid, account_number="6222 0202 0011 2233 441", bank_name="港口合作银行")
    assert wrong.status_code == 422
    assert "银行卡号校验不通过" in wrong.text
    assert 'value="港口合作银行"' in wrong.text
    assert till.tell(paid, account_number="12345678901234").location == path
    assert order.number in till.cashier.get(PATH).text
    assert "**** 1234" in till.cashier.get(f"{PATH}/{order.id}").text
    again = till.released(paid)
    assert "尾号 1234" in desk.member.get(path).text
    assert till.answer(again, [till.row(paid, 账号="12345678901234")]).status_code == 302
    assert desk.find(paid).amount_paid_cents == 50_000
    assert till.books().agree
    assert path not in desk.member.get("/help/").text
    assert rows(desk, paid).keys() == VOUCHERS | {CaseEvent, ReturnedPayment}
    assert desk.member.get(f"/help/{paid}").status_code == 404
    with scope(Plane.WORKER, zone=desk.zone):
        case = db.session.get_one(Case, (desk.zone.id, paid))
        assert (unseal(case, ANSWERS), unseal(case, APPLICANT)) == ({}, {"name": desk.person.name})


def test_a_payment_stopped_after_the_erasure_says_why(till, paid):
    desk = till.desk
    give_up(desk, paid)
    till.note_returned(paid)
    till.check_returned(paid)
    assert till.post(f"{till.order(paid).id}/stop", _seen="failed", stop_reason="与会员核对身份").status_code == 302
    assert "已暂停拨付：与会员核对身份" in desk.member.get(f"/help/{paid}/account").text


def test_nobody_else_tells_the_account_of_an_erased_case_and_of_others_the_case_s_page_does(till, paid, world):
    desk, path = till.desk, f"/help/{paid}/account"
    assert desk.member.get(path).location == f"/help/{paid}"
    give_up(desk, paid)
    till.note_returned(paid)
    till.check_returned(paid)
    stranger = world.client(desk.zone, world.member(desk.zone))
    assert stranger.get(path).status_code == 404
    assert till.tell(paid, stranger).status_code == 404
    assert till.order(paid).state == "failed"


def test_who_was_kept_from_the_case_has_no_hand_in_its_money_after_the_erasure(till, paid, world):
    desk, knows = till.desk, world.staff(till.desk.zone, "cashier")
    browser, order = world.client(desk.zone, knows), till.order(paid)
    add(desk, paid, CaseConflict, knows.account_id)
    give_up(desk, paid)
    assert desk.find(paid).accounts_only_since is not None
    assert till.post(f"{order.id}/reveal", browser, reveal_reason="核对账户").status_code == 403
    assert till.note_returned(paid, browser).status_code == 403
    assert till.note_returned(paid).status_code == 302
    assert till.check_returned(paid, browser).status_code == 403
    assert till.check_returned(paid).status_code == 302
    assert till.renew(order.id, client=browser).status_code == 403
    age(desk, paid, days=30 * 366 + 1)
    assert erase(desk) == 1
    assert rows(desk, paid) == {}


def test_it_waits_while_somebody_looks_into_money_that_came_back(till):
    case_id = till.paid()
    assert till.note_returned(case_id).status_code == 302
    give_up(till.desk, case_id)
    assert till.desk.find(case_id).accounts_only_since is None
