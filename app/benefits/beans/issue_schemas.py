"""What comes in through the pages of issues of beans."""

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates

from app.benefits.beans.issue_lines import MOST
from app.benefits.beans.reclaim_states import Whom
from app.benefits.rules.categories import CATEGORIES
from app.core.clock import today_in_china
from app.core.moments import Day
from app.members.audience.form import AudienceFields
from app.unions.schemas import REQUIRED, between, choice

MOST_GRACE_DAYS = 366
_NO_BUDGET: Any = {"invalid_uuid": lazy_gettext("Choose a budget.")}


def _whole(least: int, most: int, **more: Any) -> fields.Integer:
    sentence: Any = lazy_gettext("A whole number from %(least)s to %(most)s, please.", least=least, most=f"{most:,}")
    invalid: Any = {"invalid": sentence}
    return fields.Integer(
        required=True, error_messages=REQUIRED | invalid, validate=validate.Range(least, most, error=sentence), **more
    )


class TermsForm(Schema):
    """What a draft says: on which occasion it is given, its title, and until when the beans are good."""

    category = choice(tuple(CATEGORIES))
    title = fields.String(required=True, error_messages=REQUIRED, validate=between(2, 60))
    expires_on = Day(required=True)
    grace_days = _whole(0, MOST_GRACE_DAYS)

    @validates("expires_on")
    def _check_day(self, value: date, **_rest: Any) -> None:
        if value < today_in_china():
            raise ValidationError(gettext("This day is over."))


class IssueForm(TermsForm):
    """A new issue; `id` is the issue's."""

    id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True, error_messages=REQUIRED | _NO_BUDGET)


class ChoiceForm(AudienceFields):
    """Whom an issue is for, and how many beans each gets."""

    amount = _whole(1, MOST)


class SheetForm(Schema):
    """A sheet of members with amounts; the file comes beside it."""


class ReclaimForm(Schema):
    """From whom unspent beans are to be taken back, and why; `id` is the reclaim's."""

    id = fields.UUID(required=True)
    whom = choice(tuple(Whom))
    why = fields.String(required=True, error_messages=REQUIRED, validate=between(2, 300))


class AnswerForm(Schema):
    """What is said to a proposal."""

    answer = fields.String(load_default="", validate=between(0, 300))


class ReasonForm(Schema):
    """Why a step is taken."""

    reason = fields.String(load_default="", validate=between(0, 300))
