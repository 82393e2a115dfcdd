"""Pictures of the zone's look: drawn anew, stored as public files."""

from werkzeug.datastructures import FileStorage

from app.core.files import save_picture
from app.core.images import Purpose, reencode


def store_picture(upload: FileStorage, purpose: Purpose, side: int) -> str:
    """The id of the stored picture, at most `side` pixels wide and high; raises `ImageError`."""
    picture = reencode(upload.stream, max_side=side, purpose=purpose)
    return str(save_picture(picture, name=upload.filename or "", purpose=f"console.{purpose}").id)
