from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import time_machine

from app.core.clock import now, today_in_china
from tenants import ids
from tenants.ids import uuid7, uuid7s


def test_ids_of_one_process_rise_strictly_and_are_version_7():
    made = [uuid7() for _ in range(20_000)] + uuid7s(20_000) + [uuid7()]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_ids_made_by_several_threads_never_repeat():
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [uuid7() for _ in range(1_000)] + uuid7s(1_000), range(8)))
    assert len({one for batch in batches for one in batch}) == 16_000
    assert all(batch == sorted(batch) for batch in batches)


def test_ids_hold_the_time_they_were_made_at(monkeypatch):
    monkeypatch.setattr(ids, "_last", 0)  # a test that travelled may have made some in the future, and ids only rise
    milliseconds = uuid7().int >> 80
    assert abs(datetime.fromtimestamp(milliseconds / 1000, UTC) - now()) < timedelta(seconds=5)


def test_now_is_aware_and_in_utc():
    assert now().utcoffset() == timedelta(0)


@time_machine.travel(datetime(2026, 3, 31, 16, 0, tzinfo=UTC), tick=False)
def test_the_day_begins_in_china_eight_hours_before_utc():
    assert now().date() == date(2026, 3, 31)
    assert today_in_china() == date(2026, 4, 1)


@time_machine.travel(datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC), tick=False)
def test_the_last_second_of_the_day_in_china_is_still_that_day():
    assert today_in_china() == date(2026, 3, 31)
