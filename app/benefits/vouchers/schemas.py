"""What comes in from the forms of vouchers."""

import json
from datetime import UTC
from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from app.benefits.inputs import Cents
from app.benefits.rules.categories import CATEGORIES, GOODS
from app.benefits.vouchers.handing_in import AT_ONCE
from app.benefits.vouchers.kinds import KINDS
from app.core.moments import Day
from app.identity.schemas import Phone
from app.members.audience.form import AudienceFields
from app.unions.schemas import REQUIRED, between

GIVEN_GOODS = [key for key, goods in GOODS.items() if goods.is_allowed]
ABOVE_ZERO: Any = _("The amount must be above zero.")
HAS_NO_NUMBER: Any = _("A coupon that was not given has no number: leave it empty, or say that it was given.")
WHAT_IT_SAYS: Any = dict.fromkeys(("required", "invalid"), _("Choose what the merchant desk says."))


class PickUpForm(Schema):
    """Where and when something is picked up."""

    shop = fields.UUID(required=True)
    day = fields.Date(required=True)


class ConfirmForm(Schema):
    """A voucher that a clerk was shown, in this very shop; `shown` is the signed word for that."""

    shown = fields.String(required=True)
    purchase = Cents(load_default=None)


class TakeAlongForm(Schema):
    """Which shop's list is taken along, under which id, on the phone that `nonce` names."""

    list = fields.UUID(required=True)
    shop = fields.UUID(required=True)
    nonce = fields.String(required=True, validate=validate.Length(min=32, max=64))


class UseRow(Schema):
    """A voucher that was taken without network; `at` is loaded as an instant from milliseconds since 1970."""

    key = fields.String(required=True, validate=validate.Regexp(r"[0-9A-Za-z-]{1,64}\Z"))
    code = fields.String(required=True, validate=validate.Length(max=60))
    at = fields.AwareDateTime(required=True, format="timestamp_ms", default_timezone=UTC)
    purchase = Cents(load_default=None)


class Uses(fields.Field):
    """What was taken, as a JSON list of `UseRow`."""

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> list[dict[str, Any]]:
        try:
            rows = json.loads(value)
        except (ValueError, RecursionError):
            raise ValidationError(str(value)[:40]) from None
        if not isinstance(rows, list) or len(rows) > AT_ONCE:
            raise ValidationError(str(value)[:40])
        loaded: Any = UseRow(many=True).load(rows, unknown=EXCLUDE)
        return loaded


class HandInForm(Schema):
    """What a phone took by a list."""

    list = fields.UUID(required=True)
    nonce = fields.String(required=True, validate=validate.Length(min=32, max=64))
    uses = Uses(required=True)


class ReasonForm(Schema):
    reason = fields.String(load_default="", validate=validate.Length(max=200))


class ResolutionForm(Schema):
    """What was agreed with a shop."""

    resolution = fields.String(required=True, error_messages=REQUIRED, validate=between(2, 200))


class ExtensionForm(Schema):
    """Until when the unused vouchers of a batch, or one of them, are to run, and why."""

    voucher = fields.UUID(load_default=None)
    until = Day(required=True)
    ground = fields.String(required=True, error_messages=REQUIRED, validate=between(2, 200))


class FindingForm(Schema):
    """What WeChat's merchant desk says of a coupon: that it was given, with its number there, or that it was not; and how that was seen."""

    was_given = fields.Boolean(required=True, error_messages=WHAT_IT_SAYS)
    coupon_id = fields.String(load_default="", validate=validate.Length(max=20))
    ground = fields.String(required=True, error_messages=REQUIRED, validate=between(2, 200))

    @validates_schema
    def of_one_kind(self, data: dict[str, Any], **_rest: Any) -> None:
        if not data["was_given"] and data["coupon_id"]:
            raise ValidationError(HAS_NO_NUMBER, "coupon_id")


class SettlementForm(Schema):
    """Whose redeemed vouchers are to be settled, and through which day."""

    merchant = fields.UUID(required=True, error_messages=REQUIRED)
    through = Day(required=True)


class PaymentForm(Schema):
    """The reference of a payment."""

    reference = fields.String(required=True, error_messages=REQUIRED, validate=between(2, 100))


class TermsForm(Schema):
    """What a batch of vouchers says; `value` and `threshold` are loaded as cents."""

    category = fields.String(required=True, validate=validate.OneOf(list(CATEGORIES)))
    goods = fields.String(required=True, validate=validate.OneOf(GIVEN_GOODS))
    title = fields.String(required=True, validate=validate.Length(max=60))
    terms = fields.String(load_default="", validate=validate.Length(max=1000))
    value = Cents(required=True, validate=validate.Range(min=1, error=ABOVE_ZERO))
    threshold = Cents(load_default=0)
    stock = fields.Integer(load_default=0, validate=validate.Range(min=0, max=5_000_000))
    per_member = fields.Integer(load_default=1, validate=validate.Range(min=1, max=99))
    valid_from = Day(required=True)
    expires_on = Day(required=True)
    grace_days = fields.Integer(load_default=7, validate=validate.Range(min=0, max=366))
    shops = fields.List(fields.UUID(), load_default=list)


class BatchForm(TermsForm):
    """A new batch."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    stock_id = fields.String(load_default="", validate=validate.Length(max=20))


class ShopForm(Schema):
    merchant = fields.String(required=True, validate=validate.Length(max=60))
    name = fields.String(required=True, validate=validate.Length(max=60))
    address = fields.String(load_default="", validate=validate.Length(max=120))


class ClerkForm(Schema):
    name = fields.String(required=True, validate=validate.Length(max=30))
    phone = Phone(required=True)


class CodesForm(Schema):
    """A sheet of codes comes as a file."""


class GrantForm(AudienceFields):
    """Whom a batch is given to."""
