"""What staff say of a survey besides what every campaign has: its questions, its mode, whether members read what came out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.benefits.inputs import choice
from app.core.halfwidth import fold
from app.modules.events.kinds.survey.questions import END, SCALE, SINGLE, TEXTS, Question
from app.modules.events.kinds.survey.words import END_WORDS, KINDS, MODES, letter_of
from app.modules.events.models import Campaign
from app.modules.events.prizes.settings import PrizeSettings

MOST_QUESTIONS = 60
MOST_OPTIONS = 20
LONGEST_PROMPT, LONGEST_OPTION = 300, 100


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


class QuestionRow(Schema):
    """A question as staff write it; `options` stand one on a line, and so do the lines of `jumps`, as "B 5", "5" or "B end"."""

    prompt = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_PROMPT, error=_("Up to %(most)d characters.", most=LONGEST_PROMPT)),
        error_messages={"required": _("Write the question.")},
    )
    kind = choice(KINDS, required=True)
    options = fields.String(load_default="")
    is_required = fields.Boolean(load_default=False)
    starts_page = fields.Boolean(load_default=False)
    jumps = fields.String(load_default="")

    @validates_schema(skip_on_field_errors=True)
    def require_whole(self, typed: dict[str, Any], **_more: Any) -> None:
        """Raises `ValidationError` where options or jumps are not those of a question of its kind."""
        options = lines_of(typed["options"])
        if any(len(each) > LONGEST_OPTION for each in options) or len(set(options)) < len(options):
            raise ValidationError(
                _("Options may have up to %(most)d characters, and no two may be the same.", most=LONGEST_OPTION),
                "options",
            )
        if typed["kind"] == SCALE and len(options) not in (0, 2):
            raise ValidationError(_("A scale has words for both ends, on two lines, or none."), "options")
        if typed["kind"] not in (SCALE, *TEXTS) and not 2 <= len(options) <= MOST_OPTIONS:
            raise ValidationError(_("Give 2 to %(most)d options, one on a line.", most=MOST_OPTIONS), "options")
        jumps_of(typed["jumps"], len(options) if typed["kind"] == SINGLE else 0)


class SurveySettings(PrizeSettings):
    """`mode` is named or anonymous; with `is_published` members read the numbers once it is settled. Prizes are drawn, or none."""

    mode = choice(MODES, required=True)
    is_published = fields.Boolean(load_default=False)
    questions: Any = fields.List(
        fields.Nested(QuestionRow),
        load_default=list,
        validate=validate.Length(
            max=MOST_QUESTIONS, error=_("A survey may have up to %(most)d questions.", most=MOST_QUESTIONS)
        ),
    )


def lines_of(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def jumps_of(text: str, options: int) -> tuple[Mapping[int, int], int | None]:
    """Where answers lead: by the number of an option, and from any other. Raises `ValidationError`, which names the line."""
    jumps: dict[int, int] = {}
    then = None
    letters = {letter_of(number): number for number in range(1, options + 1)}
    for line in lines_of(text):
        *letter, target = fold(line).upper().split()
        number = letters.get(letter[0]) if len(letter) == 1 else None
        is_twice = number in jumps if letter else then is not None
        if (letter and number is None) or is_twice or not (target in END_WORDS or _is_number(target)):
            raise ValidationError(
                _("“%(line)s” leads nowhere: write the letter of an option of a single choice and the number of a question, such "
                  "as “B 5”; a number alone holds for every other answer, “end” ends the survey.", line=line),
                "jumps",
            )  # fmt: skip
        way = END if target in END_WORDS else int(target)
        if number is None:
            then = way
        else:
            jumps[number] = way
    return jumps, then


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MOST_QUESTIONS


@dataclass(frozen=True, slots=True)
class Survey:
    """A campaign's settings; from the moment it is announced they never change."""

    questions: list[Question]
    is_anonymous: bool
    is_published: bool
    has_prizes: bool


def survey_of(campaign: Campaign) -> Survey:
    found: Any = SurveySettings().load(campaign.settings)
    questions = [_question(number, row) for number, row in enumerate(found["questions"], start=1)]
    return Survey(questions, found["mode"] == "anonymous", found["is_published"], bool(found["prizes"]))


def _question(number: int, row: Mapping[str, Any]) -> Question:
    options = lines_of(row["options"]) if row["kind"] not in TEXTS else ()
    jumps, then = jumps_of(row["jumps"], len(options) if row["kind"] == SINGLE else 0)
    return Question(number, row["kind"], row["prompt"], options, row["is_required"], row["starts_page"], jumps, then)
