"""What comes in from the application form and from the desk."""

import re
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.core.halfwidth import fold
from app.core.identifiers import IdentifierError, parse_mobile
from app.modules.help.states import Transition

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext

YUAN = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")
MOST_TYPED = 10_000
DESCRIPTION_LENGTH = (20, 2000)
REQUIRED = {"required": _("Please fill this in."), "null": _("Please fill this in.")}


class Yuan(fields.Field[int]):
    """An amount as people write it ("1,200.50", "1200元"); gives cents."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own way
        **REQUIRED,
        "invalid": _("Write an amount in yuan, such as 1200 or 1200.50."),
    }

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> int:
        match = YUAN.fullmatch(re.sub(r"[,，\s¥￥元]", "", fold(str(value))))
        if match is None:
            raise self.make_error("invalid")
        return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


class Count(fields.Field[int]):
    """A whole number of persons, 1 to 30, as typed."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own way
        **REQUIRED,
        "invalid": _("Write a whole number from 1 to 30."),
    }

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> int:
        digits = fold(str(value)).strip().removesuffix("人")
        if not re.fullmatch(r"[0-9]{1,2}", digits) or not 1 <= int(digits) <= 30:
            raise self.make_error("invalid")
        return int(digits)


class Mobile(fields.Field[str]):
    """A mobile number of mainland China in any usual spelling; gives E.164."""

    default_error_messages = {**REQUIRED, "invalid": _("Write a mobile phone number, such as 138 1234 5678.")}  # noqa: RUF012

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> str:
        try:
            return parse_mobile(str(value))
        except IdentifierError as fault:
            raise self.make_error("invalid") from fault


class DraftSchema(Schema):
    """The form as typed so far: anything of bearable length."""

    household_size = fields.String(validate=validate.Length(max=40))
    monthly_income = fields.String(validate=validate.Length(max=40))
    amount_requested = fields.String(validate=validate.Length(max=40))
    contact_phone = fields.String(validate=validate.Length(max=40))
    description = fields.String(
        validate=validate.Length(max=MOST_TYPED, error=_("This is far too long; at most 2,000 characters."))
    )


class ApplicationSchema(Schema):
    """A complete application."""

    household_size = Count(required=True)
    monthly_income = Yuan(required=True)
    amount_requested = Yuan(required=True)
    contact_phone = Mobile(required=True)
    description = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=validate.Length(*DESCRIPTION_LENGTH, error=_("Write {min} to {max} characters.")),
    )
    consent = fields.String(
        required=True,
        error_messages={"required": _("Without your consent we may not process this.")},
    )

    @validates_schema
    def _asks_for_something(self, data: dict[str, Any], **_rest: Any) -> None:
        if data.get("amount_requested") == 0:
            raise ValidationError([str(_("Write how much you need."))], "amount_requested")


def _text(required: bool) -> fields.String:
    length = validate.Length(min=2, max=2000, error=_("Write 2 to {max} characters."))
    return fields.String(required=required, validate=length, error_messages=REQUIRED)


def _recommendation(required: bool) -> fields.String:
    words = _("Choose what you recommend.")
    return fields.String(
        required=required,
        validate=validate.OneOf(["grant", "refuse"], error=words),
        error_messages={"required": words},
    )


INPUTS: dict[str, Callable[[bool], fields.Field[Any]]] = {
    "reason": _text,
    "note": _text,
    "recommendation": _recommendation,
    "amount_recommended": lambda required: Yuan(required=required),
    "amount_granted": lambda required: Yuan(required=required),
}


def schema_of(transition: Transition) -> Schema:
    """The schema of what a step asks for, made from its line in the state table."""
    asked = dict.fromkeys(transition.requires, True) | dict.fromkeys(transition.optional, False)
    return Schema.from_dict({name: INPUTS[name](required) for name, required in asked.items()})()


class NoteSchema(Schema):
    """An inner note."""

    inner_note = _text(required=True)


class RevealSchema(Schema):
    """Why masked data is to be seen."""

    reveal_reason = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=validate.Length(min=4, max=200, error=_("Write 4 to {max} characters.")),
    )
