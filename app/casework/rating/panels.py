"""The rating on a case's page: the member gives it, staff read it."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.file_export.parts import FilePart, Line
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.rating.ratings import find_rating, may_be_rated
from app.core.forms import Form

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
KEY = "rating"
STARS = [
    (5, _("Very content")),
    (4, _("Content")),
    (3, _("So-so")),
    (2, _("Not content")),
    (1, _("Not content at all")),
]
CHOOSE = _("Choose how content you are.")


class RatingSchema(Schema):
    """A rating."""

    stars = fields.Integer(
        required=True,
        validate=validate.OneOf([stars for stars, _title in STARS], error=CHOOSE),
        error_messages={"required": CHOOSE, "invalid": CHOOSE},
    )
    rating_words = fields.String(
        load_default="", validate=validate.Length(max=1000, error=_("Write at most {max} characters."))
    )


def _show_member(case: Case, refused: Form | None) -> Values | None:
    if not may_be_rated(case) and refused is None:
        return None
    said = find_rating(case)
    values = {"stars": said.stars, "rating_words": said.words} if said else {}
    return {"said": said, "form": refused or Form(RatingSchema, values), "stars": STARS, "titles": dict(STARS)}


def _show_desk(case: Case, _refused: Form | None) -> Values | None:
    said = find_rating(case)
    return None if said is None else {"said": said, "titles": dict(STARS)}


def _in_file(case: Case, _for_member: bool) -> list[Line]:
    said = find_rating(case)
    return [(dict(STARS)[said.stars], said.words)] if said else []


FILE = FilePart(_("Rating by the member"), _in_file)
MEMBER = Panel(KEY, "casework/rating.html", _show_member)
DESK = Panel(KEY, "casework/desk/rating.html", _show_desk, is_beside=True)
