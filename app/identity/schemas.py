"""What people type when they sign in."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate

from app.core.halfwidth import fold
from app.core.i18n import LOCALES
from app.core.identifiers import IdentifierError, parse_mobile, parse_resident_id

REQUIRED: dict[str, Any] = {
    "required": lazy_gettext("Please fill this in."),
    "null": lazy_gettext("Please fill this in."),
}


class Phone(fields.String):
    """A mainland mobile number in any usual spelling; loads as E.164."""

    default_error_messages = REQUIRED

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        try:
            return parse_mobile(super()._deserialize(value, attr, data, **kwargs))
        except IdentifierError:
            raise ValidationError(gettext("Please enter a mobile number of 11 digits, like 138 0013 8000.")) from None


class ResidentNumber(fields.String):
    """A resident ID number; loads in its normal form."""

    default_error_messages = REQUIRED

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        try:
            return parse_resident_id(super()._deserialize(value, attr, data, **kwargs)).number
        except IdentifierError:
            raise ValidationError(gettext("Please enter the 18 characters of the resident ID number.")) from None


class SixDigits(fields.String):
    """A code of six digits; spaces and full-width digits are as good. Loads as six ASCII digits."""

    default_error_messages = REQUIRED

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        code = "".join(fold(super()._deserialize(value, attr, data, **kwargs)).split())
        if len(code) != 6 or not (code.isascii() and code.isdigit()):
            raise ValidationError(gettext("The code has six digits."))
        return code


def _at_most(number: int) -> Callable[[str], None]:
    def check(text: str) -> None:
        if len(text) > number:
            raise ValidationError(gettext("Please use at most %(number)d characters.", number=number))

    return check


def _password() -> fields.String:
    return fields.String(required=True, error_messages=REQUIRED, validate=_at_most(128))


def _factor(text: str) -> None:
    if not re.fullmatch(r"[0-9A-Za-z -]{6,16}", text):
        raise ValidationError(gettext("Enter the six digits of your app, or a recovery code."))


class PhoneForm(Schema):
    """Asking for a code."""

    phone = Phone(required=True)


class CodeForm(Schema):
    """The code that arrived."""

    code = SixDigits(required=True)


class PasswordForm(Schema):
    """Signing in with a password."""

    phone = Phone(required=True)
    password = _password()


class NewPasswordForm(Schema):
    """Choosing a password; `current` is asked of those who have not just signed in."""

    current = fields.String(load_default="", validate=_at_most(128))
    password = _password()


class SecondFactorForm(Schema):
    """A code of the app, or a recovery code."""

    code = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=_factor,
    )


class ConfirmEnrolmentForm(Schema):
    """The first code of a newly scanned secret."""

    code = SixDigits(required=True)


class DocumentForm(Schema):
    """Which of several members with one phone this is."""

    id_number = ResidentNumber(required=True)


class DisplayForm(Schema):
    """Language and text size."""

    locale = fields.String(required=True, error_messages=REQUIRED, validate=validate.OneOf(LOCALES))
    large_text = fields.Boolean(load_default=False)


class StaffForm(Schema):
    """A new member of the staff."""

    phone = Phone(required=True)
    name = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=_at_most(40),
    )
    role = fields.String(required=True, error_messages=REQUIRED)
    union = fields.String(required=True, error_messages=REQUIRED, validate=_at_most(200))
