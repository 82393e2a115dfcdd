"""A ledger that is not whole is an alarm: in the log, on every page of the console, and on the trial balance."""

import pytest
from structlog.testing import capture_logs

from app.benefits import checks
from app.benefits.beans import checking
from app.benefits.beans.tests.books import budget_with
from app.benefits.beans.words import FAULTS
from tenants.context import Plane, scope
from tenants.database import db
from tests.contracts.planting import connect_as_owner

BALANCE = "/console/benefits/ledger/balance"


@pytest.fixture
def zone(world):
    zone = world.zone()
    with scope(Plane.WORKER, zone=zone):
        budget_with(100)
        db.session.commit()
    return zone


def check(zone) -> list[dict]:
    with scope(Plane.WORKER, zone=zone), capture_logs() as logs:
        checks.check_ledgers()
        db.session.commit()
    return [dict(entry) for entry in logs if entry["event"] == "ledger-not-whole"]


def alarms(zone) -> int:
    with scope(Plane.STAFF, zone=zone):
        return checks.count_alarms()


def test_what_is_not_whole_is_told_until_it_is_whole_again(world, zone, settings):
    other, client = world.zone(), world.client(zone, world.staff(zone, "approver"))
    assert "尚未核对" in client.get(BALANCE).text
    assert check(zone) == []
    assert "账目平衡" in client.get(BALANCE).text
    for by, count in ((1, 1), (-1, 0)):
        with connect_as_owner(settings.database_owner_url) as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute(
                "UPDATE bean_accounts SET balance = balance + %s WHERE kind = 'budget' AND zone_id = %s", [by, zone.id]
            )
        told = check(zone)
        assert len(told) == count
        assert alarms(zone) == count
        assert alarms(other) == 0
        page, desk = client.get(BALANCE).text, client.get("/console/").text
        assert ("账目不平" in page) is bool(count)
        assert ('desk-menu__badge">1' in desk) is bool(count)
    assert check(zone) == []


def test_every_fault_there_is_has_words():
    assert set(FAULTS) == set(checking._rules())
