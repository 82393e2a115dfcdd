"""The calendar, files for calendars, the clock, and pages that change at the second a campaign opens."""

import time
from datetime import date, datetime, timedelta

import time_machine
from icalendar import Calendar

from app.core.clock import CHINA, now
from app.modules.events.states import CANCEL, STOP, SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON
from app.site.cached_pages.tests.conftest import is_from_cache


def test_a_month_shows_what_opens_and_closes_in_it_and_what_runs_through_it(fair):
    with time_machine.travel(datetime(2027, 1, 20, 9, tzinfo=CHINA)):
        fair.announced(title="迎春抢票", opens_at=datetime(2027, 1, 31, 23, 30, tzinfo=CHINA),
                       closes_at=datetime(2027, 3, 2, 12, tzinfo=CHINA), batch_id=fair.approved(stock=1, expires_on=date(2027, 6, 1)))  # fmt: skip
        client = fair.world.client(fair.zone)
        january, february, march = (client.get(f"/events/calendar?month=2027-0{month}").text for month in (1, 2, 3))
        assert "2027-01-31" in january
        assert "23:30 开始" in january
        assert "整月进行" in february
        assert "迎春抢票" in february
        assert "12:00 结束" in march
        assert "迎春抢票" not in client.get("/events/calendar?month=2027-04").text
        for nonsense in ("2027-99", "9999-12", "0001-01"):
            assert "2027-01" in client.get(f"/events/calendar?month={nonsense}").text


def test_a_campaign_goes_into_a_calendar_by_its_own_times(fair):
    campaign_id = fair.announced()
    found = fair.campaign(campaign_id)
    for path in (f"/events/{campaign_id}/calendar.ics", "/events/calendar.ics"):
        answer = fair.world.client(fair.zone).get(path)
        assert answer.mimetype == "text/calendar"
        event = Calendar.from_ical(answer.text).walk("VEVENT")[0]
        assert (event.decoded("dtstart"), str(event["summary"])) == (found.opens_at.replace(microsecond=0), found.title)
        assert str(campaign_id) in str(event["description"])


def test_a_draft_is_in_no_calendar(fair):
    campaign_id = fair.drafted_campaign()
    client = fair.world.client(fair.zone)
    assert client.get(f"/events/{campaign_id}/calendar.ics").status_code == 404
    assert "VEVENT" not in client.get("/events/calendar.ics").text


def test_the_clock_says_the_servers_time(fair):
    with time_machine.travel(moment := now().replace(microsecond=0), tick=False):
        assert fair.world.client(fair.zone).get("/events/clock").json == {"now": int(moment.timestamp() * 1000)}


def test_a_page_from_memory_says_open_at_the_second_it_opens(fair):
    """It is kept for ten seconds otherwise; who waits for a first-come campaign would be that late."""
    campaign_id = fair.announced(opens_at=(opens_at := now() + timedelta(seconds=2)), closes_at=now() + A_DAY)
    client, path = fair.world.client(fair.zone), f"/events/{campaign_id}"
    assert "data-countdown" in client.get(path).text
    assert is_from_cache(client.get(path))
    time.sleep(max((opens_at - now()).total_seconds(), 0) + 0.1)
    page = client.get(path)
    assert is_from_cache(page)
    assert "立即领取" in page.text
    assert "data-countdown" not in page.text


def test_nobody_is_invited_to_what_was_cancelled_or_is_over(fair):
    """No countdown, no file for calendars, no picture to send on."""
    coming, over, stopped = fair.announced(), fair.announced(), fair.announced()
    client = fair.world.client(fair.zone)

    def offered(campaign_id) -> list[str]:
        page = client.get(f"/events/{campaign_id}").text
        return [each for each in ("data-countdown", "calendar.ics", f"{campaign_id}/share") if each in page]

    assert offered(coming) == ["data-countdown", "calendar.ics", f"{coming}/share"]
    fair.step(coming, CANCEL)
    assert "已取消" in client.get(f"/events/{coming}").text
    assert offered(coming) == []
    with time_machine.travel(now() + SOON, tick=False):
        fair.tick()
        assert offered(stopped) == ["calendar.ics", f"{stopped}/share"]
        fair.step(stopped, STOP)
        assert offered(stopped) == []
    with time_machine.travel(now() + SOON + A_DAY, tick=False):
        assert offered(over) == []


def test_reviewers_find_what_waits_for_them(fair):
    waiting, draft = (
        fair.drafted_campaign(fair.content(title="等待审核")),
        fair.drafted_campaign(fair.content(title="还是草稿")),
    )
    fair.step(waiting, SUBMIT)
    reviewer = fair.world.client(fair.zone, fair.world.staff(fair.zone, "approver"))
    page = reviewer.get("/console/events/to-review").text
    assert f"/console/events/{waiting}/review" in page
    assert str(draft) not in page
    assert "/console/events/to-review" in reviewer.get("/console/").text


def test_a_poster_leads_to_the_campaign_once_it_is_announced(fair):
    staff = fair.world.client(fair.zone, fair.world.staff(fair.zone, "zone_admin"))
    page = staff.get(f"/console/events/{(announced := fair.announced())}/poster").text
    assert f"http://{fair.zone.host}/events/{announced}" in page
    assert "data:image/svg+xml" in page
    assert staff.get(f"/console/events/{fair.drafted_campaign()}/poster").status_code == 404
