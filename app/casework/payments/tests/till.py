"""Who pays at a desk of help, and how they and the members use the pages."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.casework.models import Case
from app.casework.payments.ledger import Books, books
from app.casework.payments.models import PaymentBatch, PaymentLine, PaymentOrder, ReturnedPayment
from app.casework.payments.payee import Payee
from app.casework.payments.queries import list_lines
from app.casework.public_notice.models import Listing, Notice
from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.core.sheets import write_sheet
from app.modules.help.tests.desk import Desk
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Browser

CARD = "6222020200112233446"
"""A number as UnionPay's cards have it, of no bank."""
ACCOUNT = {"account_holder": "林海燕", "bank_name": "海城银行霞山支行", "account_number": "6222 0202 0011 2233 446"}
PATH = "/console/help/payments"
RETURN_HEADINGS = ["拨付批次", "拨付单号", "金额（元）", "账号", "结果", "原因", "拨付日期", "银行流水号"]


@dataclass
class Till:
    """A desk with two cashiers."""

    desk: Desk
    cashier: Browser
    second: Browser

    def granted(self, amount: str = "500") -> UUID:
        """A case that was granted an amount in yuan, of at most ¥800 of the ¥900 asked for."""
        case_id = self.desk.recommended()
        done = self.desk.step(self.desk.admin, case_id, "approve", amount_granted=amount)
        assert done.status_code == 302, done.text
        clear(self.desk.zone, case_id)
        return case_id

    def another_member(self) -> None:
        world, desk = self.desk.world, self.desk
        desk.person = world.member(desk.zone, "林海燕")
        desk.member = world.client(desk.zone, desk.person)

    def tell(self, case_id: UUID, client: Browser | None = None, **typed: Any) -> TestResponse:
        """The member tells the account, with the mark their page shows."""
        client, path = client or self.desk.member, f"/help/{case_id}"
        page = client.get(f"{path}/account", follow_redirects=True).text
        seen = typed.pop("seen", page.partition('name="_seen" value="')[2].partition('"')[0])
        form = {"csrf_token": csrf_token(client), "_seen": seen, **ACCOUNT, **typed}
        return client.post(f"{path}/account", data=form)

    def orders(self, case_id: UUID) -> list[PaymentOrder]:
        with scope(Plane.WORKER, zone=self.desk.zone):
            statement = select(PaymentOrder).where(PaymentOrder.case_id == case_id).order_by(PaymentOrder.number)
            return list(db.session.execute(statement).scalars())

    def order(self, case_id: UUID) -> PaymentOrder:
        (order,) = self.orders(case_id)
        return order

    def batched(self, *case_ids: UUID, client: Browser | None = None) -> UUID:
        """A batch of the payments of these cases, made by a cashier."""
        batch_id = uuid7()
        chosen = [str(order.id) for case_id in case_ids for order in self.orders(case_id) if order.state == "due"]
        made = self.post("batches", client, id=chosen, _once=str(batch_id))
        assert made.status_code == 302, made.text
        return batch_id

    def released(self, *case_ids: UUID) -> UUID:
        """The same, released by the second cashier."""
        batch_id = self.batched(*case_ids)
        released = self.post(f"batches/{batch_id}/release", self.second, _seen="made")
        assert released.status_code == 302, released.text
        return batch_id

    def told_and_granted(self, amount: str = "500") -> UUID:
        """A case that was granted an amount, of another member each time, with the account told."""
        self.another_member()
        case_id = self.granted(amount)
        assert self.tell(case_id).status_code == 302
        return case_id

    def answer(
        self,
        batch_id: UUID | None,
        rows: list[list[object]],
        client: Browser | None = None,
        headings: list[str] | None = None,
    ) -> TestResponse:
        """Send the bank's file with these rows, on the page of a batch or of all."""
        client, target = client or self.cashier, io.BytesIO()
        write_sheet(target, headings or RETURN_HEADINGS, rows)
        form = {"csrf_token": csrf_token(client), "return_file": (io.BytesIO(target.getvalue()), "回单.xlsx")}
        path = f"{PATH}/batches/{batch_id}/return" if batch_id else f"{PATH}/batches/return"
        return client.post(path, data=form, content_type="multipart/form-data")

    def row(self, case_id: UUID, result: str = "成功", **more: object) -> list[object]:
        """A row of the bank's file about the first payment of a case, in the newest batch of the case."""
        order = self.orders(case_id)[0]
        cells = {"拨付批次": self.newest_batch(case_id), "拨付单号": order.number, "金额（元）": order.amount_cents / 100, "账号": CARD, "结果": result,
                 "原因": "户名不符" if result == "失败" else "", "拨付日期": "", "银行流水号": "", **more}  # fmt: skip
        return [cells[heading] for heading in RETURN_HEADINGS]

    def newest_batch(self, case_id: UUID) -> str:
        with scope(Plane.WORKER, zone=self.desk.zone):
            batches = select(PaymentBatch.number).join(PaymentLine, PaymentLine.batch_id == PaymentBatch.id)
            newest = batches.where(PaymentLine.case_id == case_id).order_by(PaymentLine.id.desc()).limit(1)
            return db.session.execute(newest).scalar_one()

    def attempt(self, case_id: UUID) -> str:
        """The id of the newest attempt to pay a case."""
        with scope(Plane.WORKER, zone=self.desk.zone):
            newest = select(PaymentLine.id).where(PaymentLine.case_id == case_id).order_by(PaymentLine.id.desc())
            return str(db.session.scalars(newest.limit(1)).one())

    def paid(self) -> UUID:
        """A case that was granted something and paid."""
        case_id = self.told_and_granted()
        assert self.answer(self.released(case_id), [self.row(case_id)]).status_code == 302
        return case_id

    def renew(self, order_id: UUID, **more: Any) -> TestResponse:
        """Pay again what the bank refused, to the account that the page shows."""
        page = self.cashier.get(f"{PATH}/{order_id}").text
        account = page.partition('name="account" value="')[2].partition('"')[0]
        return self.post(f"{order_id}/renew", **{"_seen": "failed", "account": account, **more})

    def note_returned(self, case_id: UUID, client: Browser | None = None, **more: Any) -> TestResponse:
        """Note that the newest attempt to pay a case came back."""
        told = {"attempt": self.attempt(case_id), "returned_on": str(today_in_china()), "return_reference": "退票001",
                "return_reason": "账户已销户", **more}  # fmt: skip
        return self.post(f"{self.order(case_id).id}/returned", client, **told)

    def check_returned(self, case_id: UUID, client: Browser | None = None, deed: str = "confirm") -> TestResponse:
        """Confirm or discard the newest note that money came back, as the second cashier does."""
        with scope(Plane.WORKER, zone=self.desk.zone):
            notes = select(ReturnedPayment.id).where(ReturnedPayment.case_id == case_id)
            noted = db.session.scalars(notes.order_by(ReturnedPayment.id.desc()).limit(1)).one()
        return self.post(f"{self.order(case_id).id}/returned/{deed}", client or self.second, noted=str(noted))

    def lines(self, batch_id: UUID) -> list[PaymentLine]:
        with scope(Plane.WORKER, zone=self.desk.zone):
            statement = select(PaymentLine).where(PaymentLine.batch_id == batch_id).order_by(PaymentLine.id)
            return list(db.session.execute(statement).scalars())

    def accounts(self, batch_id: UUID) -> list[Payee]:
        """The accounts that a batch goes to."""
        with scope(Plane.WORKER, zone=self.desk.zone):
            return [line.payee for line in list_lines(batch_id)]

    def batch(self, batch_id: UUID) -> PaymentBatch:
        with scope(Plane.WORKER, zone=self.desk.zone):
            return db.session.execute(select(PaymentBatch).where(PaymentBatch.id == batch_id)).scalar_one()

    def books(self) -> Books:
        with scope(Plane.STAFF, zone=self.desk.zone):
            return books("help")

    def deeds(self, action: str) -> list[AuditEntry]:
        with scope(Plane.STAFF, zone=self.desk.zone):
            return list(db.session.execute(select(AuditEntry).where(AuditEntry.action == action)).scalars())

    def post(self, path: str, client: Browser | None = None, **form: Any) -> TestResponse:
        """Send a form of the payment desk from its list."""
        client = client or self.cashier
        return client.post(f"{PATH}/{path}", data={"csrf_token": csrf_token(client), **form})


def clear(zone: ZoneFacts, case_id: UUID) -> None:
    """The public notice of a grant has ended, and nobody objected."""
    notice_id, yesterday = uuid7(), today_in_china() - timedelta(days=1)
    with scope(Plane.WORKER, zone=zone):
        case = db.session.get_one(Case, (zone.id, case_id))
        db.session.add(Notice(id=notice_id, module=case.module, title="拟救助名单公示", days=5, drafted_by=uuid7(),
                              drafted_by_name="甲", published_by=uuid7(), published_by_name="乙",
                              published_at=now() - timedelta(days=9), ends_on=yesterday, shown_until=yesterday))  # fmt: skip
        db.session.flush()
        db.session.add(Listing(id=uuid7(), case_id=case_id, member_id=case.member_id, notice_id=notice_id))
        db.session.commit()


def make_till(desk: Desk) -> Till:
    cashiers = [desk.world.staff(desk.zone, "cashier") for _ in range(2)]
    return Till(desk, *(desk.world.client(desk.zone, each) for each in cashiers))
