"""The city's pages of the calendar, and how a change reaches everybody who counts by it."""

import threading
from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from app.casework.calendar.in_force import missing_notices, work_calendar
from app.casework.calendar.models import CalendarYear
from app.casework.calendar.noting import mark_of, note_year, withdraw_year
from app.casework.calendar.released import released_calendar
from app.casework.calendar.working_days import Notice
from app.core.audit import AuditEntry
from app.core.errors import NotFound
from app.core.platform import platform
from app.core.seen import ChangedMeanwhile
from app.factory import create_app
from tenants.context import Plane, scope
from tenants.database import db
from tests.contracts.planting import connect_as_owner
from tests.fixtures.forms import send, token_of, typed

CITY = "city.hall.test"
LIST, YEAR = "/city/calendar/", "/city/calendar/2027"
SATURDAY = date(2027, 2, 20)
SOUND = {
    "source": "国办发明电〔2026〕9号",
    "days_off": "1月1日（周五）至3日（周日）\n2027-02-05 至 2027-02-12\n4/3-4/5",
    "make_up_workdays": "2027-02-20",
}
WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
NOTICE = Notice(2027, "测试文号", frozenset({date(2027, 2, 5)}), frozenset({SATURDAY}))
EARLIER = Notice(2027, "较早的文号", frozenset({date(2027, 2, 8)}), frozenset())


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-26T10:00:00+08:00", tick=True):
        yield


@pytest.fixture(autouse=True)
def _no_year_stays_noted(world):
    yield
    with scope(Plane.CITY, reason="test"):
        db.session.execute(db.delete(CalendarYear))
        db.session.commit()
    with scope(Plane.CITY, reason="test"):
        world.app.extensions["work_calendar"].forget()


@pytest.fixture
def desk(world):
    browser = world.client(CITY, world.city_admin())
    browser.get("/display?locale=en&next=/")
    return browser


def kept() -> Notice | None:
    with scope(Plane.CITY, reason="test"):
        row = db.session.get(CalendarYear, 2027)
        return row.notice if row else None


def noted(notice: Notice) -> None:
    with scope(Plane.CITY, reason="test"):
        note_year(notice)
        db.session.commit()


def deeds() -> list[tuple[str, str, dict[str, str]]]:
    with scope(Plane.CITY, reason="test"):
        entries = select(AuditEntry).where(AuditEntry.object_type == "calendar_year").order_by(AuditEntry.at)
        return [(entry.action, entry.object_id, entry.detail) for entry in db.session.scalars(entries)]


def save(desk, preview, **changed):
    """Send the page of a preview with its button."""
    mark = preview.text.partition('name="previewed" value="')[2].partition('"')[0]
    return desk.post(YEAR, data=typed(preview.text, YEAR, **changed) | {"previewed": mark})


def test_the_list_tells_of_every_year_where_it_comes_from(desk):
    page = desk.get(LIST).text
    assert "国办发明电〔2025〕7号" in page
    assert "Came with the platform" in page
    assert "Provisional" in page
    assert "2028" not in page
    noted(NOTICE)
    page = desk.get(LIST).text
    assert "Noted by the city" in page
    assert "Provisional" not in page


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["Working days of 2027", "2027 is provisional", "Number of the notice", "January", "make-up workday"]),
        ("zh_CN", ["2027 年工作日", "2027 年为暂定", "通知文号", "一月", "调休上班"]),
    ],
)
def test_the_page_of_a_year_speaks_both_languages(desk, locale, words):
    desk.get(f"/display?locale={locale}&next=/")
    page = desk.get(YEAR).text
    assert [word for word in words if word not in page] == []
    assert page.count('class="desk-month"') == 12


def test_a_known_year_stands_in_its_form_as_it_holds(desk):
    page = desk.get("/city/calendar/2026").text
    assert "2026-02-15 to 2026-02-23" in page
    assert '<span class="desk-day is-off">15' in page
    assert '<span class="desk-day is-make-up">28' in page
    assert "provisional" not in page


def test_a_notice_is_shown_before_it_is_kept(desk):
    preview = send(desk, YEAR, **SOUND)
    assert preview.status_code == 200
    assert "Nothing is saved yet." in preview.text
    assert '<span class="desk-day is-make-up">20' in preview.text
    assert kept() is None
    answer = save(desk, preview)
    assert answer.status_code == 302
    assert kept() == Notice(
        2027,
        SOUND["source"],
        frozenset(date.fromisoformat(f"2027-{day}") for day in (
            "01-01", "01-02", "01-03", "02-05", "02-06", "02-07", "02-08", "02-09", "02-10", "02-11", "02-12",
            "04-03", "04-04", "04-05")),
        frozenset({SATURDAY}),
    )  # fmt: skip
    assert "The notice for 2027 holds now." in desk.get(LIST).text
    assert deeds()[-1] == ("calendar.note", "2027", {"source": SOUND["source"]})


def test_what_was_changed_after_the_preview_is_shown_again_and_not_kept(desk):
    preview = send(desk, YEAR, **SOUND)
    again = save(desk, preview, make_up_workdays="2027-02-21")
    assert again.status_code == 200
    assert "Nothing is saved yet." in again.text
    assert '<span class="desk-day is-make-up">21' in again.text
    assert kept() is None
    assert save(desk, again).status_code == 302


WRONG = [
    ({"source": ""}, ""),
    ({"days_off": ""}, ""),
    ({"source": "文" * 121}, ""),
    ({"days_off": f"1月1日{'、' * 4000}"}, ""),
    ({"make_up_workdays": f"2027-02-20{'、' * 4000}"}, ""),
    ({"days_off": "1月1日\n春节"}, "Days off, line 2: “春节” is no day and no span of days."),
    ({"days_off": "2027-02-30"}, "Days off, line 1: “2027-02-30” names a day that does not exist."),
    ({"days_off": "2028-01-01"}, "Days off, line 1: “2028-01-01” is not within 2027."),
    ({"days_off": "2月5日至12日\n2月8日"}, "Days off, line 2: 2027-02-08 is in line 1 already."),
    ({"make_up_workdays": "2027-02-20\n2027-03-03"},
     "Make-up workdays, line 2: 2027-03-03 is neither a Saturday nor a Sunday, so nothing is made up on it."),
    ({"make_up_workdays": "2027-02-06"}, "Make-up workdays, line 1: 2027-02-06 is in line 2 of the days off too."),
]  # fmt: skip


@pytest.mark.parametrize(("typed_in", "message"), WRONG)
def test_wrong_input_is_told_at_its_line_and_stays(desk, typed_in, message):
    answer = send(desk, YEAR, **{**SOUND, **typed_in})
    assert answer.status_code == 422
    assert message in answer.text
    assert 'name="previewed"' not in answer.text
    back = typed(answer.text, YEAR)
    assert {name: str(back[name]).replace("\r", "") for name in SOUND} == {**SOUND, **typed_in}
    assert kept() is None


def test_wrong_input_is_told_in_chinese(desk):
    desk.get("/display?locale=zh_CN&next=/")
    answer = send(desk, YEAR, **{**SOUND, "make_up_workdays": "2027-03-03"})
    assert "调休上班日第 1 行：2027-03-03 不是周六或周日，不能作为调休上班日。" in answer.text


def test_a_wrong_notice_is_not_kept_whatever_is_sent_with_it(desk):
    token = token_of(desk, YEAR)
    wrong = {**SOUND, "make_up_workdays": "2027-03-03"}
    for mark in ("", mark_of(NOTICE)):
        assert desk.post(YEAR, data={**wrong, "csrf_token": token, "previewed": mark}).status_code == 422
    assert kept() is None


def test_two_people_at_one_year_do_not_overwrite_each_other(desk):
    preview = send(desk, YEAR, **SOUND)
    noted(EARLIER)
    answer = save(desk, preview)
    assert answer.status_code == 409
    assert "较早的文号" in answer.text
    assert SOUND["source"] in answer.text
    assert kept() == EARLIER
    assert save(desk, answer).status_code == 302
    assert getattr(kept(), "source", "") == SOUND["source"]


def test_who_notes_the_same_year_at_the_same_moment_waits_and_is_refused(world, settings):
    refusals: list[Exception] = []

    def second() -> None:
        with world.app.app_context(), scope(Plane.CITY, reason="test"):
            try:
                note_year(NOTICE, seen="")
                db.session.commit()
            except Exception as refusal:  # noqa: BLE001 - whatever it ended with
                refusals.append(refusal)

    late = threading.Thread(target=second)
    with scope(Plane.CITY, reason="test"), connect_as_owner(settings.database_owner_url) as owner:
        note_year(EARLIER, seen="")
        db.session.flush()
        late.start()
        while late.is_alive() and not owner.execute(WAITING).fetchone():
            owner.rollback()
        assert late.is_alive()
        db.session.commit()
        late.join(20)
    assert [type(refusal) for refusal in refusals] == [ChangedMeanwhile]
    assert kept() == EARLIER


def test_a_noted_year_is_withdrawn_and_what_the_release_knows_holds_again(desk):
    noted(NOTICE)
    page = desk.get(YEAR).text
    answer = desk.post(f"{YEAR}/withdraw", data=typed(page, f"{YEAR}/withdraw"))
    assert answer.status_code == 302
    assert kept() is None
    assert deeds()[-1] == ("calendar.withdraw", "2027", {"source": NOTICE.source})
    assert "Provisional" in desk.get(LIST).text


def test_nothing_is_withdrawn_that_changed_meanwhile_or_was_never_noted(desk):
    noted(NOTICE)
    page = desk.get(YEAR).text
    noted(EARLIER)
    answer = desk.post(f"{YEAR}/withdraw", data=typed(page, f"{YEAR}/withdraw"))
    assert answer.status_code == 409
    assert kept() == EARLIER
    assert "withdraw" not in desk.get("/city/calendar/2026").text
    with scope(Plane.CITY, reason="test"), pytest.raises(NotFound):
        withdraw_year(2026)


@pytest.mark.parametrize("year", [1999, 2023, 2028, 9999, 10000])
def test_years_nobody_announces_have_no_page(desk, year):
    token = token_of(desk, YEAR)
    path = f"/city/calendar/{year}"
    assert desk.get(path).status_code == 404
    assert desk.post(path, data={**SOUND, "csrf_token": token}).status_code == 404


def test_a_year_nobody_announces_is_not_kept_as_if_it_had_been_shown(desk):
    new_year = Notice(2028, "测试文号", frozenset({date(2028, 1, 1)}), frozenset())
    typed_in = {"source": new_year.source, "days_off": "1月1日", "previewed": mark_of(new_year)}
    answer = desk.post("/city/calendar/2028", data={**typed_in, "csrf_token": token_of(desk, YEAR)})
    assert answer.status_code == 404
    assert "2028" not in desk.get(LIST).text


def test_writing_asks_for_the_permission_and_the_token(world, desk):
    assert desk.post(YEAR, data=SOUND).status_code == 400
    assert desk.post(f"{YEAR}/withdraw").status_code == 400
    elsewhere = world.client(CITY, world.staff(world.union()))
    assert elsewhere.get(YEAR).status_code == 404


def test_the_years_whose_notice_should_be_known():
    known = released_calendar()
    assert missing_notices(date(2026, 11, 30), known) == []
    assert missing_notices(date(2026, 12, 1), known) == [2027]
    assert missing_notices(date(2027, 3, 1), known) == [2027]
    assert missing_notices(date(2027, 12, 1), known) == [2027, 2028]
    assert missing_notices(date(2026, 12, 1), known.with_notices([NOTICE])) == []


@pytest.mark.parametrize("path", ["/city/", LIST])
def test_from_december_on_the_desk_warns_of_a_missing_notice(world, desk, path):
    warning = "The notice on the days off of 2027 is missing."
    assert warning not in desk.get(path).text
    with time_machine.travel("2026-12-01T00:10:00+08:00", tick=True):
        december = world.client(CITY, world.city_admin())
        december.get("/display?locale=en&next=/")
        page = december.get(path).text
        assert warning in page
        assert f'href="{YEAR}"' in page
        noted(NOTICE)
        assert warning not in december.get(path).text


def reads(app) -> bool:
    """Whether an application counts a Saturday as worked, as a page of its would."""
    with app.app_context(), scope(Plane.MEMBER):
        platform().feed.read(db.session.connection())
        return work_calendar().is_working_day(SATURDAY)


def test_another_process_learns_of_a_change(world, settings):
    other = create_app(settings)
    assert not reads(other)
    assert not reads(world.app)
    noted(NOTICE)
    assert reads(world.app)
    assert reads(other)
    with scope(Plane.CITY, reason="test"):
        withdraw_year(2027)
        db.session.commit()
    assert not reads(other)
    with other.app_context():
        db.engine.dispose()


def test_a_process_remembers_the_calendar_until_it_hears_of_a_change(world):
    with scope(Plane.MEMBER):
        assert work_calendar() is work_calendar()


@pytest.mark.parametrize("plane", Plane)
def test_every_plane_counts_by_the_calendar(world, plane):
    noted(NOTICE)
    world.app.extensions["work_calendar"].forget()
    with scope(plane):
        assert work_calendar().is_working_day(SATURDAY)


def test_what_the_city_saw_is_asked_for_by_the_operation_too(world):
    with scope(Plane.CITY, reason="test"), pytest.raises(ChangedMeanwhile) as refusal:
        note_year(NOTICE, seen=mark_of(EARLIER))
    assert refusal.value.mark == ""
