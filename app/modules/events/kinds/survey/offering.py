"""What a survey tells of itself, and what is asked of it before it is reviewed."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.modules.events.draws.drawing import commit_draw
from app.modules.events.errors import NotReady
from app.modules.events.kinds.survey.questions import LONG, Question, backward_jumps, unreachable
from app.modules.events.kinds.survey.settings import survey_of
from app.modules.events.kinds.survey.words import KINDS, MODES, labels_of, ways_in_words
from app.modules.events.models import Campaign
from app.modules.events.prizes.publishing import publish_prizes, require_prizes
from app.modules.events.prizes.queries import list_offers
from app.modules.events.prizes.words import prize_facts
from app.modules.events.promising import batch_choices

MOST_LONG = 20
"""Long texts of one survey: all that was typed travels with every page."""


def choices() -> dict[str, Any]:
    """What the form offers."""
    return {"kinds": list(KINDS.items()), "modes": list(MODES.items()), "batches": batch_choices()}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    is_published = survey_of(campaign).is_published
    return [
        (_("Mode"), str(MODES[campaign.settings["mode"]])),
        (_("Results for members"), _("Once it is settled") if is_published else _("None")),
        *prize_facts(campaign),
    ]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the survey; the same for every visitor."""
    survey = survey_of(campaign)
    return {
        "is_anonymous": survey.is_anonymous, "questions": len(survey.questions), "offers": list_offers(campaign.id),
        "has_results": survey.is_published and campaign.settled_at is not None,
    }  # fmt: skip


def desk(campaign: Campaign) -> dict[str, Any]:
    """The questions, with the way through them, for the staff's page."""
    rows = [
        {"question": each, "kind": KINDS[each.kind], "labels": labels_of(each), "ways": ways_in_words(each)}
        for each in survey_of(campaign).questions
    ]
    return {"rows": rows}


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless there are questions, all of them on some way, and every way leads on to the end."""
    survey = survey_of(campaign)
    questions = survey.questions
    if not questions:
        raise NotReady(_("Write at least one question."), field="questions")
    for question in backward_jumps(questions):
        raise NotReady(
            _("Question %(number)s leads back or to a question there is none of: answers only lead on.", number=question.number),
            field=_field(question, "jumps"),
        )  # fmt: skip
    for question in unreachable(questions):
        raise NotReady(
            _("No answers lead to question %(number)s.", number=question.number), field=_field(question, "prompt")
        )
    if sum(each.kind == LONG for each in questions) > MOST_LONG:
        raise NotReady(ngettext("At most one long text, please.", "At most %(num)d long texts, please.", MOST_LONG))
    if survey.has_prizes:
        require_prizes(campaign)


def announced(campaign: Campaign) -> None:
    """Fix the prizes, if there are any, and commit to their draw before the first one takes part."""
    if survey_of(campaign).has_prizes:
        publish_prizes(campaign)
        commit_draw(campaign.id)


def _field(question: Question, name: str) -> str:
    return f"questions-{question.number - 1}-{name}"
