"""Drafts nobody goes on with: told of two weeks before, then deleted with their papers; touched, they stay."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from app.casework.models import Case
from app.casework.retention.drafts import end_drafts
from app.core.files import StoredFile
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db


@pytest.fixture
def draft(desk) -> UUID:
    assert desk.send(desk.form(action="save")).status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        return db.session.execute(select(Case.id)).scalar_one()


def pass_days(desk, draft, days: int) -> None:
    """Let so many days go by for the draft."""
    earlier = {
        "updated_at": Case.updated_at - timedelta(days=days),
        "draft_ends_at": Case.draft_ends_at - timedelta(days=days),
    }
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == draft).values(earlier))
        db.session.commit()


def run(desk) -> tuple[int, int]:
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        done = end_drafts()
        db.session.commit()
        return done


def count(desk, model) -> int:
    with scope(Plane.WORKER, zone=desk.zone):
        return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_an_untouched_draft_is_told_of_and_two_weeks_later_deleted_with_its_papers(desk, draft):
    pass_days(desk, draft, 165)
    assert run(desk) == (0, 0)
    pass_days(desk, draft, 2)
    assert [run(desk), run(desk)] == [(0, 1), (0, 0)]
    assert count(desk, Message) == 1
    pass_days(desk, draft, 13)
    assert run(desk) == (0, 0)
    pass_days(desk, draft, 2)
    assert [run(desk), run(desk)] == [(1, 0), (0, 0)]
    assert (count(desk, Case), count(desk, StoredFile), count(desk, Message)) == (0, 0, 1)


def test_a_draft_found_late_still_has_its_two_weeks(desk, draft):
    pass_days(desk, draft, 400)
    assert run(desk) == (0, 1)
    assert run(desk) == (0, 0)
    assert count(desk, Case) == 1


def test_a_draft_gone_on_with_after_the_notice_stays_and_is_told_of_anew(desk, draft):
    pass_days(desk, draft, 170)
    assert run(desk) == (0, 1)
    pass_days(desk, draft, 5)
    assert desk.send(desk.form(action="save")).status_code == 302
    pass_days(desk, draft, 10)
    assert run(desk) == (0, 0)
    pass_days(desk, draft, 160)
    assert run(desk) == (0, 1)
    assert count(desk, Case) == 1


def test_what_was_handed_in_is_no_draft(desk):
    case_id = desk.submitted()
    pass_days(desk, case_id, 400)
    assert run(desk) == (0, 0)
