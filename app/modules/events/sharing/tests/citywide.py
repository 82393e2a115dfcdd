"""The fair of the city's own zone, of which there is one in a run of tests."""

from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy import delete

from app.modules.events.pictures import store_cover
from app.modules.events.sharing.models import SharedCampaign
from app.modules.events.tests.fair import Fair
from tenants.database import db
from tests.fixtures.world import World


class CityFair(Fair):
    """Shares campaigns with the zones below."""

    def cover(self) -> UUID:
        picture = BytesIO()
        Image.new("RGB", (800, 450), "orange").save(picture, "PNG")
        picture.seek(0)
        with self.staff():
            stored = store_cover(picture, "banner.png").id
            db.session.commit()
        return stored

    def share_nothing(self) -> None:
        with self.staff():
            db.session.execute(delete(SharedCampaign))
            db.session.commit()


_fairs: dict[UUID, CityFair] = {}


def city_fair(world: World) -> CityFair:
    zone = world.city_zone()
    if zone.id not in _fairs:
        _fairs[zone.id] = CityFair(zone, world)
    return _fairs[zone.id]
