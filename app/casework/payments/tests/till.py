"""Who pays at a desk of help, and how they and the members use the pages."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.casework.payments.models import PaymentOrder
from app.modules.help.tests.desk import Desk, token
from tenants.context import Plane, scope
from tenants.database import db

CARD = "6222020200112233446"
"""A number as UnionPay's cards have it, of no bank."""
ACCOUNT = {"account_holder": "林海燕", "bank_name": "海城银行霞山支行", "account_number": "6222 0202 0011 2233 446"}
PATH = "/console/help/payments"


@dataclass
class Till:
    """A desk with two cashiers."""

    desk: Desk
    cashier: FlaskClient
    second: FlaskClient

    def granted(self, amount: str = "500") -> UUID:
        """A case that was granted an amount in yuan, of at most ¥800 of the ¥900 asked for."""
        case_id = self.desk.recommended()
        done = self.desk.step(self.desk.admin, case_id, "approve", amount_granted=amount)
        assert done.status_code == 302, done.text
        return case_id

    def another_member(self) -> None:
        world, desk = self.desk.world, self.desk
        desk.person = world.member(desk.zone, "林海燕")
        desk.member = world.client(desk.zone, desk.person)

    def tell(self, case_id: UUID, client: FlaskClient | None = None, **typed: Any) -> TestResponse:
        """The member tells the account, with the mark their page shows."""
        client, path = client or self.desk.member, f"/help/{case_id}"
        page = client.get(path).text
        seen = typed.pop("seen", page.partition('name="_seen" value="')[2].partition('"')[0])
        form = {"csrf_token": token(client, path), "_seen": seen, **ACCOUNT, **typed}
        return client.post(f"{path}/account", data=form)

    def orders(self, case_id: UUID) -> list[PaymentOrder]:
        with scope(Plane.WORKER, zone=self.desk.zone):
            statement = select(PaymentOrder).where(PaymentOrder.case_id == case_id).order_by(PaymentOrder.number)
            return list(db.session.execute(statement).scalars())

    def order(self, case_id: UUID) -> PaymentOrder:
        (order,) = self.orders(case_id)
        return order

    def post(self, path: str, client: FlaskClient | None = None, **form: Any) -> TestResponse:
        """Send a form of the payment desk from its list."""
        client = client or self.cashier
        return client.post(f"{PATH}/{path}", data={"csrf_token": token(client, PATH), **form})


def make_till(desk: Desk) -> Till:
    cashiers = [desk.world.staff(desk.zone, "cashier") for _ in range(2)]
    return Till(desk, *(desk.world.client(desk.zone, each) for each in cashiers))
