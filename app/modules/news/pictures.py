"""Pictures of articles: taking them in, and letting zones see those of shared articles."""

from uuid import UUID

from flask_babel import gettext

from app.core.errors import InvalidInput, NotFound
from app.core.files import StoredFile, read_picture, save_picture
from app.core.images import ImageError, Readable, reencode
from app.core.platform import platform
from app.modules.news.operations import PICTURE
from app.modules.news.queries import find_picture_origin
from tenants.context import Plane, scope
from tenants.database import db

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
    zone_id = find_picture_origin(article_id, file_id)
    origin = platform().registry.by_id(zone_id)
    db.session.commit()
    if origin is None or not origin.state.is_open:
        raise NotFound
    with scope(Plane.MEMBER, zone=origin):
        found = read_picture(file_id, width)
        db.session.commit()
    return found
