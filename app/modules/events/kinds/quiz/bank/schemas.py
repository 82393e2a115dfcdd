"""A question as it is typed, in the form or in a row of a sheet."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.benefits.inputs import choice
from app.core.halfwidth import fold
from app.modules.events.kinds.quiz.bank.words import (
    DIFFICULTIES,
    FALSE_WORDS,
    KINDS,
    SINGLE,
    TRUE_FALSE,
    TRUE_WORDS,
    letter_of,
)

LONGEST_CATEGORY, LONGEST_PROMPT, LONGEST_OPTION = 40, 1_000, 200
MOST_OPTIONS = 8


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Written:
    """A question that is whole; `options` of one that is true or false are none, and `right` is 1 for true, 2 for false."""

    kind: str
    category: str
    difficulty: str
    prompt: str
    options: tuple[str, ...]
    right: int
    explanation: str


class QuestionForm(Schema):
    """A question; `options` stand one on a line, `answer` are their letters, or true or false."""

    kind = choice(KINDS, required=True)
    category = fields.String(
        required=True,
        validate=validate.Length(
            1, LONGEST_CATEGORY, error=_("Write up to %(most)d characters.", most=LONGEST_CATEGORY)
        ),
        error_messages={"required": _("Name a category.")},
    )
    difficulty = choice(DIFFICULTIES, load_default="medium")
    prompt = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_PROMPT, error=_("Write up to %(most)d characters.", most=LONGEST_PROMPT)),
        error_messages={"required": _("Write the question.")},
    )
    options = fields.String(load_default="")
    answer = fields.String(required=True, error_messages={"required": _("Say which answer is right.")})
    explanation = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST_PROMPT, error=_("Write up to %(most)d characters.", most=LONGEST_PROMPT)),
    )

    @validates_schema(skip_on_field_errors=True)
    def require_whole(self, typed: dict[str, Any], **_more: Any) -> None:
        """Raises `ValidationError` where options and answer are not those of a question of its kind."""
        options = options_of(typed)
        if typed["kind"] != TRUE_FALSE and not 2 <= len(options) <= MOST_OPTIONS:
            raise ValidationError(_("Give 2 to %(most)d options, one on a line.", most=MOST_OPTIONS), "options")
        if len(set(options)) < len(options):
            raise ValidationError(_("Two options are the same."), "options")
        if any(len(each) > LONGEST_OPTION for each in options):
            raise ValidationError(_("An option may have up to %(most)d characters.", most=LONGEST_OPTION), "options")
        right_of(typed, len(options))

    @post_load
    def written(self, typed: dict[str, Any], **_more: Any) -> Written:
        options = options_of(typed)
        facts = {name: typed[name] for name in ("kind", "category", "difficulty", "prompt", "explanation")}
        return Written(options=options, right=right_of(typed, len(options)), **facts)


def options_of(typed: dict[str, Any]) -> tuple[str, ...]:
    """The options that were typed; none where the question is true or false."""
    lines = typed["options"].splitlines() if typed["kind"] != TRUE_FALSE else ()
    return tuple(line.strip() for line in lines if line.strip())


def right_of(typed: dict[str, Any], number: int) -> int:
    """The set of right options. Raises `ValidationError` for what names none, or more than one where one is right."""
    answer = fold(typed["answer"]).strip()
    if typed["kind"] == TRUE_FALSE:
        if answer.lower() not in (*TRUE_WORDS, *FALSE_WORDS):
            raise ValidationError(_("Write 对 or 错."), "answer")
        return 1 if answer.lower() in TRUE_WORDS else 2
    letters = {letter for letter in answer.upper() if letter not in " ,、;"}
    known = [letter_of(place) for place in range(number)]
    if not letters or not letters <= set(known):
        raise ValidationError(_("Write the letters of right options, such as A or ACD."), "answer")
    if typed["kind"] == SINGLE and len(letters) > 1:
        raise ValidationError(_("A single choice has one right option."), "answer")
    return sum(1 << place for place, letter in enumerate(known) if letter in letters)


class BankFilter(Schema):
    """What staff look for in the bank; `before` is the last id of the page before."""

    category = fields.String(load_default="")
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    q = fields.String(load_default="")
    before = fields.UUID(load_default=None)
