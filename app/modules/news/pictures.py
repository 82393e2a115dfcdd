"""Pictures of articles: taking them in, and letting zones see those of shared articles."""

from uuid import UUID

from flask_babel import gettext

from app.core.errors import InvalidInput
from app.core.files import StoredFile, read_picture_of, save_picture
from app.core.images import ImageError, Readable, reencode
from app.modules.news.operations import PICTURE
from app.modules.news.queries import find_picture_origin

LONGEST_SIDE = 1600


def store_picture(stream: Readable, name: str, field: str = "cover") -> StoredFile:
    """Take in a picture for an article, drawn anew from its pixels. Raises `InvalidInput` for what is none."""
    try:
        picture = reencode(stream, max_side=LONGEST_SIDE)
    except ImageError as fault:
        raise InvalidInput(gettext(fault.message, **fault.params), field=field) from fault
    return save_picture(picture, name=name, purpose=PICTURE)


def read_shared_picture(article_id: UUID, file_id: UUID, width: int = 0) -> tuple[StoredFile, bytes]:
    """A picture of an article shared with this zone, read as a visitor of the zone it comes from; narrow, if it has a
    copy of that width.

    Ends the running transaction, since another zone's scope is entered. Raises `NotFound` for any other file.
    """
    return read_picture_of(find_picture_origin(article_id, file_id), file_id, width)
