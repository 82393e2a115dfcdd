"""What the desk's forms of mutual aid send."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.casework.forms import Count, Day, Money
from app.casework.inputs import REQUIRED, Told
from app.core.clock import today_in_china
from app.modules.help.mutual_aid.formula import INVOICE_KINDS
from app.modules.help.mutual_aid.tiers import TierError, read_tiers

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
LONGEST_PERIOD = timedelta(days=3 * 366)
MOST_YEARS_AWAY = 10


class Tiers(fields.Field[Any]):
    """Lines of tiers."""

    default_error_messages = REQUIRED

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> Any:
        try:
            return read_tiers(str(value)[:2000])
        except TierError as fault:
            raise ValidationError(str(fault)) from fault


def _money(**bounds: Any) -> Told:
    return Told(Money("amount", _("Amount"), **bounds), required=True)


def _day() -> Told:
    return Told(Day("day", _("Day"), may_be_future=True), required=True)


def _text(most: int) -> fields.String:
    length = validate.Length(min=1, max=most, error=_("Write 1 to {max} characters."))
    return fields.String(required=True, validate=length, error_messages=REQUIRED)


class PlanForm(Schema):
    """A plan in one version."""

    name = _text(60)
    version = _text(20)
    source = _text(120)
    covers_from = _day()
    covers_until = _day()
    contribution = _money(most_cents=100_000_00)
    waiting_days = Told(Count("waiting_days", _("Waiting days"), most=365), required=True)
    deductible = _money()
    tiers = Tiers(required=True)
    claim_cap = _money(least_cents=1)
    period_cap = _money(least_cents=1)
    counted_kinds = fields.List(
        fields.String(validate=validate.OneOf(list(INVOICE_KINDS))),
        required=True,
        validate=validate.Length(min=1, error=_("Choose one kind or more.")),
        error_messages={"required": _("Choose one kind or more.")},
    )

    @validates_schema(skip_on_field_errors=True)
    def _check(self, sent: dict[str, Any], **_rest: Any) -> None:
        if sent["covers_until"] < sent["covers_from"]:
            raise ValidationError(_("The cover ends before it begins."), "covers_until")
        if abs(sent["covers_until"].year - today_in_china().year) > MOST_YEARS_AWAY:
            raise ValidationError(_("Choose a day within ten years."), "covers_until")
        if sent["covers_until"] - sent["covers_from"] > LONGEST_PERIOD:
            raise ValidationError(_("A plan covers three years at most."), "covers_until")
        if sent["period_cap"] < sent["claim_cap"]:
            raise ValidationError(_("This is less than one claim may give."), "period_cap")


class WindowForm(Schema):
    """When members of a union are enrolled."""

    union = _text(120)
    opens_on = _day()
    closes_on = _day()

    @validates_schema(skip_on_field_errors=True)
    def _check(self, sent: dict[str, Any], **_rest: Any) -> None:
        if sent["closes_on"] < sent["opens_on"]:
            raise ValidationError(_("The window closes before it opens."), "closes_on")


class EnrolForm(Schema):
    """Which members of a window's unions are enrolled: all of one union and below it, or those who joined by a day."""

    union = fields.String(load_default="", validate=validate.Length(max=120))
    joined_until = Told(Day("joined_until", _("Joined until")), required=False)


class RollForm(Schema):
    """A sheet of the members to enrol; the file comes beside it."""
