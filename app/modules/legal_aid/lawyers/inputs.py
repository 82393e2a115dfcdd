"""What is asked about lawyers, and of them."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.casework.inputs import REQUIRED
from app.core.clock import today_in_china
from app.core.identifiers import IdentifierError, parse_uscc
from app.core.moments import Day
from app.identity.schemas import Phone
from app.modules.legal_aid.lawyers.licences import parse_licence
from app.modules.legal_aid.questions import SUBJECTS

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
DAY = REQUIRED | {"invalid": _("Write a day, such as 2026-03-05.")}


def _text(most: int) -> fields.String:
    length = validate.Length(min=2, max=most, error=_("Write 2 to {max} characters."))
    return fields.String(required=True, validate=length, error_messages=REQUIRED)


class Licence(fields.String):
    """A lawyer's licence number."""

    default_error_messages = REQUIRED

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        try:
            return parse_licence(super()._deserialize(value, attr, data, **rest), today_in_china())
        except ValueError:
            raise ValidationError(
                str(_("Write the 17 digits of the licence: 1, the place, the year, and the rest."))
            ) from None


class CreditCode(fields.String):
    """A unified social credit code."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> str:
        text = super()._deserialize(value, attr, data, **rest)
        try:
            return parse_uscc(text) if text else ""
        except IdentifierError as fault:
            raise ValidationError(str(fault)) from None


class LawyerSchema(Schema):
    """A lawyer of the panel."""

    name = _text(40)
    licence = Licence(required=True)
    firm = _text(80)
    mobile = Phone(required=True)
    fields_of_work = fields.List(
        fields.String(validate=validate.OneOf([key for key, _title in SUBJECTS])), load_default=list
    )
    active_from = Day(required=True, error_messages=DAY)
    active_to = Day(load_default=None, error_messages=DAY)

    @validates_schema(skip_on_field_errors=True)
    def _ends_after_its_beginning(self, data: dict[str, Any], **_rest: Any) -> None:
        if data["active_to"] is not None and data["active_to"] < data["active_from"]:
            raise ValidationError(_("The last day comes after the first."), "active_to")


class ClientSchema(Schema):
    """Whom a lawyer acts for."""

    client_name = _text(80)
    client_uscc = CreditCode(load_default="")


class OfferSchema(Schema):
    """The lawyer a case is offered to."""

    lawyer = fields.UUID(
        required=True,
        error_messages={"required": _("Choose a lawyer."), "invalid_uuid": _("Choose a lawyer.")},
    )


class ReasonSchema(Schema):
    """Why an assignment ends."""

    lawyer_reason = _text(500)


class DeclineSchema(Schema):
    """Why an offer is turned down."""

    decline_reason = _text(500)
    is_conflict = fields.Boolean(load_default=False)
    is_sure = fields.Boolean(load_default=False)

    @validates_schema
    def _is_confirmed(self, data: dict[str, Any], **_rest: Any) -> None:
        if data.get("is_conflict") and not data.get("is_sure"):
            raise ValidationError(_("Please confirm: you are kept from this case for good."), "is_sure")
