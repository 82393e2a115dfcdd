"""An article's text: from what a person typed to the HTML that is stored and shown."""

import re
from uuid import UUID

from flask_babel import lazy_gettext as _
from markupsafe import Markup

from app.core.errors import InvalidInput
from app.core.rich_text import clean_html, html_of
from app.modules.news.addresses import shared_picture_path
from app.modules.news.models import LONGEST_BODY

FILE = re.compile(r'src="/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\?[^"]*)?"', re.IGNORECASE)
PICTURE = re.compile(r'src="((?:/files/|/news/[0-9a-f-]{36}/pictures/)[0-9a-f-]{36})"')
COLUMN = 750  # pixels; the widest of the narrow copies


def to_html(typed: str) -> str:
    """Sanitised HTML. A text that begins with a tag is HTML, any other is Markdown (which may hold tags).

    Raises `InvalidInput` for more than `LONGEST_BODY` characters of HTML.
    """
    html = html_of(typed)
    if len(html) > LONGEST_BODY:
        raise InvalidInput(_("The text is too long."), field="body")
    return clean_html(html)


def with_picture(typed: str, file_id: UUID, alt: str) -> str:
    """What was typed, HTML or Markdown, with a picture below it."""
    picture = Markup('<p><img src="/files/{}" alt="{}"></p>').format(file_id, " ".join(alt.split()))
    return f"{typed.strip()}\n\n{picture}".lstrip()


def file_ids(html: str) -> set[UUID]:
    """The zone's files that a sanitised text shows."""
    return {UUID(found) for found in FILE.findall(html)}


def with_shared_pictures(html: str, article_id: UUID) -> str:
    """The text for other zones: its pictures come through the article's address, since files belong to one zone."""
    return FILE.sub(lambda found: f'src="{shared_picture_path(article_id, UUID(found[1]))}"', html)


def with_narrow_pictures(html: str) -> str:
    """A sanitised text as its page shows it: its pictures in the pixels a column takes, fetched when they come into view."""
    return PICTURE.sub(rf'src="\1?width={COLUMN}" loading="lazy"', html)
