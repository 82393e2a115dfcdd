"""What is asked about fees."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.casework.forms import Day, Money
from app.casework.inputs import REQUIRED, Told
from app.casework.payments.inputs import Name
from app.core.halfwidth import fold
from app.modules.legal_aid.fees.standards import Work

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
MOST_CENTS = 5_000_000
"""No fee, nor any part of it, is above ¥50,000: whoever types more has forgotten the point."""
MOST_HOURS = 200
LONGEST_TOLD = 1000
LONGEST_SOURCE = 120
DAY = REQUIRED | {"invalid": _("Write a day, such as 2026-03-05.")}
_HOURS = re.compile(r"([0-9]{1,3}(?:\.[05])?)(?:小时|时|h)?")


class Hours(fields.Field[int]):
    """Hours of work as people write them ("2.5", "3小时"), halves too; the answer is in minutes."""

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> int:
        match = _HOURS.fullmatch(fold(str(value)).replace(" ", ""))
        hours = Decimal(match[1]) if match else Decimal(-1)
        if not 0 <= hours <= MOST_HOURS:
            raise ValidationError(str(_("Write hours and halves, such as 2 or 2.5, at most 200.")))
        return int(hours * 60)


def hours(minutes: int) -> str:
    """Minutes as they are typed: "2.5"; empty for none."""
    return f"{Decimal(minutes) / 60:g}" if minutes else ""


def _money(name: str, title: Any, *, required: bool = True) -> Told:
    return Told(Money(name, title, is_required=required, most_cents=MOST_CENTS), required)


def _reason() -> fields.String:
    length = validate.Length(min=4, max=500, error=_("Write 4 to {max} characters."))
    return fields.String(required=True, validate=length, error_messages=REQUIRED)


class BeginSchema(Schema):
    """The work whose fee is to be claimed."""

    assignment = fields.UUID(required=True)
    work = fields.String(required=True, validate=validate.OneOf(list(Work)))


class ClaimSchema(Schema):
    """A claim as it is written, whole or not."""

    hours = Hours(load_default=0)
    travel = _money("travel", _("Travel costs"), required=False)
    told = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_TOLD, error=_("Write at most {max} characters."))
    )


class ApproveSchema(Schema):
    """An approval needs no words."""


class ReturnSchema(Schema):
    """Why a claim is returned, as the lawyer will read it."""

    return_reason = _reason()


class RefuseSchema(Schema):
    """Why a claim is refused, as the lawyer will read it."""

    refuse_reason = _reason()


class PaymentSchema(Schema):
    """A transfer that was made, as its receipt says."""

    paid_on = fields.Date(required=True, error_messages=DAY)
    reference = Name(
        required=True,
        validate=validate.Length(min=2, max=60, error=_("Write 2 to {max} characters.")),
        error_messages=REQUIRED,
    )


class CorrectionSchema(PaymentSchema):
    """What a payment should have been noted as, and why it was not."""

    correction_reason = _reason()


class BounceSchema(Schema):
    """That a payment came back, as the bank's statement says."""

    bounced_on = fields.Date(required=True, error_messages=DAY)
    bounce_reason = _reason()


class UndoBounceSchema(Schema):
    """That the transfer arrived after all needs no words: what is paid, and by which transfer, is on record."""


class StandardSchema(Schema):
    """A fee standard."""

    work = fields.String(
        required=True, error_messages=REQUIRED, validate=validate.OneOf(list(Work), error=_("Choose the work."))
    )
    effective_from = Told(
        Day("effective_from", _("In force from"), is_required=True, earliest=date(2000, 1, 1), may_be_future=True), True
    )
    stage = _money("stage", _("For the work as a whole"))
    hour = _money("hour", _("For an hour"))
    hours_most = _money("hours_most", _("For all hours at most"))
    travel_most = _money("travel_most", _("Travel costs at most"))
    source = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=validate.Length(min=2, max=LONGEST_SOURCE, error=_("Write 2 to {max} characters.")),
    )

    @validates_schema(skip_on_field_errors=True)
    def _comes_to_something(self, data: dict[str, Any], **_rest: Any) -> None:
        if bool(data["hour"]) != bool(data["hours_most"]):
            raise ValidationError(_("An hour’s fee and the most for all hours go together."), "hours_most")
        if not data["stage"] and not data["hour"]:
            raise ValidationError(_("Write what is paid for the work as a whole, or for an hour."), "stage")
