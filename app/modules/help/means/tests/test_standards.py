"""The lines the city notes: from which day, for whom, by whom, and what a wrong one says."""

from datetime import date

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.modules.help.means.in_force import rules_on
from app.modules.help.means.models import LocalStandard
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import send, token_of

PATH = "/city/help/standards"
SOUND = {"effective_from": "2026-07-01", "line": "912.50", "source": "测民发〔2026〕18号"}


@pytest.fixture(autouse=True)
def _no_line_stays_noted(world):
    yield
    with scope(Plane.CITY, reason="test"):
        db.session.execute(db.delete(LocalStandard))
        db.session.commit()


@pytest.fixture
def desk(world):
    return world.client("city.hall.test", world.city_admin())


def note(desk, zone, **changed):
    return send(desk, PATH, **{"union_id": str(zone.union_id), **SOUND, **changed})


def line_on(zone, day: date) -> tuple[int, str]:
    with scope(Plane.MEMBER, zone=zone):
        standard = rules_on(day, zone.union_path).standard
        return standard.line_cents, standard.source


def noted() -> list[LocalStandard]:
    with scope(Plane.CITY, reason="test"):
        return list(db.session.scalars(select(LocalStandard)))


def test_a_line_holds_from_its_day_in_its_region(desk, world):
    zone, other = world.zone(), world.zone()
    before = line_on(zone, date(2026, 6, 30))
    assert note(desk, zone).status_code == 302
    assert line_on(zone, date(2026, 6, 30)) == before
    assert line_on(zone, date(2026, 7, 1)) == (91_250, SOUND["source"])
    assert line_on(other, date(2026, 7, 1)) == before
    page = desk.get(PATH).text
    assert "¥912.50" in page
    assert SOUND["source"] in page


def test_the_nearest_line_goes_first(desk, world):
    county = world.zone()
    enterprise = world.zone(union=world.union(parent=world.union_of(county)))
    note(desk, county)
    assert line_on(enterprise, date(2026, 8, 1))[0] == 91_250
    note(desk, enterprise, line="1000", effective_from="2026-01-01")
    assert line_on(enterprise, date(2026, 8, 1))[0] == 100_000
    assert line_on(county, date(2026, 8, 1))[0] == 91_250


def test_a_line_sent_twice_is_noted_once_and_another_one_for_the_day_is_refused(desk, world):
    zone = world.zone()
    for _ in range(2):
        assert note(desk, zone).status_code == 302
    assert len(noted()) == 1
    answer = note(desk, zone, line="950")
    assert answer.status_code == 409
    assert 'id="error-effective_from"' in answer.text
    assert 'value="950"' in answer.text
    assert [each.line_cents for each in noted()] == [91_250]


def test_a_line_that_is_withdrawn_holds_no_more_and_both_are_recorded(desk, world):
    zone = world.zone()
    before = line_on(zone, date(2026, 8, 1))
    note(desk, zone)
    address = f"{PATH}/{noted()[0].id}/withdraw"
    token = token_of(desk, PATH)
    assert desk.post(address, data={"csrf_token": token}).status_code == 302
    assert desk.post(address, data={"csrf_token": token}).status_code == 404
    assert line_on(zone, date(2026, 8, 1)) == before
    with scope(Plane.CITY, reason="test"):
        entries = select(AuditEntry).where(AuditEntry.object_type == "help_standard").order_by(AuditEntry.at)
        deeds = [(entry.action, entry.detail["line_cents"]) for entry in db.session.scalars(entries)][-2:]
    assert deeds == [("help.note_standard", 91_250), ("help.withdraw_standard", 91_250)]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("union_id", ""),
        ("union_id", "x"),
        ("union_id", "018f0000-0000-7000-8000-000000000000"),
        ("effective_from", ""),
        ("effective_from", "2026-02-30"),
        ("line", ""),
        ("line", "0"),
        ("line", "九百"),
        ("line", "30000"),
        ("source", ""),
        ("source", "文" * 121),
    ],
)
def test_wrong_input_is_told_at_its_field_and_stays(desk, world, field, typed):
    answer = note(desk, world.zone(), **{field: typed})
    assert answer.status_code in (422, 409)
    assert f'id="error-{field}"' in answer.text
    assert "2026-07-01" in answer.text or field == "effective_from"
    assert noted() == []


def test_only_the_city_notes_lines(world):
    zone = world.zone()
    staff = world.client("city.hall.test", world.staff(zone, "zone_admin"))
    assert staff.get(PATH).status_code in (302, 403, 404)
    assert staff.post(PATH, data=SOUND).status_code in (302, 400, 403, 404)
    assert noted() == []
