"""What the tests of mutual aid share."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from app.core.errors import DomainError
from app.modules.help.mutual_aid.tests.counter import Counter, make_counter
from app.modules.help.mutual_aid.tests.office import Office, make_office
from app.modules.help.tests.conftest import _own_form_token  # noqa: F401 - a fixture for these tests, too
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tests.contracts.planting import connect_as_owner

WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted"


@pytest.fixture
def office(world) -> Office:
    return make_office(world)


@pytest.fixture
def counter(world) -> Counter:
    return make_counter(world)


@dataclass
class Deed:
    """What somebody does in a zone, in a transaction of their own."""

    zone: ZoneFacts
    plane: Plane
    actor: Actor
    do: Callable[[Actor], Any]


@pytest.fixture
def overtaken(app: Flask, settings: Any) -> Callable[[Deed, Deed], list[Any]]:
    """Two at once: the second begins while the first has not committed. Returns what the second gave: its value, or the
    refusal it ended with. Fails where the second did not have to wait."""

    def run(first: Deed, second: Deed) -> list[Any]:
        given: list[Any] = []
        late = threading.Thread(target=lambda: given.append(_outcome(app, second)))
        with (
            scope(first.plane, zone=first.zone, actor=first.actor),
            connect_as_owner(settings.database_owner_url) as owner,
        ):
            first.do(first.actor)
            db.session.flush()
            late.start()
            while late.is_alive() and not owner.execute(WAITING).fetchone():
                owner.rollback()
            did_wait = late.is_alive()
            db.session.commit()
            late.join(20)
        assert did_wait, "the second did not have to wait"
        return given

    return run


def _outcome(app: Flask, deed: Deed) -> Any:
    with app.app_context(), scope(deed.plane, zone=deed.zone, actor=deed.actor):
        try:
            value = deed.do(deed.actor)
            db.session.commit()
        except DomainError as refusal:
            return refusal
        return value
