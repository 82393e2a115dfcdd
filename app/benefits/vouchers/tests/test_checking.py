"""What is broken behind the database's back is found and named."""

import pytest

from app.benefits.checks import check_ledgers, count_alarms
from app.benefits.vouchers.checking import faults
from tenants.database import db
from tests.contracts.planting import connect_as_owner, planting

BREAKS = {
    "batches that gave more than their stock": "UPDATE voucher_batches SET stock = 0 WHERE zone_id = %s",
    "batches that miscount what they gave": "UPDATE voucher_batches SET taken = taken - 1 WHERE zone_id = %s",
    "vouchers that do not stand where their history ends": "UPDATE vouchers SET state = 'void' WHERE zone_id = %s",
    "vouchers with gaps in their history": "DELETE FROM voucher_events WHERE version = 1 AND zone_id = %s",
    "vouchers redeemed twice": "UPDATE voucher_events SET action = 'redeem' WHERE zone_id = %s",
    "vouchers in a shop that does not take them": "UPDATE vouchers SET shop_id = gen_random_uuid() WHERE zone_id = %s",
    "vouchers without the code they were given with": "DELETE FROM voucher_codes WHERE voucher_id IS NOT NULL AND zone_id = %s",
}


@pytest.mark.parametrize("rule", BREAKS)
def test_each_rule_finds_what_breaks_it_and_nothing_before(market, settings, rule):
    market.redeem(market.one(kind="ticket_code", codes=("A1", "B2")))
    with market.staff():
        assert faults() == {}
    with connect_as_owner(settings.database_owner_url) as owner, planting(owner):
        owner.execute(BREAKS[rule], [market.zone.id])  # type: ignore[arg-type]
    with market.staff():
        assert faults()[rule] >= 1


def test_the_command_and_the_job_say_what_is_broken(market, settings, app, world):
    market.redeem(market.one())
    run = app.test_cli_runner().invoke
    assert run(args=["vouchers", "verify", "--zone", market.zone.slug]).output == f"{market.zone.slug}: whole\n"
    with connect_as_owner(settings.database_owner_url) as owner, planting(owner):
        owner.execute("DELETE FROM voucher_events WHERE version = 1 AND zone_id = %s", [market.zone.id])
    broken = run(args=["vouchers", "verify", "--zone", market.zone.slug])
    assert broken.exit_code == 1
    assert "gaps in their history" in broken.output
    with market.work():
        check_ledgers()
        db.session.commit()
    with market.staff():
        assert count_alarms() == 1
