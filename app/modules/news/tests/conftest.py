"""The city's own zone, which exists once because the root union does; what a test shared is gone after it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select, update

from app.core.platform import platform
from app.modules.news.models import Article, SharedArticle
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.models import Zone


@pytest.fixture
def city_zone(world) -> Iterator[ZoneFacts]:
    with scope(Plane.MEMBER):
        known = db.session.execute(select(Zone.id).where(Zone.union_id == world.root.id)).scalar_one_or_none()
        found = platform().registry.by_id(known) if known else None
    zone = found or world.zone("haicheng", union=world.root)
    yield zone
    with scope(Plane.STAFF, zone=zone):
        db.session.execute(update(Article).values(shared_down=False))
        db.session.execute(delete(SharedArticle))
        db.session.commit()
