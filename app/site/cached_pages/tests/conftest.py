"""Ways to look at a zone's pages with and without the cache, and to change what they show."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.test import TestResponse

import tenants.changes
from app.core.clock import now
from app.core.pages.content import touch_content
from app.site import views
from app.site.blocks import ShownBlock
from tenants.changes import announce
from tenants.context import Plane, ZoneFacts, current_zone, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone, ZoneRevision
from tenants.registry import ZONE_CHANGED
from tests.fixtures.through_the_door import serving
from tests.fixtures.world import Browser


class Stories:
    """What the home pages of this test show: one story a zone, told anew at will; counts how often it was told."""

    def __init__(self) -> None:
        self.told: dict[str, int] = {}
        self.texts: dict[str, str] = {}

    def __call__(self, _: object) -> list[ShownBlock]:
        slug = current_zone().slug
        self.told[slug] = self.told.get(slug, 0) + 1
        html = Markup("<p>{}</p>").format(f"story of {slug}: {self.texts.get(slug, 'none')}")
        return [ShownBlock("story", "rich_text", "", {}, {"html": html})]

    def tell(self, zone: ZoneFacts, text: str) -> None:
        """Publish a story as a module's operation would."""
        with scope(Plane.STAFF, zone=zone):
            self.texts[zone.slug] = text
            touch_content()
            db.session.commit()


@pytest.fixture(params=["behind a WSGI server", "through the door"], autouse=True)
def _way_in(request: pytest.FixtureRequest, app: Flask) -> Iterator[None]:
    """Pages are the same whichever server calls."""
    with serving(app) if request.param == "through the door" else nullcontext():
        yield


@pytest.fixture
def stories(monkeypatch: pytest.MonkeyPatch) -> Stories:
    made = Stories()
    monkeypatch.setattr(views, "shown_blocks", made)
    return made


@pytest.fixture
def another_process(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it after a write to make it one of another process: this one learns of it from the feed alone."""
    return lambda: monkeypatch.setattr(tenants.changes, "_committed_at", float("-inf"))


@contextmanager
def without_cache(app: Flask) -> Iterator[None]:
    cached = app.wsgi_app
    app.wsgi_app = Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]
    try:
        yield
    finally:
        app.wsgi_app = cached  # type: ignore[method-assign]


def rendered(client: Browser, path: str = "/", **headers: str) -> TestResponse:
    """The page as Flask renders it."""
    with without_cache(client.application):
        return client.get(path, headers=headers)


def is_from_cache(response: TestResponse) -> bool:
    return "ETag" in response.headers and response.headers["Cache-Control"] != "private, no-store"


def change_zone(zone: ZoneFacts, **values: Any) -> None:
    """Write to the zone's row as the city would, and announce it."""
    with scope(Plane.CITY, reason="test"):
        db.session.execute(db.update(Zone).where(Zone.id == zone.id).values(**values))
        announce(ZONE_CHANGED, zone.id)
        db.session.commit()


def publish(zone: ZoneFacts, **document: Any) -> None:
    """Publish a new revision in which these things are otherwise."""
    with scope(Plane.STAFF, zone=zone):
        row = db.session.execute(select(ZoneRevision).where(ZoneRevision.status == "published")).scalar_one()
        row.status = "superseded"
        db.session.flush()
        revision = ZoneRevision(
            id=uuid7(), number=row.number + 1, status="published", published_at=now(),
            document={**row.document, **document},
        )  # fmt: skip
        db.session.add(revision)
        db.session.flush()
        db.session.execute(db.update(Zone).where(Zone.id == zone.id).values(published_revision_id=revision.id))
        announce(ZONE_CHANGED, zone.id)
        db.session.commit()
