"""What people type when they sign in."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate

from app.core.clock import CHINA, today_in_china
from app.core.halfwidth import fold
from app.core.i18n import LOCALES
from app.core.identifiers import IdentifierError, parse_mobile, parse_resident_id

LONGEST_GRANT = timedelta(days=3653)
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


def end_of_day(day: date) -> datetime:
    """The instant at which a day has passed in China."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


class LastDay(fields.Date):
    """The last day on which something holds; loads as the instant at which that day has passed in China."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": lazy_gettext("Please enter a day, like 2026-12-31.")}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        day = super()._deserialize(value, attr, data, **kwargs)
        if not today_in_china() <= day <= today_in_china() + LONGEST_GRANT:
            raise ValidationError(gettext("Choose a day from today on, within ten years."))
        return end_of_day(day)


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


class NewPhoneForm(Schema):
    """A new number of one's own; `current` is the password, asked of those who have not just signed in."""

    phone = Phone(required=True)
    current = fields.String(load_default="", validate=_at_most(128))


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


class AppointmentForm(Schema):
    """A role for the account of a phone; without `until` it holds until it is taken away."""

    phone = Phone(required=True)
    name = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=_at_most(40),
    )
    role = fields.String(required=True, error_messages=REQUIRED)
    until = LastDay(load_default=None)


class StaffForm(AppointmentForm):
    """A new member of a zone's staff."""

    union = fields.String(required=True, error_messages=REQUIRED, validate=_at_most(200))


class ClosingForm(Schema):
    """An account to close or to open again, and why."""

    phone = Phone(required=True)
    reason = fields.String(required=True, error_messages=REQUIRED, validate=_at_most(200))
    deed = fields.String(required=True, error_messages=REQUIRED, validate=validate.OneOf(("block", "unblock")))
