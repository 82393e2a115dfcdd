"""What pages call kinds of questions, and the two modes."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.modules.events.kinds.survey.questions import (
    END,
    HIGHEST,
    LONG,
    MULTIPLE,
    SCALE,
    SHORT,
    SINGLE,
    TEXTS,
    Answer,
    Question,
)

KINDS = {
    SINGLE: _("Single choice"),
    MULTIPLE: _("Multiple choice"),
    SCALE: _("Scale from 1 to 5"),
    SHORT: _("Short text"),
    LONG: _("Long text"),
}
MODES = {
    "anonymous": _("Anonymous: nobody can tell whose answers are whose"),
    "named": _("Named: staff read who answered what"),
}
END_WORDS = ("END", "结束")


def letter_of(number: int) -> str:
    """The letter of an option by its number, from 1."""
    return chr(ord("A") + number - 1)


def labels_of(question: Question) -> list[str]:
    """What the numbers of its answers are called, in their order; of a text there are none."""
    if question.kind == SCALE:
        low, high = question.options or ("", "")
        return [
            f"{step} {words}".strip()
            for step, words in zip(range(1, HIGHEST + 1), (low, "", "", "", high), strict=True)
        ]
    return [] if question.kind in TEXTS else list(question.options)


def in_words(question: Question, answer: Answer | None) -> str:
    """An answer as people read it."""
    if answer is None or isinstance(answer, str):
        return answer or ""
    chosen = answer if isinstance(answer, list) else [answer]
    return "；".join(labels_of(question)[number - 1] for number in chosen)


def ways_in_words(question: Question) -> str:
    """Where the answers of a question lead, where that is not simply on."""
    ways = [(letter_of(option), way) for option, way in question.jumps.items()]
    ways += [(gettext("otherwise") if question.jumps else "", question.then)] if question.then is not None else []
    end = gettext("end of the survey")
    return "；".join(f"{answer} → {end if way == END else way}".strip() for answer, way in ways)
