"""The prizes as staff write them, for the settings of any kind of campaign that gives some."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.benefits.inputs import Number

MOST_PRIZES = 20
MOST_PIECES = 100_000
MOST_BEANS = 1_000_000
MOST_DAYS, USUAL_DAYS = 730, 90
"""Days for which beans that were won are good after the campaign has closed."""
LONGEST_TITLE = 40


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


class PrizeRow(Schema):
    """One prize: what it is called, of which batch of vouchers or how many beans of which budget, and how many there are.

    Beans are good for `beans_days` after the campaign has closed.
    """

    title = fields.String(
        required=True,
        validate=validate.Length(
            1, LONGEST_TITLE, error=_("The title may have up to %(most)d characters.", most=LONGEST_TITLE)
        ),
        error_messages={"required": _("Say what the prize is called.")},
    )
    batch_id = fields.UUID(load_default=None, error_messages={"invalid_uuid": _("Choose the vouchers.")})
    budget_id = fields.UUID(load_default=None, error_messages={"invalid_uuid": _("Choose the budget.")})
    beans = Number(MOST_BEANS, load_default=None)
    beans_days = Number(MOST_DAYS, load_default=None)
    quantity = Number(MOST_PIECES, required=True)

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def of_one_kind(self, data: dict[str, Any], written: dict[str, Any], **_rest: Any) -> None:
        """Vouchers, or so many beans of a budget. What was written is looked at, for what is wrong in a field is said there already."""
        vouchers, budget, beans = (written.get(name) not in (None, "") for name in ("batch_id", "budget_id", "beans"))
        if vouchers == budget:
            raise ValidationError(_("Choose vouchers, or a budget of beans."), "batch_id")
        if budget and not beans:
            raise ValidationError(_("Say how many beans each is."), "beans")
        if vouchers and data.get("beans") is not None:
            raise ValidationError(
                _("Beans come out of a budget: choose one instead of vouchers, or leave this empty."), "beans"
            )


class PrizeSettings(Schema):
    """The prizes in their order, the highest first. If `passes_on`, a piece that its winner can't be given goes to the next."""

    prizes: Any = fields.List(
        fields.Nested(PrizeRow),
        load_default=list,
        validate=validate.Length(
            max=MOST_PRIZES, error=_("A campaign may have up to %(most)d prizes.", most=MOST_PRIZES)
        ),
    )
    passes_on = fields.Boolean(load_default=False)
