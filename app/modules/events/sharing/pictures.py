"""The picture of a campaign that the city shares: read as a visitor of the city's zone."""

from io import BytesIO

from app.core.errors import NotFound
from app.core.files import StoredFile, read_picture, save_picture
from app.core.images import reencode
from app.core.platform import platform
from app.modules.events.pictures import COVER, LONGEST_SIDE
from app.modules.events.sharing.models import SharedCampaign
from tenants.context import Plane, scope
from tenants.database import db


def read_cover(shared: SharedCampaign, width: int = 0) -> tuple[StoredFile, bytes]:
    """The picture, narrow if it has a copy of that width.

    Ends the running transaction, since another zone's scope is entered. Raises `NotFound` where there is none.
    """
    file_id, origin = shared.cover_file_id, platform().registry.by_id(shared.origin_zone_id)
    db.session.commit()
    if file_id is None or origin is None or not origin.state.is_open:
        raise NotFound
    with scope(Plane.MEMBER, zone=origin):
        found = read_picture(file_id, width)
        db.session.commit()
    return found


def bring_cover(shared: SharedCampaign) -> StoredFile | None:
    """Keep the picture as one of the running zone's; none where there is none. Ends the running transaction."""
    if shared.cover_file_id is None:
        return None
    stored, data = read_cover(shared)
    return save_picture(reencode(BytesIO(data), max_side=LONGEST_SIDE), name=stored.name, purpose=COVER)
