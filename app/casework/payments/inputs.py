"""What payments ask of members and of who pays."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext, lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.forms.field import refusal
from app.casework.inputs import REQUIRED
from app.core.halfwidth import fold
from app.core.identifiers import IdentifierError, parse_bank_account

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext


class AccountNumber(fields.String):
    """The number of a bank account; of a card its check digit has to fit."""

    def _deserialize(self, value: Any, *place: Any, **rest: Any) -> Any:
        try:
            return parse_bank_account(super()._deserialize(value, *place, **rest))
        except IdentifierError as fault:
            raise refusal(gettext(fault.message) % fault.params) from fault


class Name(fields.String):
    """A name in one line, in half width."""

    def _deserialize(self, value: Any, *place: Any, **rest: Any) -> Any:
        return fold(super()._deserialize(value, *place, **rest))


NO_FORMULA = validate.Regexp(
    r"(?![=+@＝＋＠－-])", error=_("Begin with a letter, a digit or a Chinese character, not with =, +, - or @.")
)
"""What a bank's program could take for a formula is refused before it comes into the file for the bank."""


def _length(least: int, most: int) -> validate.Length:
    texts = {2: _("Write 2 to {max} characters."), 4: _("Write 4 to {max} characters.")}
    return validate.Length(min=least, max=most, error=texts[least])


class AccountSchema(Schema):
    """A member's account."""

    bank_name = Name(required=True, validate=[_length(2, 60), NO_FORMULA], error_messages=REQUIRED)
    account_number = AccountNumber(required=True, error_messages=REQUIRED)
    account_holder = Name(required=True, validate=[_length(2, 60), NO_FORMULA], error_messages=REQUIRED)
    holder_reason = fields.String(
        load_default="", validate=validate.Length(max=200, error=_("Write at most {max} characters."))
    )


class ReasonSchema(Schema):
    """Why a payment is stopped, as the member will read it."""

    stop_reason = fields.String(required=True, validate=_length(4, 500), error_messages=REQUIRED)


class RenewSchema(Schema):
    """To which account a payment is made again: the mark of what the page showed."""

    account = fields.String(required=True, error_messages=REQUIRED)


class TakeOutSchema(Schema):
    """Why the file for the bank is taken out again, for the desk."""

    take_out_reason = fields.String(
        load_default="", validate=validate.Length(max=200, error=_("Write at most {max} characters."))
    )


class DissolveSchema(Schema):
    """Why a batch is dissolved, for the desk."""

    dissolve_reason = fields.String(required=True, validate=_length(4, 500), error_messages=REQUIRED)


class AttemptSchema(Schema):
    """Which attempt to pay an order is meant: a page that is older than a later attempt says nothing about that."""

    attempt = fields.UUID(required=True, error_messages=REQUIRED)


class TransferSchema(AttemptSchema):
    """A transfer that was made, as its receipt says."""

    paid_on = fields.Date(required=True, error_messages=REQUIRED)
    reference = Name(required=True, validate=_length(2, 60), error_messages=REQUIRED)


class RefusalSchema(AttemptSchema):
    """Why the bank refused, as the member will read it."""

    refusal_reason = fields.String(required=True, validate=_length(2, 200), error_messages=REQUIRED)


class ReturnedSchema(AttemptSchema):
    """Money that came back after it was paid, as the bank's statement says; the member reads the reason."""

    returned_on = fields.Date(required=True, error_messages=REQUIRED)
    return_reference = Name(required=True, validate=_length(2, 60), error_messages=REQUIRED)
    return_reason = fields.String(required=True, validate=_length(2, 200), error_messages=REQUIRED)


class CheckSchema(Schema):
    """Which note that money came back is confirmed or discarded."""

    noted = fields.UUID(required=True, error_messages=REQUIRED)


class RevealSchema(Schema):
    """Why an account is to be seen in clear."""

    reveal_reason = fields.String(required=True, validate=_length(4, 200), error_messages=REQUIRED)
