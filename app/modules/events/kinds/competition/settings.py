"""What staff say of a competition besides what every campaign has, and the forms of its pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.benefits.inputs import Number, choice
from app.core.moments import Moment
from app.modules.events.judging.criteria import LONGEST_TITLE, WrittenCriterion, criteria_of
from app.modules.events.kinds.competition.models import FULL, MASKED
from app.modules.events.models import Campaign
from app.modules.events.prizes.settings import PrizeSettings
from app.modules.events.rows import ALONE
from app.modules.events.teams.settings import Name, TeamNameForm, TeamSettings, TeamSize, size_of

MOST_ROUNDS = 5
MOST_CONTESTANTS = 100_000
LONGEST_VENUE, LONGEST_REASON = 200, 1_000
AWARDS = ("first", "second", "third")
FROM_SHEET = ("表格", "sheet")


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


MODES = {"onsite": _("On site"), "online": _("Online")}


def _criteria_of(text: str) -> tuple[WrittenCriterion, ...]:
    return criteria_of(text, FROM_SHEET)


class RoundRow(Schema):
    """A round; how many go on from it is left empty for the last one."""

    title = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_TITLE, error=_("Up to %(most)d characters.", most=LONGEST_TITLE)),
        error_messages={"required": _("Give the round a name.")},
    )
    mode = choice(MODES, required=True, metadata=ALONE)
    venue = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST_VENUE, error=_("Up to %(most)d characters.", most=LONGEST_VENUE)),
    )
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    go_on = Number(MOST_CONTESTANTS, load_default=None, allow_none=True)
    criteria = fields.String(
        required=True, validate=_criteria_of, error_messages={"required": _("Write down what is scored.")}
    )


class CompetitionSettings(PrizeSettings, TeamSettings):
    """Rounds in their order, for how long contestants may appeal, and how many win first, second and third prize; where no size of teams is
    said individuals compete."""

    rounds: Any = fields.List(
        fields.Nested(RoundRow),
        load_default=list,
        validate=validate.Length(max=MOST_ROUNDS, error=_("A competition may have up to %(most)d rounds.", most=MOST_ROUNDS)),
    )  # fmt: skip
    appeal_hours = Number(720, load_default=48)
    first_prizes = Number(100, load_default=1)
    second_prizes = Number(100, load_default=None, allow_none=True)
    third_prizes = Number(100, load_default=None, allow_none=True)


@dataclass(frozen=True, slots=True)
class WrittenRound:
    """A round as it is written."""

    title: str
    mode: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    go_on: int | None
    criteria: tuple[WrittenCriterion, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A campaign's settings; `awards` are how many win first, second and third prize, `teams` is none where individuals compete."""

    rounds: tuple[WrittenRound, ...]
    appeal: timedelta
    awards: dict[str, int]
    teams: TeamSize | None


def rules_of(campaign: Campaign) -> Rules:
    found: Any = CompetitionSettings().load(campaign.settings)
    rounds = tuple(WrittenRound(**row | {"criteria": _criteria_of(row["criteria"])}) for row in found["rounds"])
    awards = {award: found[f"{award}_prizes"] or 0 for award in AWARDS}
    return Rules(rounds, timedelta(hours=found["appeal_hours"]), awards, size_of(found))


def _own_name() -> fields.String:
    return Name(
        load_default="",
        validate=validate.Length(max=LONGEST_TITLE, error=_("Up to %(most)d characters.", most=LONGEST_TITLE)),
    )


class RegisterForm(Schema):
    """What a contestant tells; who is a member is called as the register of members calls them."""

    name = _own_name()
    shown = choice((MASKED, FULL), load_default=MASKED)


class TeamForm(TeamNameForm):
    """What a team is called, and its captain where they are no member."""

    name = _own_name()


class TeamJoinForm(Schema):
    """What somebody is called who joins a team and is no member."""

    name = _own_name()


def _reason(most: int) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Length(1, most, error=_("Please shorten this.")),
        error_messages={"required": _("Say why.")},
    )


class ReasonForm(Schema):
    """Why something is done that others must be able to understand."""

    reason = _reason(500)


class AppealForm(Schema):
    """Why a contestant appeals."""

    reason = _reason(LONGEST_REASON)


class AnswerForm(Schema):
    """What is answered to an appeal, or to who asks for a correction."""

    decision = choice(("accept", "refuse"), required=True)
    answer = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_REASON, error=_("Please shorten this."))
    )


class AppointForm(Schema):
    """Who judges which rounds."""

    account_id = fields.UUID(required=True)
    rounds: Any = fields.List(fields.UUID(), load_default=list)


class ListFilter(Schema):
    """What staff look for among contestants; `after` is the last number of the page before."""

    state = fields.String(
        load_default="", validate=validate.OneOf(["", "guest", "registered", "withdrawn", "excluded"])
    )
    after = fields.Integer(load_default=0)
