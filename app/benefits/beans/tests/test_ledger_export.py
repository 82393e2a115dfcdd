"""The ledger is taken away entry by entry, the same as a workbook and as CSV, and no text in it is a formula."""

import csv
from io import BytesIO, StringIO

import pytest

from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.tests.books import CLERK, budget_with
from app.core.sheets import read_sheet
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import csrf_token

EXPORT = "/console/benefits/ledger/export"


@pytest.fixture
def zone(world):
    zone = world.zone()
    with scope(Plane.WORKER, zone=zone):
        budget = budget_with(100)
        post(CLERK, TransactionKind.WITHDRAW, "back", [Move(30, budget.id)], reason="=1+1")
        db.session.commit()
    return zone


def taken(client, form: str, **chosen) -> bytes:
    with client.post(f"{EXPORT}/{form}", data={"csrf_token": csrf_token(client), **chosen}) as answer:
        assert answer.status_code == 200
        return answer.data


def rows_of_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig"))))


def test_csv_and_workbook_hold_the_same_entries(zone, world):
    client = world.client(zone, world.staff(zone, "approver"))
    _head, *rows = rows_of_csv(taken(client, "csv"))
    assert sorted(int(row[4]) for row in rows) == [-100, -30, 30, 100]
    sheet = read_sheet(BytesIO(taken(client, "xlsx")), "a.xlsx")
    assert [str(row[4]) for _line, row in sheet.rows] == [row[4] for row in rows]
    assert [row[6] for row in rows].count("'=1+1") == 2


def test_what_was_chosen_alone_is_exported(zone, world):
    client = world.client(zone, world.staff(zone, "approver"))
    assert len(rows_of_csv(taken(client, "csv", kind="withdraw"))) == 3
    other = world.zone()
    assert len(rows_of_csv(taken(world.client(other, world.staff(other)), "csv"))) == 1
