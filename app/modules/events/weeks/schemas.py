"""What comes in through the form of a week."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.core.moments import Day
from app.modules.events.weeks.models import LONGEST_SUMMARY, LONGEST_TITLE, MOST_DAYS
from app.modules.events.weeks.occurring import Every


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


SHORTEST_ROUND = {Every.WEEK: 7, Every.MONTH: 28, Every.YEAR: 365, Every.ONCE: MOST_DAYS}
"""Days from one beginning to the next, at least."""


class WeekForm(Schema):
    """A week: what it is called, its days, and how often it comes."""

    title = fields.String(
        required=True,
        validate=validate.Length(
            2, LONGEST_TITLE, error=_("The title may have 2 to %(most)d characters.", most=LONGEST_TITLE)
        ),
        error_messages={"required": _("Give the week a title.")},
    )
    summary = fields.String(
        load_default="",
        validate=validate.Length(
            max=LONGEST_SUMMARY, error=_("The summary may have up to %(most)d characters.", most=LONGEST_SUMMARY)
        ),
    )
    first_on = Day(required=True)
    last_on = Day(required=True)
    every = fields.String(
        load_default=Every.ONCE, validate=validate.OneOf([*Every], error=_("Choose how often it comes."))
    )

    @validates_schema(skip_on_field_errors=True)
    def _is_in_order(self, data: dict[str, Any], **_others: Any) -> None:
        first: date = data["first_on"]
        days = (data["last_on"] - first).days + 1
        if days < 1:
            raise ValidationError(_("The last day is before the first."), "last_on")
        most = min(SHORTEST_ROUND[Every(data["every"])], MOST_DAYS)
        if days > most:
            raise ValidationError(_("Coming as often as this, it may have up to %(most)d days.", most=most), "last_on")
