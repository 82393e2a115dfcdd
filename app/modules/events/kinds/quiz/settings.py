"""What staff say of a quiz besides what every campaign has."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import ValidationError, fields, validate

from app.benefits.inputs import Number
from app.core.halfwidth import fold
from app.modules.events.models import Campaign
from app.modules.events.prizes.settings import PrizeSettings
from app.modules.events.teams.settings import TeamSettings, TeamSize, size_of

AT_ONCE, WHEN_CLOSED = "at_once", "when_closed"
SHOWN = {
    AT_ONCE: lazy_gettext("As soon as a paper is handed in"),
    WHEN_CLOSED: lazy_gettext("Once the campaign has closed"),
}
RANKING, DRAW = "ranking", "draw"
WAYS = {
    RANKING: lazy_gettext("By the ranking: the best points, of equal points the quicker, of these who handed in first"),
    DRAW: lazy_gettext("By a draw among all who have enough points, the same chance for each"),
}
MEAN, SUM = "mean", "sum"
TEAM_SCORES = {
    MEAN: lazy_gettext("The mean of as many best members as the smallest team has"),
    SUM: lazy_gettext("The sum of the best results of all its members"),
}
MOST_QUESTIONS = 100
MOST_PARTS = 20


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Part:
    """So many questions of a category in every paper."""

    category: str
    number: int


def parts_of(text: str) -> tuple[Part, ...]:
    """Lines of "category number", as staff write them. Raises `ValidationError`, which names the line."""
    lines = [fold(line) for line in text.splitlines() if fold(line)]
    parts = [_part(place, line) for place, line in enumerate(lines, start=1)]
    if not 1 <= len(parts) <= MOST_PARTS or len({part.category for part in parts}) < len(parts):
        raise ValidationError([_("Name 1 to %(most)d categories, each once.", most=MOST_PARTS)])
    if sum(part.number for part in parts) > MOST_QUESTIONS:
        raise ValidationError([_("A paper may have up to %(most)d questions.", most=MOST_QUESTIONS)])
    return tuple(parts)


def _part(place: int, line: str) -> Part:
    category, _blank, number = line.rpartition(" ")
    if not category.strip() or not number.isascii() or not number.isdigit() or not 1 <= int(number) <= MOST_QUESTIONS:
        raise ValidationError(
            [_("Line %(line)d: write a category, a space and how many, such as 劳动法律 5.", line=place)]
        )
    return Part(category.strip(), int(number))


class QuizSettings(PrizeSettings, TeamSettings):
    """How papers are drawn, how long and how often members may try, what counts, and the prizes where there are any."""

    parts = fields.String(
        required=True, validate=parts_of, error_messages={"required": _("Say how many questions of which category.")}
    )
    minutes = Number(180, load_default=10)
    points_each = Number(100, load_default=10)
    tries_a_day = Number(20, load_default=3)
    tries_in_all = Number(200, load_default=10)
    union_best = Number(1_000, load_default=None, allow_none=True)
    union_least = Number(10_000, load_default=None, allow_none=True)
    given_by = fields.String(
        load_default=RANKING, validate=validate.OneOf(list(WAYS), error=_("Choose how the prizes are given."))
    )
    least_points = Number(10_000, load_default=1)
    team_score = fields.String(
        load_default=MEAN, validate=validate.OneOf(list(TEAM_SCORES), error=_("Choose how teams are ranked."))
    )
    ranked_citywide = fields.Boolean(load_default=False)
    answers_shown = fields.String(
        load_default=AT_ONCE, validate=validate.OneOf(list(SHOWN), error=_("Choose when answers are shown."))
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """A campaign's settings.

    The score of a union is the mean of its `union_best` best members, once `union_least` have handed in; None: unions are not ranked. Prizes go to
    members with `least_points` or more. `teams`: how large teams are, None where there are none, and `team_score` how they are ranked. `ranked_citywide`: the city's own, with one ranking over all zones.
    """

    parts: tuple[Part, ...]
    minutes: int
    points_each: int
    tries_a_day: int
    tries_in_all: int
    union_best: int | None
    union_least: int
    shows_at_once: bool
    is_drawn: bool
    least_points: int
    teams: TeamSize | None
    team_score: str
    ranked_citywide: bool

    @property
    def questions(self) -> int:
        return sum(part.number for part in self.parts)

    @property
    def full_marks(self) -> int:
        return self.questions * self.points_each


def rules_of(campaign: Campaign) -> Rules:
    found: Any = QuizSettings().load(campaign.settings)
    return Rules(
        parts_of(found["parts"]), found["minutes"], found["points_each"], found["tries_a_day"], found["tries_in_all"],
        found["union_best"], found["union_least"] or found["union_best"] or 1, found["answers_shown"] == AT_ONCE,
        found["given_by"] == DRAW, found["least_points"], size_of(found), found["team_score"],
        found["ranked_citywide"],
    )  # fmt: skip
