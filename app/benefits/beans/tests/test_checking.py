"""The checker finds what it is there for: each rule is broken as only the database's superuser can."""

import json

import pytest

from app.benefits.beans import purse
from app.benefits.beans.checking import faults
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.tests.books import CATEGORY, CLERK, budget_with, lot_of
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.contracts.planting import connect_as_owner

BREAKS = {
    "balances that are not the sum of their entries": "UPDATE bean_accounts SET balance = balance + 1 WHERE kind = 'member' AND zone_id = %s",
    "budgets that do not come to zero": "UPDATE bean_accounts SET balance = balance + 1 WHERE kind = 'member' AND zone_id = %s",
    "balances on the wrong side of zero": "UPDATE bean_accounts SET balance = -balance WHERE kind = 'member' AND zone_id = %s",
    "transactions that do not come to zero": "UPDATE bean_entries SET amount = amount + 1 WHERE amount > 0 AND zone_id = %s",
    "transactions without entries": "DELETE FROM bean_entries WHERE zone_id = %s",
    "members whose holds are not what is held": "UPDATE bean_holds SET amount = amount + 1 WHERE zone_id = %s",
}


@pytest.fixture
def zone(world):
    zone, who = world.zone(), uuid7()
    with scope(Plane.WORKER, zone=zone):
        budget = budget_with(100)
        lot = lot_of(budget)
        post(CLERK, TransactionKind.ISSUE, "issue:1", [Move(40, budget.id, lot.id, who)])
        purse.hold(CLERK, uuid7(), who, 15, CATEGORY, "test")
        db.session.commit()
    return zone


def test_a_whole_ledger_has_no_faults(zone):
    with scope(Plane.WORKER, zone=zone):
        assert faults() == {}


@pytest.mark.parametrize("rule", BREAKS)
def test_each_fault_is_found(zone, settings, rule):
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("ALTER TABLE bean_accounts DROP CONSTRAINT bean_accounts_balance")
        owner.execute(BREAKS[rule], [zone.id])  # type: ignore[arg-type]
        owner.execute(
            "ALTER TABLE bean_accounts ADD CONSTRAINT bean_accounts_balance CHECK "
            "(CASE WHEN kind = 'funding' THEN balance <= 0 ELSE balance >= 0 END) NOT VALID"
        )
    with scope(Plane.WORKER, zone=zone):
        assert faults()[rule] >= 1


def test_the_command_says_which_zones_ledger_is_not_whole(app, zone, settings, world):
    other = world.zone()
    run = app.test_cli_runner().invoke
    assert run(args=["ledger", "verify", "--zone", zone.slug]).output == f"{zone.slug}: whole\n"
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("DELETE FROM bean_entries WHERE zone_id = %s", [zone.id])
    broken = run(args=["ledger", "verify", "--json"])
    assert broken.exit_code == 1
    found = json.loads(broken.output)
    assert found[zone.slug]
    assert not found[other.slug]
    assert run(args=["ledger", "verify", "--zone", "no-such-zone"]).exit_code == 2
