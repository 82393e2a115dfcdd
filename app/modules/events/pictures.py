"""Pictures of campaigns."""

from flask_babel import gettext

from app.core.errors import InvalidInput
from app.core.files import StoredFile, save_picture
from app.core.images import ImageError, Readable, reencode

COVER = "events.cover"
LONGEST_SIDE = 1600


def store_cover(stream: Readable, name: str) -> StoredFile:
    """Take in the picture of a campaign, drawn anew from its pixels. Raises `InvalidInput` for what is none."""
    try:
        picture = reencode(stream, max_side=LONGEST_SIDE)
    except ImageError as fault:
        raise InvalidInput(gettext(fault.message, **fault.params), field="cover") from fault
    return save_picture(picture, name=name, purpose=COVER)
