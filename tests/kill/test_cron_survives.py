"""A scheduler that is killed again and again emits every slot it lives in once, and goes on."""

import pytest

from tests.kill.house import House, wait_until

pytestmark = pytest.mark.kill
DEATHS = 4


def _slots(house: House) -> list[str]:
    """The slots emitted for the zone, oldest first."""
    with house.owner() as connection:
        found = connection.execute(
            "SELECT e.dedupe_key FROM outbox_events e JOIN zones z ON z.id = e.zone_id "
            "WHERE e.kind = 'testing.tick' AND z.slug = 'ticking' ORDER BY e.id"
        ).fetchall()
    return [key for (key,) in found]


def test_a_killed_scheduler_goes_on_and_no_slot_comes_twice(house: House) -> None:
    with house.app.app_context():
        house.world.zone("ticking")
    house.ensure("relay", "relay")
    house.ensure("ticker", "worker")
    house.ensure("cron", "cron")
    for _ in range(DEATHS):
        before = len(_slots(house))
        wait_until(lambda before=before: len(_slots(house)) > before, "a new slot is emitted")
        house.kill("cron")
        house.start("cron", "cron")
    house.start("second-cron", "cron")
    before = len(_slots(house))
    wait_until(lambda: len(_slots(house)) >= before + 3, "two schedulers go on beside each other")
    slots = _slots(house)
    assert len(slots) > DEATHS
    assert len(set(slots)) == len(slots)
    wait_until(
        lambda: house.scalar("SELECT count(*) FROM outbox_events WHERE kind = 'testing.tick' AND state = 'done'") > DEATHS,
        "what was emitted is done",
    )  # fmt: skip
