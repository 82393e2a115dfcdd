"""What the staff's forms of budgets and catalogues send."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.benefits.beans.kinds import TransactionKind
from app.benefits.inputs import Number, Yuan, _, choice
from app.unions.schemas import REQUIRED, between

LONGEST_TITLE, LONGEST_GROUND = 60, 200
MOST_BEANS = 1_000_000_000
MOST_CENTS_PER_BEAN = 10_000_00
_NO_YEAR: Any = _("Write a year from 2000 to 2099.")


def _text(most: int) -> fields.String:
    return fields.String(required=True, error_messages=REQUIRED, validate=between(2, most))


class BudgetForm(Schema):
    """A budget to set up."""

    title = _text(LONGEST_TITLE)
    union_id = fields.UUID(required=True, error_messages={**REQUIRED, "invalid_uuid": _("Please choose.")})
    catalogue_id = fields.UUID(required=True, error_messages={**REQUIRED, "invalid_uuid": _("Please choose.")})
    year = fields.Integer(
        required=True,
        error_messages={**REQUIRED, "invalid": _NO_YEAR},
        validate=validate.Range(2000, 2099, error=_NO_YEAR),
    )
    value = Yuan(MOST_CENTS_PER_BEAN, required=True)


class AppropriationForm(Schema):
    """Beans to put in or take out."""

    kind = choice((TransactionKind.APPROPRIATE, TransactionKind.WITHDRAW), required=True)
    amount = Number(MOST_BEANS, required=True)
    ground = _text(LONGEST_GROUND)


class CatalogueForm(Schema):
    """What a catalogue shall be called and hold."""

    catalogue_id = fields.UUID(required=True)
    title = _text(LONGEST_TITLE)
    categories = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(min=1, error=_("Choose one kind or more.")),
        error_messages={"required": _("Choose one kind or more.")},
    )
