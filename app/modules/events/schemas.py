"""What comes in through forms."""

from functools import cache
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.core.moments import Moment
from app.members.audience.form import AudienceFields
from app.modules.events.hosts import MOST_HOSTS, Role
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.models import LONGEST_RULES, LONGEST_SUMMARY, LONGEST_TITLE
from app.modules.events.states import State


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


FIXED_FROM_ABOVE = ("title", "summary", "rules", "opens_at", "closes_at", "hosts", "week_id", "shared_down")
"""What a zone that takes up a campaign of the city does not write."""


class HostRow(Schema):
    """One of those who hold a campaign, and as what."""

    role = fields.String(load_default=Role.HOST, validate=validate.OneOf([*Role], error=_("Choose what they are.")))
    name = fields.String(
        required=True,
        validate=validate.Length(
            1, LONGEST_TITLE, error=_("The name may have up to %(most)d characters.", most=LONGEST_TITLE)
        ),
        error_messages={"required": _("Say who it is.")},
    )


class CampaignForm(AudienceFields):
    """What every campaign has; times are China time, as a browser's date-and-time field writes them."""

    title = fields.String(
        required=True,
        validate=validate.Length(
            2, LONGEST_TITLE, error=_("The title may have 2 to %(most)d characters.", most=LONGEST_TITLE)
        ),
        error_messages={"required": _("Give the campaign a title.")},
    )
    summary = fields.String(
        load_default="",
        validate=validate.Length(
            max=LONGEST_SUMMARY, error=_("The summary may have up to %(most)d characters.", most=LONGEST_SUMMARY)
        ),
    )
    rules = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_RULES, error=_("The rules are too long."))
    )
    hosts: Any = fields.List(
        fields.Nested(HostRow),
        load_default=list,
        validate=validate.Length(max=MOST_HOSTS, error=_("Up to %(most)d may hold it.", most=MOST_HOSTS)),
    )
    week_id = fields.UUID(load_default=None, error_messages={"invalid_uuid": _("Choose one of the list.")})
    shared_down = fields.Boolean(load_default=False)
    opens_at = Moment(required=True)
    closes_at = Moment(required=True)


def form_of(kind: CampaignKind, *, is_taken_up: bool = False) -> Schema:
    """The form of a campaign of a kind: what every campaign has and the kind's own settings; of one of the city's that a zone takes
    up, only what is the zone's to say."""
    return _schema_of(kind)(exclude=FIXED_FROM_ABOVE if is_taken_up else ())


@cache
def _schema_of(kind: CampaignKind) -> type[Schema]:
    return type(f"{kind.key.title()}Form", (CampaignForm, kind.settings), {})


class DeskFilter(Schema):
    """The filter of the staff's list."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *State]))
    kind = fields.String(load_default="")
    before = fields.UUID(load_default=None)


class StepForm(Schema):
    """A step, with a reason where it needs one."""

    reason = fields.String(load_default="", validate=validate.Length(max=500, error=_("Please shorten this.")))
