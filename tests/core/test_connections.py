"""A connection that the server has closed is replaced before it is used."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tenants.context import Plane, scope
from tenants.database import db
from tests.contracts.planting import connect_as_owner


@pytest.fixture(autouse=True)
def _one_connection(world):
    """The pool begins empty: each piece of work then gets the same connection."""
    db.engine.dispose()


def backend() -> int:
    """The server process behind the connection that the next piece of work gets."""
    with scope(Plane.MEMBER):
        pid = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        db.session.commit()
    return pid


def end(settings, pid: int) -> None:
    """End a server process and wait until it is gone."""
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_work_goes_on_after_the_server_has_closed_the_connection(world, settings):
    before = backend()
    end(settings, before)
    assert backend() != before


def test_without_the_look_at_the_socket_the_work_fails(world, settings, monkeypatch):
    monkeypatch.setattr(db.engine.dialect, "do_ping", lambda _: True)
    end(settings, backend())
    with pytest.raises(OperationalError) as refused:
        backend()
    assert isinstance(refused.value.orig, psycopg.OperationalError)


def test_a_healthy_connection_is_kept(world):
    assert backend() == backend()
