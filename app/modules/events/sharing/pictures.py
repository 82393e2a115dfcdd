"""The picture of a campaign that the city shares: read as a visitor of the city's zone."""

from io import BytesIO

from app.core.errors import NotFound
from app.core.files import StoredFile, read_picture_of, save_picture
from app.core.images import reencode
from app.modules.events.pictures import COVER, LONGEST_SIDE
from app.modules.events.sharing.models import SharedCampaign


def read_cover(shared: SharedCampaign, width: int = 0) -> tuple[StoredFile, bytes]:
    """The picture, narrow if it has a copy of that width.

    Ends the running transaction, since another zone's scope is entered. Raises `NotFound` where there is none.
    """
    if shared.cover_file_id is None:
        raise NotFound
    return read_picture_of(shared.origin_zone_id, shared.cover_file_id, width)


def bring_cover(shared: SharedCampaign) -> StoredFile | None:
    """Keep the picture as one of the running zone's; none where there is none. Ends the running transaction."""
    if shared.cover_file_id is None:
        return None
    stored, data = read_cover(shared)
    return save_picture(reencode(BytesIO(data), max_side=LONGEST_SIDE), name=stored.name, purpose=COVER)
