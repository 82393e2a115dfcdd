"""The prizes as staff write them, for the settings of any kind of campaign that gives some."""

from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.benefits.inputs import Number

MOST_PRIZES = 20
MOST_PIECES = 100_000
LONGEST_TITLE = 40


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


class PrizeRow(Schema):
    """One prize: what it is called, of which batch of vouchers, and how many."""

    title = fields.String(
        required=True,
        validate=validate.Length(
            1, LONGEST_TITLE, error=_("The title may have up to %(most)d characters.", most=LONGEST_TITLE)
        ),
        error_messages={"required": _("Say what the prize is called.")},
    )
    batch_id = fields.UUID(
        required=True, error_messages={"required": _("Choose the vouchers."), "invalid_uuid": _("Choose the vouchers.")}
    )
    quantity = Number(MOST_PIECES, required=True)


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
