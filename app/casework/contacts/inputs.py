"""What staff write of tasks, calls and visits."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.contacts.models import Way
from app.casework.forms.field import FILL_IN, refusal
from app.casework.inputs import REQUIRED
from app.core.clock import CHINA, now, today_in_china

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
A_YEAR = timedelta(days=366)


def _text(most: int) -> fields.String:
    length = validate.Length(min=2, max=most, error=_("Write 2 to {max} characters."))
    return fields.String(required=True, validate=length, error_messages={"required": FILL_IN})


def _today_or_later(day: date) -> None:
    if day < today_in_china():
        raise refusal(_("This day is over."))
    if day > today_in_china() + A_YEAR:
        raise refusal(_("Choose a day within a year."))


def _happened(at: datetime) -> None:
    if at > now():
        raise refusal(_("Write down what has happened; this is still to come."))
    if at < now() - A_YEAR:
        raise refusal(_("This is more than a year ago. Write that into a note."))


def _moment() -> fields.AwareDateTime:
    """A day and a time as a browser sends them, in China."""
    return fields.AwareDateTime(
        format="%Y-%m-%dT%H:%M", default_timezone=CHINA, required=True, validate=_happened, error_messages=REQUIRED
    )


class TaskSchema(Schema):
    """A new task."""

    title = _text(200)
    assignee = fields.UUID(
        required=True, error_messages={"required": FILL_IN, "invalid_uuid": _("Choose somebody from the list.")}
    )
    due_on = fields.Date(required=True, validate=_today_or_later, error_messages=REQUIRED)


class CallSchema(Schema):
    """A phone call."""

    way = fields.String(
        required=True,
        validate=validate.OneOf([way.value for way in Way if way.is_call], error=_("Choose who called.")),
        error_messages={"required": _("Choose who called.")},
    )
    call_at = _moment()
    with_whom = _text(100)
    call_note = _text(2000)


class VisitSchema(Schema):
    """A home visit."""

    visit_at = _moment()
    place = _text(200)
    present = _text(200)
    visit_note = _text(2000)
