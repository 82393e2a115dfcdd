"""What staff say of a call for works besides what every campaign has, and what a member sends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.benefits.inputs import Number, choice
from app.core.clock import CHINA
from app.modules.events.kinds.works.models import LONGEST_TITLE, LONGEST_WORDS, MOST_PICTURES
from app.modules.events.models import Campaign
from app.modules.events.prizes.settings import PrizeSettings

AUTHORS = {
    "name": lazy_gettext("The shortened name and the union"),
    "union": lazy_gettext("The union alone"),
    "nobody": lazy_gettext("Nothing: they are voted on without knowing by whom"),
}


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


class Moment(fields.AwareDateTime):
    """A moment as a browser's date-and-time field writes it, in China time; kept as it is written."""

    def __init__(self) -> None:
        words: Any = {"required": _("Choose a date and time."), "invalid": _("Choose a date and time.")}
        super().__init__(required=True, format="%Y-%m-%dT%H:%M", default_timezone=CHINA, error_messages=words)

    def _serialize(self, value: datetime | None, *place: Any, **rest: Any) -> Any:
        return super()._serialize(value.astimezone(CHINA) if value else None, *place, **rest)


class WorksSettings(PrizeSettings):
    """Works are sent until `send_until` and voted on from `vote_from` until the campaign closes; times are China time."""

    send_until = Moment()
    vote_from = Moment()
    least_pictures = fields.Integer(
        load_default=1,
        validate=validate.Range(0, MOST_PICTURES, error=_("From 0 to %(most)d pictures.", most=MOST_PICTURES)),
        error_messages={"invalid": _("From 0 to %(most)d pictures.", most=MOST_PICTURES)},
    )
    author_shown = choice(AUTHORS, load_default="name")
    votes_a_day = Number(100, load_default=3)
    votes_in_all = Number(1_000, load_default=20)


class WorkForm(Schema):
    """A work as a member writes it; its pictures come as files."""

    title = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_TITLE, error=_("Up to %(most)d characters.", most=LONGEST_TITLE)),
        error_messages={"required": _("Give your work a title.")},
    )
    words = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST_WORDS, error=_("Up to %(most)d characters.", most=LONGEST_WORDS)),
    )


class DecisionForm(Schema):
    """Why a work is not taken."""

    reason = fields.String(load_default="", validate=validate.Length(max=200, error=_("Please shorten this.")))


@dataclass(frozen=True, slots=True)
class Rules:
    """A campaign's settings."""

    send_until: datetime
    vote_from: datetime
    least_pictures: int
    author_shown: str
    votes_a_day: int
    votes_in_all: int
    has_prizes: bool


def rules_of(campaign: Campaign) -> Rules:
    found: Any = WorksSettings().load(campaign.settings)
    names = ("send_until", "vote_from", "least_pictures", "author_shown", "votes_a_day", "votes_in_all")
    return Rules(*(found[name] for name in names), has_prizes=bool(found["prizes"]))
