"""Where a case's page offers to take it out."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.inputs import REQUIRED
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.core.forms import Form

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
KEY = "file_export"


class FileSchema(Schema):
    """Why a case is taken out."""

    file_reason = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=validate.Length(min=4, max=500, error=_("Write 4 to {max} characters.")),
    )


def _show_desk(_case: Case, refused: Form | None) -> Values:
    return {"form": refused or Form(FileSchema)}


def _show_member(_case: Case, _refused: Form | None) -> Values:
    return {}


DESK = Panel(KEY, "casework/desk/file_export.html", _show_desk, is_beside=True)
MEMBER = Panel(KEY, "casework/file_export.html", _show_member)
