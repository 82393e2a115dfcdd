"""What the studio's tests do again and again."""

import re
from io import BytesIO

from PIL import Image

from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.models import ZoneRevision
from tests.fixtures.forms import fill
from tests.fixtures.world import Browser


def picture(colour: str = "red", size: tuple[int, int] = (300, 120)) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    file.seek(0)
    return file


def draft_of(zone: ZoneFacts) -> dict:
    """The zone's draft as it is stored."""
    return _document(zone, "draft")


def published_of(zone: ZoneFacts) -> dict:
    return _document(zone, "published")


def _document(zone: ZoneFacts, status: str) -> dict:
    with scope(Plane.STAFF, zone=zone):
        found = db.session.execute(db.select(ZoneRevision.document).where(ZoneRevision.status == status)).scalar_one()
        db.session.rollback()
    return found


def add_block(desk: Browser, kind: str) -> str:
    """The address of a new block's page."""
    fill(desk, "/console/blocks", type=kind)
    return re.findall(r'href="(/console/blocks/b[0-9a-f]{8})"', desk.get("/console/blocks").text)[-1]


def changes_on(desk: Browser, path: str = "/console/publish") -> list[list[str]]:
    """The rows of the page's table of differences, each as the text of its cells; pictures as their addresses."""
    table = desk.get(path).text.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [[_text(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows]


def _text(cell: str) -> str:
    seen = re.sub(r'<img[^>]*src="([^"]+)"[^>]*>', r"\1", cell)
    return " ".join(re.sub(r"<[^>]+>", "", seen).split())
