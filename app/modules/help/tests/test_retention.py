"""A case whose time is over leaves a line of numbers, and nothing that leads to a person."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from app.casework.models import Case
from app.casework.overview.counting import Period, count_cases, count_payments
from app.casework.retention.erasing import COUNTED, erase_due
from app.casework.retention.models import PastCase
from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.core.files import StoredFile, zone_folder
from app.core.jobs.registry import periodics
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql
from tests.fixtures.forms import token_of as token

PLACE = allow_raw_sql("tests.retention", "looks for what is left of a case in every table")
# That there was news of a case stays, as in the audit trail; what was told was never in these.
THIRTY_YEARS = 30 * 366
MAY_NAME_IT = {"notifications_messages", "outbox_events"}


def approved(desk) -> str:
    """A case with papers, an inner note and words in its history, granted ¥800."""
    case_id = desk.send(desk.form()).location.split("/")[-2]
    desk.step(desk.handler, case_id, "take")
    page = f"/console/help/{case_id}"
    desk.handler.post(f"{page}/notes", data={"csrf_token": token(desk.handler, page), "inner_note": "邻居属实"})
    desk.step(desk.handler, case_id, "recommend", recommendation="grant", amount_recommended="800", note="属实")
    assert desk.step(desk.admin, case_id, "approve", amount_granted="800").status_code == 302
    return case_id


def refused(desk) -> UUID:
    case_id = desk.recommended()
    assert desk.step(desk.admin, case_id, "refuse", reason="同一事由今年已获救助").status_code == 302
    return case_id


def test_what_gave_no_money_ends_after_five_years(desk):
    case_id = refused(desk)
    age(desk, case_id, days=5 * 366 + 1)
    assert erase(desk) == 1


def age(desk, case_id, **ago: int) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        values = {"closed_at": func.now() - timedelta(**ago)}
        db.session.execute(update(Case).where(Case.id == case_id).values(**values))
        db.session.commit()


def erase(desk) -> int:
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        erased = erase_due()
        db.session.commit()
        return erased


def tables_that_say(desk, words: str) -> set[str]:
    """The tables with a row that holds these words in whatever column."""
    with scope(Plane.WORKER, zone=desk.zone), raw_sql(PLACE):
        names = db.session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        readable = [name for name in names if db.session.execute(
            text("SELECT has_table_privilege(:name, 'SELECT')"), {"name": name}).scalar_one()]  # fmt: skip
        return {
            name for name in readable
            if db.session.execute(text(f'SELECT 1 FROM "{name}" t WHERE t::text LIKE :words LIMIT 1'),  # noqa: S608
                                  {"words": f"%{words}%"}).first()
        }  # fmt: skip


def test_after_its_time_nothing_of_a_case_is_in_any_table_or_on_the_disk(desk):
    case_id = approved(desk)
    case = desk.find(case_id)
    with scope(Plane.WORKER, zone=desk.zone):
        files = list(db.session.execute(select(StoredFile.id)).scalars())
    assert len(files) >= 2
    told = [(case.answers_cipher or b"").hex(), (case.applicant_cipher or b"").hex()]
    assert tables_that_say(desk, told[0]) == {"cases"}
    assert {"case_events", "case_documents", "case_names"} < tables_that_say(desk, str(case_id))
    age(desk, case_id, days=THIRTY_YEARS + 1)
    assert [erase(desk), erase(desk)] == [1, 0]
    assert tables_that_say(desk, str(case_id)) <= MAY_NAME_IT
    for words in told:
        assert tables_that_say(desk, words) == set()
    on_disk = {path.name for path in zone_folder(desk.zone.id).rglob("*") if path.is_file()}
    assert on_disk.isdisjoint(map(str, files))
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.execute(select(func.count(StoredFile.id)).where(StoredFile.id.in_(files))).scalar_one() == 0
    with scope(Plane.STAFF, zone=desk.zone):
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "help.erase")).scalar_one()
    assert entry.object_id == str(case_id)
    assert desk.member.get(f"/help/{case_id}").status_code == 404
    assert desk.admin.get(f"/console/help/{case_id}").status_code == 404


def test_its_numbers_stay_in_the_figures_and_lead_to_nobody(desk):
    case_id = approved(desk)
    age(desk, case_id, days=THIRTY_YEARS + 1)
    case = desk.find(case_id)
    year = (case.month_closed or today_in_china()).year
    first, last = Period.year(year), Period.year(today_in_china().year)
    with scope(Plane.STAFF, zone=desk.zone):
        before = count_cases("help", Period(first.first, last.last)), count_payments("help", year)
    assert (before[1].granted, before[1].paid) == (80_000, 0)
    erase(desk)
    with scope(Plane.STAFF, zone=desk.zone):
        assert (count_cases("help", Period(first.first, last.last)), count_payments("help", year)) == before
        past = db.session.execute(select(PastCase)).scalar_one()
    assert {column.key for column in PastCase.__table__.columns} == {*COUNTED, "zone_id", "id"}
    assert past.id != case.id


@pytest.mark.parametrize(("is_granted", "days"), [(True, 5 * 366 + 1), (True, 30 * 365 - 1), (False, 5 * 365 - 1)])
def test_what_is_still_kept_stays(desk, is_granted, days):
    """A decision on money is kept as long as the accounts are."""
    case_id = approved(desk) if is_granted else refused(desk)
    age(desk, case_id, days=days)
    assert erase(desk) == 0
    assert desk.member.get(f"/help/{case_id}").status_code == 200


def test_an_open_case_is_never_erased_and_no_zone_erases_anothers(desk, world):
    case_id = desk.submitted()
    closed = approved(desk)
    age(desk, closed, days=THIRTY_YEARS + 1)
    with scope(Plane.WORKER, zone=world.zone(), actor=SYSTEM):
        assert erase_due() == 0
    assert erase(desk) == 1
    assert desk.find(case_id).phase == "open"


def test_it_runs_four_times_a_day_in_closed_zones_too():
    found = periodics["casework.erase"]
    assert found.every == timedelta(hours=6)
    assert found.even_closed
