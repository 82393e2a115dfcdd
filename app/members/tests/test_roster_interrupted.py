"""Imports that stopped half-way: they go on, are taken back, or are closed in time; none stays for ever."""

import pytest
from sqlalchemy import func, select

from app.core.clock import now
from app.core.jobs.cron import Scheduler
from app.core.jobs.inline import run_due_events
from app.core.tasks import cancel_task
from app.members.roster import checking, merging
from app.members.roster.checking import check_roster_in_steps
from app.members.roster.models import ImportBatch, ImportChange, ImportRow
from app.members.roster.operations import discard_roster, is_stuck, request_merge, request_resume, request_undo
from app.members.roster.queries import get_batch
from app.members.roster.sweeping import KEEP_STAGED, sweep_imports
from app.members.tests.rosters import (
    bring_in,
    check,
    edit,
    everyone,
    ids_of,
    merge,
    outcomes,
    people,
    sheet,
    undo,
    upload,
)
from tenants.context import SYSTEM, Plane, ZoneState, scope
from tenants.database import db
from tests.contracts.planting import connect_as_owner


class Killed(BaseException):
    """The process is gone."""


def half_written(zone, monkeypatch, rows=5):
    """A batch of which two rows are written and whose process died, as `flask members import` leaves it."""
    batch = check(zone, sheet(people(rows)))
    whole, calls = merging.write_chunk, []

    def dying(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return whole(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(merging, "write_chunk", dying)
        with pytest.raises(Killed):
            merge(zone, batch.id, chunk=2)
    assert len(everyone(zone)) == 2
    return batch.id


def _find(zone, batch_id):
    with scope(Plane.STAFF, zone=zone):
        found = db.session.get(ImportBatch, (zone.id, batch_id))
        assert found is not None
        return found


def _ask(zone, operation, batch_id):
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        task_id = operation(SYSTEM, batch_id).task_id
        db.session.commit()
    assert task_id is not None
    return task_id


@pytest.mark.parametrize("operation", [request_merge, request_resume])
def test_a_merge_whose_process_died_is_taken_up_again(world, monkeypatch, operation):
    zone = world.zone()
    batch_id = half_written(zone, monkeypatch)
    task_id = _ask(zone, operation, batch_id)
    assert _ask(zone, operation, batch_id) == task_id, "while it is open, asking again is asking once"
    run_due_events()
    assert _find(zone, batch_id).state == "committed"
    assert len(everyone(zone)) == 5


def test_a_cancelled_merge_is_taken_up_again(world):
    zone = world.zone()
    batch_id = check(zone, sheet(people(3))).id
    first = _ask(zone, request_merge, batch_id)
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        assert cancel_task(first)
        db.session.commit()
    run_due_events()
    assert everyone(zone) == {}
    with scope(Plane.STAFF, zone=zone):
        assert is_stuck(get_batch(batch_id))
    assert _ask(zone, request_merge, batch_id) != first
    run_due_events()
    assert len(everyone(zone)) == 3


def test_what_was_written_before_it_stopped_can_be_undone(world, monkeypatch):
    zone = world.zone()
    batch_id = half_written(zone, monkeypatch)
    _ask(zone, request_undo, batch_id)
    run_due_events()
    found = _find(zone, batch_id)
    assert (found.state, found.undo_counts) == ("undone", {"undone": 2, "refused": 0})
    assert everyone(zone) == {}


def test_a_merge_stops_when_it_is_to_be_undone(world, monkeypatch):
    zone = world.zone()
    batch_id = check(zone, sheet(people(6))).id
    whole, calls = merging.write_chunk, []

    def asked_meanwhile(*arguments):
        calls.append(1)
        return whole(*arguments)

    def progress(done, _):
        if done == 2:
            with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
                request_undo(SYSTEM, batch_id)
                db.session.commit()

    monkeypatch.setattr(merging, "write_chunk", asked_meanwhile)
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        assert merging.merge_roster_in_steps(batch_id, progress, chunk=2).state == "undoing"
    assert len(calls) == 1
    run_due_events()
    assert everyone(zone) == {}


def test_an_undo_that_stopped_goes_on(world):
    zone = world.zone()
    batch = bring_in(zone, *people(3))
    first = _ask(zone, request_undo, batch.id)
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        cancel_task(first)
        db.session.commit()
    run_due_events()
    assert len(everyone(zone)) == 3
    _ask(zone, request_undo, batch.id)
    run_due_events()
    assert everyone(zone) == {}


def test_a_check_that_stopped_goes_on(world):
    zone = world.zone()
    batch_id = upload(zone, sheet(people(3)))
    _ask(zone, request_resume, batch_id)
    run_due_events()
    assert outcomes(_find(zone, batch_id)) == {"new": 3}


def test_a_roster_discarded_while_it_is_checked_stays_discarded(world, monkeypatch):
    zone = world.zone()
    monkeypatch.setattr(checking, "CHUNK", 2)
    batch_id = upload(zone, sheet(people(7)))

    def progress(done, _):
        if done == 4:
            with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
                discard_roster(SYSTEM, batch_id)
                db.session.commit()

    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        assert check_roster_in_steps(batch_id, progress).state == "discarded"
        assert db.session.scalar(select(func.count(ImportRow.id)).where(ImportRow.batch_id == batch_id)) == 0


def test_two_checks_of_one_roster_stage_every_row_once(world, monkeypatch):
    zone = world.zone()
    monkeypatch.setattr(checking, "CHUNK", 2)
    batch_id = upload(zone, sheet(people(7)))

    def progress(done, _):
        if done == 4:
            with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
                check_roster_in_steps(batch_id)

    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        batch = check_roster_in_steps(batch_id, progress)
        assert (batch.state, batch.total) == ("ready", 7)
        assert db.session.scalar(select(func.count(ImportRow.id)).where(ImportRow.batch_id == batch_id)) == 7


def _sweep_later(zone, batch_id):
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(
            db.update(ImportBatch).where(ImportBatch.id == batch_id).values(moved_at=now() - KEEP_STAGED * 2)
        )
        sweep_imports()
        db.session.commit()


def _left(zone, batch_id):
    with scope(Plane.WORKER, zone=zone):
        return tuple(
            db.session.scalar(select(func.count(kept.id)).where(kept.batch_id == batch_id))
            for kept in (ImportRow, ImportChange)
        )


def test_a_stuck_merge_is_closed_with_what_it_wrote_and_its_staged_people_go(world, monkeypatch):
    zone = world.zone()
    batch_id = half_written(zone, monkeypatch)
    _sweep_later(zone, batch_id)
    found = _find(zone, batch_id)
    assert (found.state, outcomes(found)) == ("committed", {"new": 2, "refused": 3})
    assert _left(zone, batch_id) == (0, 2)
    assert undo(zone, batch_id).undo_counts == {"undone": 2, "refused": 0}


def test_a_stuck_undo_is_closed_with_what_it_took_back(world):
    zone = world.zone()
    batch = bring_in(zone, *people(5))
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        stops = iter([False, True])
        undo_in_part(batch.id, lambda: next(stops))
    _sweep_later(zone, batch.id)
    found = _find(zone, batch.id)
    assert (found.state, found.undo_counts) == ("undone", {"undone": 2, "refused": 3})
    assert _left(zone, batch.id)[0] == 0
    assert len(everyone(zone)) == 3


def undo_in_part(batch_id, is_cancelled):
    from app.members.roster.undoing import undo_roster_in_steps

    undo_roster_in_steps(batch_id, chunk=2, is_cancelled=is_cancelled)


@pytest.mark.parametrize("state", [ZoneState.SUSPENDED, ZoneState.ARCHIVED])
def test_staged_people_are_cleared_away_in_closed_zones_too(world, settings, state):
    zone = world.zone()
    batch_id = check(zone, sheet(people(2))).id
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(
            db.update(ImportBatch).where(ImportBatch.id == batch_id).values(moved_at=now() - KEEP_STAGED * 2)
        )
        db.session.commit()
    close(zone, state)
    Scheduler().tick(now())
    with connect_as_owner(settings.database_owner_url) as owner:  # the other tests' zones have slots of their own
        owner.execute("DELETE FROM outbox_events WHERE zone_id <> %s", [zone.id])
    run_due_events()
    assert _left(zone, batch_id) == (0, 0)


def close(zone, state):
    from app.core.platform import platform
    from tenants.models import Zone

    with scope(Plane.CITY, reason="test"):
        db.session.execute(db.update(Zone).where(Zone.id == zone.id).values(state=state.value))
        db.session.commit()
    platform().registry.forget()


def test_staff_go_on_and_undo_with_buttons(world, monkeypatch):
    import re

    zone = world.zone()
    client = world.client(zone, world.staff(zone))
    batch_id = half_written(zone, monkeypatch)
    page = f"/console/members/import/{batch_id}"
    shown = client.get(page).text
    assert "/resume" in shown
    assert "/undo" in shown
    token = re.findall(r'name="csrf_token" value="([^"]+)"', shown)[0]
    assert client.post(page + "/resume", data={"csrf_token": token}).location == page
    assert "/resume" not in client.get(page).text
    run_due_events()
    assert len(ids_of(zone)) == 5
    edit(zone, next(iter(ids_of(zone))), education="大专")
    assert client.get(page).status_code == 200
