"""What a quiz tells of itself: to staff who write it, on its page, and on the staff's."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.modules.events.kinds.quiz.bank.queries import count_by_category
from app.modules.events.kinds.quiz.settings import SHOWN, rules_of
from app.modules.events.models import Campaign


def choices() -> dict[str, Any]:
    """The categories of the bank with their numbers, and when answers may be shown."""
    return {"categories": count_by_category(), "shown": list(SHOWN.items())}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    rules = rules_of(campaign)
    return [
        (_("A paper"), "、".join(f"{part.category} × {part.number}" for part in rules.parts)),
        (_("Time for a paper"), ngettext("one minute", "%(num)d minutes", rules.minutes)),
        (_("Full marks"), str(rules.full_marks)),
        (_("Tries"), tries_in_words(campaign)),
        (_("Teams"), teams_in_words(campaign)),
        (_("Answers and explanations are shown"), str(SHOWN[campaign.settings["answers_shown"]])),
    ]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the quiz; the same for every visitor."""
    return {"rules": rules_of(campaign), "tries": tries_in_words(campaign)}


def desk(campaign: Campaign) -> dict[str, Any]:
    """What stands on the staff's page besides."""
    return {"is_announced": campaign.frozen_at is not None}


def tries_in_words(campaign: Campaign) -> str:
    rules = rules_of(campaign)
    return _("%(day)s a day, %(all)s in all", day=rules.tries_a_day, all=rules.tries_in_all)


def teams_in_words(campaign: Campaign) -> str:
    best = rules_of(campaign).team_best
    if best is None:
        return _("None")
    return ngettext("The best member of a union", "The sum of the %(num)d best members of a union", best)
