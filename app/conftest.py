"""What the tests of all parts share."""

import pytest

from tenants.context import Plane, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql

CLEAN = allow_raw_sql("app.conftest", "each test starts with an empty outbox")


@pytest.fixture(autouse=True)
def _empty_outbox(request: pytest.FixtureRequest) -> None:
    """Due work of former tests is not this one's: running the letters they ordered would take most of its time."""
    if "world" in request.fixturenames:
        request.getfixturevalue("world")
        with scope(Plane.WORKER), raw_sql(CLEAN):
            db.session.execute(db.text("DELETE FROM outbox_events"))
            db.session.commit()
