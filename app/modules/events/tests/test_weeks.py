"""Campaign weeks, hosts, writing a campaign like another one, and the list of who takes part."""

import json
import re
from contextlib import closing
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from sqlalchemy.exc import DBAPIError

from app.core.clock import CHINA, now, today_in_china
from app.core.sheets import read_sheet
from app.members.audience.choice import Audience
from app.modules.events.copying import copy_campaign
from app.modules.events.entering import enter
from app.modules.events.kinds import KINDS
from app.modules.events.models import Campaign
from app.modules.events.tests.examples import make_examples
from app.modules.events.tests.fair import A_DAY, SOON
from app.modules.events.weeks.occurring import Days, Every, between, coming
from app.modules.events.weeks.operations import Written, announce_week, end_week, write_week
from app.modules.events.weeks.queries import find_week, next_days
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import send

DESK = "/console/events"


def week_of(fair, first: date, last: date, every: Every = Every.MONTH):
    with fair.staff():
        made = write_week(uuid7(), Written("会员周", "每月一次", first, last, every))
        announce_week(made.id, seen=made.mark)
        db.session.commit()
        return made.id


@pytest.mark.parametrize(
    ("every", "on", "first", "last"),
    [
        (Every.ONCE, date(2026, 1, 30), date(2026, 1, 30), date(2026, 2, 1)),
        (Every.ONCE, date(2026, 2, 2), None, None),
        (Every.WEEK, date(2026, 2, 2), date(2026, 2, 6), date(2026, 2, 8)),
        (Every.MONTH, date(2026, 2, 2), date(2026, 2, 28), date(2026, 3, 2)),
        (Every.MONTH, date(2026, 3, 2), date(2026, 2, 28), date(2026, 3, 2)),
        (Every.MONTH, date(2026, 3, 3), date(2026, 3, 30), date(2026, 4, 1)),
        (Every.YEAR, date(2026, 2, 2), date(2027, 1, 30), date(2027, 2, 1)),
    ],
)
def test_a_day_falls_into_the_days_that_run_or_come_next(every, on, first, last):
    found = coming(Days(date(2026, 1, 30), date(2026, 2, 1)), every, on)
    assert found == (Days(first, last) if first else None)


def test_a_month_holds_each_of_its_weeks_and_none_after_it_ended():
    days = Days(date(2026, 3, 2), date(2026, 3, 3))
    assert len(between(days, Every.WEEK, date(2026, 3, 1), date(2026, 3, 31))) == 5
    assert len(between(days, Every.WEEK, date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 10))) == 2


def test_a_week_stands_above_all_campaigns_with_its_own(fair, world):
    today = today_in_china()
    week_id = week_of(fair, today, today + timedelta(days=3))
    fair.announced(week_id=week_id)
    visitor = world.client(fair.zone)
    assert "会员周" in visitor.get("/events/").text
    page = visitor.get(f"/events/weeks/{week_id}").text
    assert "六一观影抢票" in page
    assert "会员周" in visitor.get("/events/calendar").text
    with fair.staff():
        end_week(week_id, seen="2")
        db.session.commit()
    with fair.staff(), time_machine.travel(now() + 4 * A_DAY):
        assert next_days(find_week(week_id)) is None


def test_a_week_that_is_prepared_is_seen_by_staff_alone(fair, world):
    with fair.staff():
        draft = write_week(uuid7(), Written("工惠日", "", today_in_china(), today_in_china(), Every.MONTH))
        db.session.commit()
    visitor, desk = world.client(fair.zone), world.client(fair.zone, world.staff(fair.zone))
    assert "工惠日" not in visitor.get("/events/").text
    assert visitor.get(f"/events/weeks/{draft.id}").status_code == 404
    assert send(desk, f"{DESK}/weeks/{draft.id}/edit", title="工惠日").status_code == 303
    page = desk.get(f"{DESK}/weeks/{draft.id}/edit").text
    assert f"{DESK}/weeks/{draft.id}/announce" in page


def test_a_week_with_days_that_do_not_fit_says_so_and_keeps_what_was_typed(fair, world):
    desk = world.client(fair.zone, world.staff(fair.zone))
    answer = send(desk, f"{DESK}/weeks/new", title="工惠日", first_on="2026-12-01", last_on="2026-12-09", every="week")
    assert answer.status_code == 422
    assert "7" in answer.text
    assert 'value="工惠日"' in answer.text
    answer = send(desk, f"{DESK}/weeks/new", title="工惠日", first_on="9999-12-31", last_on="9999-12-31", every="week")
    assert answer.status_code == 422
    assert 'id="error-first_on"' in answer.text
    assert (
        send(
            desk, f"{DESK}/weeks/new", title="工惠日", first_on="2026-12-01", last_on="2026-12-01", every="week"
        ).status_code
        == 303
    )
    assert "工惠日" in desk.get(f"{DESK}/weeks/").text


def test_the_hosts_are_named_and_stay_as_they_were_announced(fair, world):
    hosts = [{"role": "organiser", "name": "海滨新区总工会"}, {"role": "host", "name": "海城市总工会"}]
    campaign_id = fair.announced(hosts=hosts)
    page = world.client(fair.zone).get(f"/events/{campaign_id}").text
    assert page.index("海城市总工会") < page.index("海滨新区总工会")
    with fair.staff():
        db.session.get_one(Campaign, (fair.zone.id, campaign_id)).hosts = []
        with pytest.raises(DBAPIError, match="is frozen"):
            db.session.flush()


def test_a_host_typed_into_the_form_is_kept(fair, world):
    desk = world.client(fair.zone, world.staff(fair.zone))
    campaign_id = fair.drafted_campaign()
    path = f"{DESK}/{campaign_id}/edit"
    assert send(desk, path, **{"hosts-0-role": "partner"}).status_code == 422
    assert send(desk, path, **{"hosts-0-role": "partner", "hosts-0-name": "市文化宫"}).status_code == 303
    assert fair.campaign(campaign_id).hosts == [{"role": "partner", "name": "市文化宫"}]


def test_one_like_it_comes_in_the_next_week_at_the_same_time_of_the_day(fair):
    first = today_in_china() + timedelta(days=1)
    week_id = week_of(fair, first, first + timedelta(days=1), Every.WEEK)
    opens_at = now().astimezone(CHINA).replace(hour=9, minute=0, second=0, microsecond=0) + A_DAY
    like = fair.announced(opens_at=opens_at, week_id=week_id, hosts=[{"role": "host", "name": "市总"}])
    copy_id = uuid7()
    with fair.staff():
        for _ in range(2):
            copy_campaign(fair.maker, like, copy_id)
        db.session.commit()
    copied, before = fair.campaign(copy_id), fair.campaign(like)
    assert copied.opens_at == before.opens_at + timedelta(weeks=1)
    assert copied.state == "draft"
    kept = ("title", "rules_html", "hosts", "week_id", "settings", "audience")
    assert {name: getattr(copied, name) for name in kept} == {name: getattr(before, name) for name in kept}


def test_one_like_a_campaign_of_any_kind_has_its_times_as_much_later(fair, world):
    make_examples(world, fair.zone, world.member(fair.zone))
    with fair.staff():
        campaigns = db.session.scalars(db.select(Campaign).where(Campaign.zone_id == fair.zone.id)).all()
        assert {each.kind for each in campaigns} == KINDS.keys()
        for like in campaigns:
            copied = copy_campaign(fair.maker, like.id, uuid7())
            later = copied.opens_at - like.opens_at
            assert times_in(copied.settings) == [each + later for each in times_in(like.settings)]
            assert without_times(copied.settings) == without_times(like.settings)


TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def times_in(settings: dict) -> list[datetime]:
    return [datetime.fromisoformat(each) for each in TIME.findall(json.dumps(settings, sort_keys=True))]


def without_times(settings: dict) -> dict:
    return json.loads(TIME.sub("", json.dumps(settings)))


def test_one_like_a_campaign_of_long_ago_opens_in_the_future(fair):
    like = fair.announced()
    opened_at = fair.campaign(like).opens_at
    with time_machine.travel(now() + 40 * A_DAY), fair.staff():
        copied = copy_campaign(fair.maker, like, uuid7())
        assert now() < copied.opens_at < now() + 9 * A_DAY
        assert (copied.opens_at - opened_at) % timedelta(days=7) == timedelta()


def test_staff_see_and_take_out_who_takes_part_and_members_do_not(fair, world):
    campaign_id = fair.announced(mode="draw")
    person = world.member(fair.zone, "李小红")
    with fair.as_member(person.member_id), time_machine.travel(now() + SOON):
        enter(person.member_id, db.session.get_one(Campaign, (fair.zone.id, campaign_id)))
        db.session.commit()
    desk = world.client(fair.zone, world.staff(fair.zone))
    assert "李小红" in desk.get(f"{DESK}/{campaign_id}/entries").text
    with closing(desk.get(f"{DESK}/{campaign_id}/entries.xlsx")) as sheet:
        assert sheet.headers["Cache-Control"] == "private, no-store"
        rows = read_sheet(BytesIO(sheet.data), "entries.xlsx").rows
        assert "李小红" in str(list(rows))
    assert world.client(fair.zone, person).get(f"{DESK}/{campaign_id}/entries").status_code == 404
    neighbour = world.zone()
    assert world.client(neighbour, world.staff(neighbour)).get(f"{DESK}/{campaign_id}/entries").status_code == 404


def test_one_like_it_is_for_whom_the_other_was_meant_and_not_for_its_list(fair):
    like = fair.announced(audience=Audience(birth_months=(5,)))
    assert Audience.from_json(fair.campaign(like).audience).list_id
    with fair.staff():
        copied = copy_campaign(fair.maker, like, uuid7())
        assert Audience.from_json(copied.audience) == Audience(birth_months=(5,))


@pytest.mark.parametrize("after", ["99999999999", "-1", "x", "0"])
def test_an_odd_place_in_an_address_is_the_beginning(fair, world, after):
    campaign_id = fair.announced(mode="draw")
    assert world.client(fair.zone).get(f"/events/draws/{campaign_id}?after={after}").status_code == 200
