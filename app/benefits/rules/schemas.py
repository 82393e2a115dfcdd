"""What the city's forms of spending rules send."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from app.benefits.inputs import Yuan, _, choice
from app.benefits.rules.categories import CATEGORIES, EARMARKS
from app.benefits.rules.words import PERIODS
from app.core.moments import Day
from app.unions.schemas import REQUIRED, between

LONGEST_SOURCE = 120


class RuleForm(Schema):
    """A rule to propose; the union's id is that of the region."""

    union_id = fields.UUID(
        required=True, error_messages={**REQUIRED, "invalid_uuid": _("Choose a region from the list.")}
    )
    category = choice(CATEGORIES, required=True)
    cap = Yuan(required=True)
    period = choice(PERIODS, required=True)
    earmark = choice(EARMARKS, load_default="")
    effective_from = Day(required=True)
    effective_to = Day(load_default=None)
    source = fields.String(required=True, error_messages=REQUIRED, validate=between(2, LONGEST_SOURCE))

    @validates_schema(skip_on_field_errors=True)
    def _check(self, sent: dict[str, Any], **_rest: Any) -> None:
        if sent["effective_to"] and sent["effective_to"] < sent["effective_from"]:
            raise ValidationError(_("It ends before it begins."), "effective_to")


class EndForm(Schema):
    """The last day of a rule."""

    ends_on = Day(required=True)
