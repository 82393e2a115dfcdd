"""What staff say of a call for works besides what every campaign has, and what a member sends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.benefits.inputs import Number, choice
from app.core.clock import now
from app.core.moments import Moment
from app.modules.events.judging.criteria import WrittenCriterion, criteria_of
from app.modules.events.kinds.works.models import LONGEST_TITLE, LONGEST_WORDS, MOST_PICTURES
from app.modules.events.models import Campaign
from app.modules.events.prizes.settings import PrizeSettings

AUTHORS = {
    "name": lazy_gettext("The shortened name and the union"),
    "union": lazy_gettext("The union alone"),
    "nobody": lazy_gettext("Nothing: they are voted on without knowing by whom"),
}
WORK_ALONE = "work"
JUDGES_SEE = {
    WORK_ALONE: lazy_gettext("The work alone"),
    "author": lazy_gettext("The work, and the author as shown above or their union"),
}


LONGEST_REASON = 200
MOST_JUDGES = 100


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


def _criteria_of(text: str) -> tuple[WrittenCriterion, ...]:
    return criteria_of(text) if text else ()


def _percent(default: int) -> fields.Integer:
    words = _("Write a whole number from 0 to 100.")
    return fields.Integer(
        load_default=default, validate=validate.Range(0, 100, error=words), error_messages={"invalid": words}
    )


class WorksSettings(PrizeSettings):
    """Works are sent until `send_until` and voted on from `vote_from` until `vote_until`, or until the campaign closes; with `criteria`
    a jury scores them from `judge_from` until `judge_until`. Times are China time."""

    send_until = Moment(required=True)
    vote_from = Moment(required=True)
    vote_until = Moment(load_default=None, allow_none=True)
    least_pictures = fields.Integer(
        load_default=1,
        validate=validate.Range(0, MOST_PICTURES, error=_("From 0 to %(most)d pictures.", most=MOST_PICTURES)),
        error_messages={"invalid": _("From 0 to %(most)d pictures.", most=MOST_PICTURES)},
    )
    author_shown = choice(AUTHORS, load_default="name")
    votes_a_day = Number(100, load_default=3)
    votes_in_all = Number(1_000, load_default=20)
    criteria = fields.String(load_default="", validate=_criteria_of)
    judge_from = Moment(load_default=None, allow_none=True)
    judge_until = Moment(load_default=None, allow_none=True)
    judges_see = choice(JUDGES_SEE, load_default=WORK_ALONE)
    least_judges = Number(MOST_JUDGES, load_default=3)
    jury_weight = _percent(50)


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


class JudgeForm(Schema):
    """Whether somebody judges."""

    account_id = fields.UUID(required=True)
    judges = fields.Boolean(load_default=False)


class CorrectionForm(Schema):
    """Why a judge corrects what they handed in."""

    reason = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_REASON, error=_("Please shorten this."))
    )


@dataclass(frozen=True, slots=True)
class Jury:
    """How a jury scores: by what, when, what it sees, from how many judges on a work is placed, and its percentage of the points."""

    criteria: tuple[WrittenCriterion, ...]
    begins: datetime
    ends: datetime
    is_blind: bool
    least: int
    weight: int

    def is_over(self) -> bool:
        """Whether its time is over: judges are named and dismissed until then."""
        return now() >= self.ends

    def is_on(self, campaign: Campaign) -> bool:
        """Whether judges score now."""
        return campaign.is_open_at(now()) and self.begins <= now() < self.ends


@dataclass(frozen=True, slots=True)
class Rules:
    """A campaign's settings; `jury` is none where the votes alone decide."""

    send_until: datetime
    vote_from: datetime
    vote_until: datetime
    least_pictures: int
    author_shown: str
    votes_a_day: int
    votes_in_all: int
    has_prizes: bool
    jury: Jury | None

    def takes_votes(self, moment: datetime) -> bool:
        """Whether votes are taken then, if the campaign is open."""
        return self.vote_from <= moment < self.vote_until


def rules_of(campaign: Campaign) -> Rules:
    found: Any = WorksSettings().load(campaign.settings)
    names = ("send_until", "vote_from", "least_pictures", "author_shown", "votes_a_day", "votes_in_all")
    return Rules(
        **{name: found[name] for name in names},
        vote_until=found["vote_until"] or campaign.closes_at,
        has_prizes=bool(found["prizes"]),
        jury=_jury_of(found),
    )


def _jury_of(found: dict[str, Any]) -> Jury | None:
    """None too while its times are still to be said, as in a draft."""
    if not (found["criteria"] and found["judge_from"] and found["judge_until"]):
        return None
    return Jury(
        criteria_of(found["criteria"]),
        found["judge_from"],
        found["judge_until"],
        is_blind=found["judges_see"] == WORK_ALONE,
        least=found["least_judges"],
        weight=found["jury_weight"],
    )
