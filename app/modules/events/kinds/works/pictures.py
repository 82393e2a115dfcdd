"""Pictures of works: personal while a work is looked at, public copies once it is accepted."""

import io
from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext

from app.core.errors import InvalidInput
from app.core.files import delete_file, read_file, save_file, save_picture
from app.core.images import FORMATS, MB, ImageError, reencode
from app.core.uploads import Uploads
from app.modules.events.kinds.works.models import MOST_PICTURES

PURPOSE = "events.work"
LONGEST_SIDE = 1600
PICTURES = Uploads(FORMATS, 10 * MB, MOST_PICTURES)
Sent = tuple[bytes, str]
"""What came as a file, and its name."""


def keep_pictures(member_id: UUID, sent: Sequence[Sent]) -> list[UUID]:
    """Store a member's pictures for them and staff alone, drawn anew from their pixels. Raises `InvalidInput` for what is none."""
    if len(sent) > MOST_PICTURES:
        raise InvalidInput(PICTURES.too_many(), field="pictures")
    return [_keep(member_id, data, name) for data, name in sent]


def _keep(member_id: UUID, data: bytes, name: str) -> UUID:
    try:
        picture = reencode(io.BytesIO(data), max_side=LONGEST_SIDE, max_bytes=PICTURES.most_bytes)
    except ImageError as fault:
        raise InvalidInput(gettext(fault.message, **fault.params), field="pictures") from fault
    kept = save_file(picture.data, name=name, media_type=picture.media_type, purpose=PURPOSE, visibility="personal",
                     member_id=member_id)  # fmt: skip
    return kept.id


def show_pictures(file_ids: Sequence[UUID]) -> list[UUID]:
    """Public copies of personal pictures, without their names. On the staff plane."""
    found = [read_file(file_id)[1] for file_id in file_ids]
    pictures = [reencode(io.BytesIO(data), max_side=LONGEST_SIDE) for data in found]
    return [save_picture(picture, name="work.webp", purpose=PURPOSE).id for picture in pictures]


def drop_pictures(file_ids: Sequence[UUID]) -> None:
    for file_id in file_ids:
        delete_file(file_id)
