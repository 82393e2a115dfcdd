"""Papers as the desk sees them: with who looks at them, as what, and when, drawn over each."""

import io

from sqlalchemy import or_, select

from app.casework.errors import CannotBeMarked
from app.core.clock import now
from app.core.i18n import moment
from app.core.images import reencode
from app.core.pdf_files import PdfError
from app.core.watermark import watermark_pdf, watermark_picture
from app.identity.models import RoleGrant
from app.identity.roles import ROLES
from tenants.context import Actor, current_zone
from tenants.database import db

SMALL_SIDE = 480
"""Pixels of a thumbnail's longer side."""


def mark_of(actor: Actor) -> str:
    """The viewer's name, the time, and as what they look: their roles at the zone's union that hold now and were given by hand,
    and the zone."""
    held = select(RoleGrant.role).where(
        RoleGrant.account_id == actor.account_id,
        RoleGrant.union_path == current_zone().union_path,
        or_(RoleGrant.expires_at.is_(None), RoleGrant.expires_at > now()),
    )
    keys = set(db.session.execute(held).scalars()) & ROLES.keys()
    roles = sorted(str(ROLES[key].title) for key in keys if ROLES[key].by_hand)
    return " · ".join(filter(None, (actor.name, moment(now()), *roles, current_zone().name)))


def marked(data: bytes, media_type: str, mark: str) -> bytes:
    """A picture or PDF with the mark over it. Raises `CannotBeMarked` for a PDF that can't be read."""
    if media_type.startswith("image/"):
        return watermark_picture(data, media_type, mark)
    try:
        return watermark_pdf(data, mark)
    except PdfError as fault:
        raise CannotBeMarked from fault


def thumbnail(data: bytes, mark: str) -> bytes:
    """A small WebP copy of a picture, with the mark over it."""
    small = reencode(io.BytesIO(data), max_side=SMALL_SIDE, purpose="evidence")
    return watermark_picture(small.data, small.media_type, mark)
