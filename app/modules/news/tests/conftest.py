"""The city's own zone, which exists once because the root union does; what a test shared is gone after it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, update

from app.modules.news.models import Article, SharedArticle
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db


@pytest.fixture
def city_zone(world) -> Iterator[ZoneFacts]:
    zone = world.city_zone()
    yield zone
    with scope(Plane.STAFF, zone=zone):
        db.session.execute(update(Article).values(shared_down=False))
        db.session.execute(delete(SharedArticle))
        db.session.commit()
