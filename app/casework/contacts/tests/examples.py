"""A visit with a photo, for the walks that open every page."""

import io
import re
from uuid import UUID

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app.casework.contacts.models import CasePhoto
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7


def visited(zone: ZoneFacts, handler: FlaskClient, path: str, case_id: UUID) -> UUID:
    """The id of the photo of a visit that the handler has written down; `path` is the case's page at the desk."""
    photo = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(photo, "JPEG")
    photo.seek(0)
    (csrf, *_) = re.findall(r'name="csrf_token" value="([^"]+)"', handler.get(path).text)
    form = {"csrf_token": csrf, "_once": str(uuid7()), "visit_at": "2026-01-06T10:00", "place": "幸福里三号楼",
            "present": "本人", "visit_note": "家中陈设简陋", "photos": (photo, "家中.jpg")}  # fmt: skip
    assert handler.post(f"{path}/visits", data=form, content_type="multipart/form-data").status_code == 302
    with scope(Plane.WORKER, zone=zone):
        return db.session.execute(select(CasePhoto.id).where(CasePhoto.case_id == case_id)).scalar_one()
