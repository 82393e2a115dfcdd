"""What is over goes, what is not stays, and no run is long."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import ProgrammingError

from app.core.clock import now
from app.core.jobs.registry import periodics
from app.identity import sweeping
from app.identity.models import Enrolment, HandOff, KnownBrowser, LimitCounter, Session, SignInCode
from app.identity.operations.sessions import open_session
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7

DAY = timedelta(days=1)


def sweep(zone) -> dict[str, int]:
    with scope(Plane.WORKER, zone=zone):
        swept = sweeping.sweep_identity()
        db.session.commit()
    return swept


@pytest.fixture
def swept_clean(zone):
    """Rows of other tests that are over are none of these tests' business."""
    while any(sweep(zone).values()):
        pass


def count(model) -> int:
    with scope(Plane.IDENTITY):
        return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


def random_key() -> bytes:
    return uuid7().bytes


def add_session(account_id, *, ended: timedelta, parent: Session | None = None) -> Session:
    with scope(Plane.IDENTITY):
        _token, session = open_session(account_id, host="id.hall.test", proof="code", parent=parent)
        session.expires_at = now() - ended
        db.session.commit()
        return session


def add(account_id, at) -> None:
    """One row of every table that is over at `at`, and one that lasts."""
    with scope(Plane.IDENTITY):
        _token, session = open_session(account_id, host="id.hall.test", proof="code")
        for ends in (at, now() + DAY):
            db.session.add_all([
                SignInCode(code_key=random_key(), code_hash=b"x", expires_at=ends),
                KnownBrowser(browser_key=random_key(), expires_at=ends),
                LimitCounter(bucket=random_key(), used=1, ends_at=ends),
                HandOff(code_hash=random_key(), session_id=session.id, host="x", nonce_hash=b"x", next_path="/",
                        expires_at=ends),
            ])  # fmt: skip
        db.session.commit()


@pytest.mark.usefixtures("swept_clean")
def test_what_is_over_goes_and_what_is_not_stays(world, zone):
    member = world.member(zone)
    before = {model: count(model) for model in (SignInCode, KnownBrowser, LimitCounter, HandOff)}
    add(member.account_id, now() - DAY)
    assert {name: number for name, number in sweep(zone).items() if number} == dict.fromkeys(
        ("identity_codes", "identity_known_browsers", "identity_limits", "identity_hand_offs"), 1
    )
    assert {model: count(model) - number for model, number in before.items()} == dict.fromkeys(before, 1)


@pytest.mark.usefixtures("swept_clean")
def test_sessions_go_a_month_after_their_end_with_their_children(world, zone):
    account_id = world.member(zone).account_id
    parent = add_session(account_id, ended=31 * DAY)
    add_session(account_id, ended=31 * DAY, parent=parent)
    kept = add_session(account_id, ended=29 * DAY)
    assert sweep(zone)["sessions"] >= 1
    with scope(Plane.IDENTITY):
        left = db.session.scalars(db.select(Session.id).where(Session.account_id == account_id)).all()
    assert left == [kept.id]


@pytest.mark.usefixtures("swept_clean")
def test_an_unfinished_set_up_goes_after_a_day(world, zone):
    with scope(Plane.IDENTITY):
        db.session.add(
            Enrolment(account_id=world.member(zone).account_id, secret_cipher=b"x", created_at=now() - 2 * DAY)
        )
        db.session.commit()
    assert sweep(zone)["identity_enrolments"] == 1


@pytest.mark.usefixtures("swept_clean")
def test_no_run_takes_more_than_its_share(world, zone, monkeypatch):
    monkeypatch.setattr(sweeping, "MOST_SWEPT", 2)
    for _ in range(3):
        add(world.member(zone).account_id, now() - DAY)
    assert [sweep(zone)["identity_codes"] for _ in range(3)] == [2, 1, 0]


def test_workers_can_do_nothing_else_with_these_tables(world, zone):
    add(world.member(zone).account_id, now() + DAY)
    with scope(Plane.WORKER, zone=zone):
        assert db.session.scalars(db.select(SignInCode)).all() == []
    with scope(Plane.WORKER, zone=zone), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(db.update(SignInCode).values(tries=0))


def test_sweeping_is_done_by_the_clock():
    assert periodics["identity.sweep"].every <= timedelta(hours=1)
