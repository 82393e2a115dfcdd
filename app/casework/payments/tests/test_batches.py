"""A batch takes two people, never changes once released, and its file is what was released."""

import io
import zipfile
from contextlib import closing
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.casework.access.models import CaseConflict
from app.casework.models import Case
from app.casework.payments.models import PaymentBatch, PaymentLine, PaymentOrder
from app.casework.payments.payee import Payee
from app.casework.payments.payees import tell_account
from app.casework.payments.tests.till import CARD, PATH
from app.casework.public_notice.models import Notice
from app.core.sheets import read_sheet
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token


def staff(till):
    """The staff plane as somebody of the zone has it."""
    return scope(Plane.STAFF, zone=till.desk.zone, actor=Actor(ties=frozenset({till.desk.zone.union_path})))


def take_out(till, batch_id: UUID, client=None):
    return till.post(f"batches/{batch_id}/file", client)


def cells(file: bytes) -> list[list[str]]:
    return [[str(cell) for cell in row] for _line, row in read_sheet(io.BytesIO(file), "a.xlsx").rows]


def test_a_batch_is_made_checked_by_a_second_person_and_released(till):
    first, second = till.told_and_granted("300"), till.told_and_granted("500")
    batch_id = till.batched(first, second)
    batch = till.batch(batch_id)
    assert (batch.state, batch.count, batch.total_cents) == ("made", 2, 80_000)
    assert {till.order(each).state for each in (first, second)} == {"batched"}
    page = till.second.get(f"{PATH}/batches/{batch_id}").text
    assert "¥800.00" in page
    assert CARD not in page
    assert "林海燕" not in page
    assert till.post(f"batches/{batch_id}/release", till.second, _seen="made").status_code == 302
    batch = till.batch(batch_id)
    assert batch.state == "released"
    assert len(batch.digest or "") == 64
    assert batch.digest in till.cashier.get(f"{PATH}/batches/{batch_id}").text
    assert batch.number in till.cashier.get(f"{PATH}/batches").text
    (released,) = till.deeds("help.release_batch")
    assert (released.detail["count"], released.detail["cents"]) == (2, 80_000)


def test_whoever_made_a_batch_does_not_release_it(till):
    batch_id = till.batched(till.told_and_granted())
    refused = till.post(f"batches/{batch_id}/release", _seen="made")
    assert refused.status_code == 403
    assert "须由另一人复核放行" in refused.text
    assert till.batch(batch_id).state == "made"


def test_the_database_refuses_one_person_for_both(till):
    batch_id = till.batched(till.told_and_granted())
    alone = {"state": "released", "checked_by": PaymentBatch.made_by, "checked_at": func.now(), "digest": "0"}
    with staff(till), pytest.raises(IntegrityError, match="two_people"):
        db.session.execute(update(PaymentBatch).where(PaymentBatch.id == batch_id).values(**alone))


def test_the_database_changes_no_released_batch_and_no_settled_line(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    with staff(till):
        for change in (update(PaymentBatch).values(state="made"), update(PaymentBatch).values(digest="0" * 64)):
            done: Any = db.session.execute(
                change.where(PaymentBatch.id == batch_id).execution_options(preserve_rowcount=True)
            )
            assert done.rowcount == 0
    for change in (update(PaymentBatch).values(total_cents=1), update(PaymentLine).values(account_cipher=b"0"),
                   update(PaymentOrder).values(amount_cents=1)):  # fmt: skip
        with staff(till), pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(change)
    assert till.answer(batch_id, [till.row(case_id)]).status_code == 302
    with staff(till):
        again = update(PaymentLine).values(outcome=None, paid_on=None, settled_by=None, settled_at=None)
        nothing: Any = db.session.execute(again.execution_options(preserve_rowcount=True))
        assert nothing.rowcount == 0


def test_the_database_takes_no_line_into_a_released_batch_and_no_order_into_two(till):
    first, second = till.told_and_granted(), till.told_and_granted()
    batch_id = till.released(first)
    (line,) = till.lines(batch_id)
    more = {"case_id": second, "member_id": till.desk.person.member_id, "account_cipher": b"0"}
    late, again = till.order(second).id, line.order_id
    with staff(till):
        db.session.add(PaymentLine(id=uuid7(), batch_id=batch_id, order_id=late, **more))
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
    other = till.batched(second)
    with staff(till):
        db.session.add(PaymentLine(id=uuid7(), batch_id=other, order_id=again, **more))
        with pytest.raises(IntegrityError, match="case_payment_lines_once"):
            db.session.flush()


def test_the_database_pays_no_more_than_was_granted(till):
    case_id = till.granted("500")
    with staff(till), pytest.raises(IntegrityError, match="cases_paid"):
        db.session.execute(update(Case).where(Case.id == case_id).values(amount_paid_cents=50_001))


def test_a_batch_sent_twice_is_made_once(till):
    order, once = till.order(till.told_and_granted()), str(uuid7())
    sent = [till.post("batches", id=[str(order.id)], _once=once).status_code for _ in range(2)]
    assert sent == [302, 302]
    with scope(Plane.WORKER, zone=till.desk.zone):
        assert db.session.execute(select(func.count(PaymentBatch.id))).scalar_one() == 1


def test_a_payment_that_is_not_due_or_has_no_account_makes_no_batch_and_the_choice_stays(till):
    good, taken = till.told_and_granted(), till.told_and_granted()
    till.batched(taken)
    till.another_member()
    untold = till.granted()
    for bad in (taken, untold):
        chosen = [str(till.order(each).id) for each in (good, bad)]
        refused = till.post("batches", id=chosen, _once=str(uuid7()))
        assert refused.status_code == 409
        assert till.order(bad).number in refused.text
        assert f'value="{chosen[0]}" checked' in refused.text
    assert till.order(good).state == "due"
    assert till.post("batches", id=[]).status_code == 302
    assert till.post("batches", id=[str(uuid7())]).status_code == 404


def test_a_grant_on_public_notice_is_in_no_batch(till):
    case_id = till.told_and_granted()
    with scope(Plane.WORKER, zone=till.desk.zone):
        db.session.execute(update(Notice).values(ends_on=func.current_date() + 3, shown_until=func.current_date() + 3))
        db.session.commit()
    order = till.order(case_id)
    refused = till.post("batches", id=[str(order.id)], _once=str(uuid7()))
    assert refused.status_code == 409
    assert "公示尚未结束" in refused.text
    assert order.number not in till.cashier.get(PATH).text
    assert order.number in till.cashier.get(f"{PATH}?span=noticed").text


def test_who_decided_makes_no_batch_of_it_but_may_check_one(till):
    case_id = till.told_and_granted()
    order = till.order(case_id)
    refused = till.post("batches", till.desk.admin, id=[str(order.id)], _once=str(uuid7()))
    assert refused.status_code == 403
    assert till.desk.find(case_id).number in refused.text
    batch_id = till.batched(case_id)
    assert till.post(f"batches/{batch_id}/release", till.desk.admin, _seen="made").status_code == 302


def test_neither_the_applicant_nor_who_knows_them_makes_releases_takes_out_or_settles(till, world):
    case_id = till.told_and_granted()
    person, desk = till.desk.person, till.desk
    world.grant(person, desk.zone, "cashier")
    knows = world.staff(desk.zone, "cashier")
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.add(CaseConflict(case_id=case_id, member_id=person.member_id, account_id=knows.account_id))
        db.session.commit()
    clients, order = [world.client(desk.zone, one) for one in (person, knows)], till.order(case_id)
    for client in clients:
        assert till.post("batches", client, id=[str(order.id)], _once=str(uuid7())).status_code == 403
    batch_id = till.batched(case_id)
    for client in clients:
        assert till.post(f"batches/{batch_id}/release", client, _seen="made").status_code == 403
    assert till.post(f"batches/{batch_id}/release", till.second, _seen="made").status_code == 302
    for client in clients:
        assert take_out(till, batch_id, client).status_code == 403
        assert till.answer(batch_id, [till.row(case_id)], client).status_code == 403
        refusal = {"attempt": till.attempt(case_id), "refusal_reason": "户名不符"}
        assert till.post(f"{order.id}/refused", client, **refusal).status_code == 403
    assert till.order(case_id).state == "batched"
    assert till.answer(batch_id, [till.row(case_id)]).status_code == 302
    for client in clients:
        assert till.note_returned(case_id, client).status_code == 403
    assert till.note_returned(case_id).status_code == 302
    for client in clients:
        assert till.check_returned(case_id, client).status_code == 403
        assert till.check_returned(case_id, client, "discard").status_code == 403
    assert till.order(case_id).state == "paid"


def test_a_dissolved_batch_makes_its_payments_due_again(till):
    case_id = till.told_and_granted()
    batch_id = till.batched(case_id)
    assert till.post(f"batches/{batch_id}/dissolve", till.second, _seen="made", dissolve_reason="").status_code == 422
    for _ in range(2):
        done = till.post(
            f"batches/{batch_id}/dissolve", till.second, _seen="made", dissolve_reason="金额有疑问，退回核对"
        )
        assert done.status_code == 302
    assert till.batch(batch_id).state == "dissolved"
    assert till.order(case_id).state == "due"
    assert "金额有疑问，退回核对" in till.cashier.get(f"{PATH}/batches/{batch_id}").text
    assert len(till.deeds("help.dissolve_batch")) == 1
    again = till.batched(case_id)
    assert till.batch(again).state == "made"


def test_what_was_checked_off_is_not_checked_off_otherwise(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    late = till.post(f"batches/{batch_id}/dissolve", _seen="made", dissolve_reason="金额有疑问")
    assert late.status_code == 409
    assert "金额有疑问" in late.text or "已放行" in late.text
    assert till.post(f"batches/{batch_id}/dissolve", _seen="released", dissolve_reason="金额有疑问").status_code == 409
    assert till.batch(batch_id).state == "released"
    other = till.batched(till.told_and_granted())
    assert take_out(till, other).status_code == 409
    assert till.answer(other, [till.row(case_id)]).status_code == 409


def test_the_file_holds_the_lines_as_text_their_sum_and_who_took_it_out(till):
    granted = {till.told_and_granted(amount): amount for amount in ("300.5", "500")}
    newest = list(granted)[-1]
    batch_id = till.released(*granted)
    first, last = sorted(granted, key=lambda case_id: till.order(case_id).number)
    with closing(take_out(till, batch_id)) as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        file = answer.data
    rows = cells(file)
    assert [row[4] for row in rows] == [CARD, CARD, ""]
    assert [row[5] for row in rows] == [granted[first], granted[last], "800.5"]
    assert rows[0][:4] == [till.batch(batch_id).number, till.order(first).number, "林海燕", "海城银行霞山支行"]
    batch = till.batch(batch_id)
    about = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(1).to_python()
    told = {str(row[0]): str(row[1]) for row in about}
    assert told["拨付批次"] == batch.number
    assert told["明细 SHA-256"] == batch.digest
    assert batch.made_by_name in told["导出"]
    assert batch.checked_by_name in told["复核放行"]
    assert len(till.deeds("help.take_out_batch")) == 1
    assert len(till.deeds("help.take_out_account")) == 2
    assert "您的收款账户（银行文件）" in till.desk.member.get(f"/help/{newest}").text


def test_a_file_is_taken_out_again_only_for_a_reason_and_the_page_says_so(till):
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    page = f"{PATH}/batches/{batch_id}"
    assert "银行文件尚未导出" in till.cashier.get(page).text
    with closing(take_out(till, batch_id)) as answer:
        assert answer.status_code == 200
    (taken,) = till.deeds("help.take_out_batch")
    assert f"<li>{taken.actor_name} · " in till.second.get(page).text
    refused = take_out(till, batch_id)
    assert refused.status_code == 422
    assert "请说明再次导出的原因" in refused.text
    assert len(till.deeds("help.take_out_batch")) == 1
    with closing(till.post(f"batches/{batch_id}/file", take_out_reason="原文件已损坏")) as again:
        assert again.status_code == 200
    assert "原文件已损坏" in till.second.get(page).text
    assert len(till.deeds("help.take_out_batch")) == 2
    assert till.answer(batch_id, [till.row(case_id)]).status_code == 302
    over = till.post(f"batches/{batch_id}/file", take_out_reason="再看一下")
    assert over.status_code == 409
    assert "不再提供银行文件" in over.text
    assert "再次导出银行文件" not in till.cashier.get(page).text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "－"])
def test_a_name_that_begins_like_a_formula_is_refused_at_its_field(till, sign):
    till.another_member()
    case_id = till.granted()
    for field in ("bank_name", "account_holder"):
        refused = till.tell(case_id, holder_reason="家人代收", **{field: f"{sign}海城银行"})
        assert refused.status_code == 422
        assert "不能以 =、+、-、@ 开头" in refused.text
        assert f'value="{sign}海城银行"' in refused.text


def test_no_cell_of_the_file_is_a_formula_and_amounts_have_two_decimals(till):
    till.another_member()
    case_id, person = till.granted(), till.desk.person
    member = Actor(person.account_id, person.member_id, person.name)
    with scope(Plane.MEMBER, zone=till.desk.zone, actor=member):
        tell_account(member, case_id, Payee('=HYPERLINK("http://x","y")', CARD, "+cmd|calc", "家人代收"))
        db.session.commit()
    with closing(take_out(till, till.released(case_id))) as answer, zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/sheet" in name]
        styles = book.read("xl/styles.xml")
    assert b'formatCode="0.00"' in styles
    assert all(b"<f>" not in sheet for sheet in sheets)


def test_a_changed_line_is_found_before_the_file_is_written(till):
    """What nobody at the desk can do, somebody with the database could: the digest tells."""
    case_id = till.told_and_granted()
    batch_id = till.released(case_id)
    with scope(Plane.WORKER, zone=till.desk.zone):
        db.session.execute(update(PaymentOrder).values(amount_cents=1))
        db.session.commit()
    assert take_out(till, batch_id).status_code == 409


@pytest.mark.parametrize("who", ["handler", "member"])
def test_only_who_pays_sees_batches(till, who):
    batch_id, client = till.batched(till.told_and_granted()), getattr(till.desk, who)
    for path in ("batches", f"batches/{batch_id}"):
        assert client.get(f"{PATH}/{path}").status_code in (302, 403, 404)
    for deed in ("release", "dissolve", "file", "return"):
        assert client.post(f"{PATH}/batches/{batch_id}/{deed}").status_code in (302, 400, 403, 404)


def test_another_zones_batches_are_nobodys(till, world):
    batch_id, other = till.batched(till.told_and_granted()), world.zone()
    stranger = world.client(other, world.staff(other, "cashier"))
    assert stranger.get(f"{PATH}/batches/{batch_id}").status_code == 404
    form = {"csrf_token": token(stranger, PATH), "_seen": "made"}
    assert stranger.post(f"{PATH}/batches/{batch_id}/release", data=form).status_code == 404
