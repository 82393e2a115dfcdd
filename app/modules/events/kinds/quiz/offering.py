"""What a quiz tells of itself: to staff who write it, on its page, and on the staff's."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.modules.events.kinds.quiz.awarding import least_in_words, publish
from app.modules.events.kinds.quiz.bank.queries import count_by_category
from app.modules.events.kinds.quiz.citywide.queries import find_holding
from app.modules.events.kinds.quiz.citywide.sharing import hold, questions_of_above, ranked_above, require_comparable
from app.modules.events.kinds.quiz.papers import copy_questions, questions_of_bank, require_questions
from app.modules.events.kinds.quiz.settings import DRAW, RANKING, SHOWN, SUM, TEAM_SCORES, WAYS, Rules, rules_of
from app.modules.events.models import Campaign
from app.modules.events.prizes.publishing import require_prizes, written_prizes
from app.modules.events.prizes.queries import list_offers
from app.modules.events.prizes.words import prize_facts
from app.modules.events.promising import batch_choices
from app.modules.events.teams.settings import require_size


def choices() -> dict[str, Any]:
    """The categories of the bank with their numbers, when answers may be shown, the batches for prizes, how these are given, and how teams are ranked."""
    return {
        "categories": count_by_category(), "shown": list(SHOWN.items()), "batches": batch_choices(), "ways": list(WAYS.items()),
        "team_scores": list(TEAM_SCORES.items()),
    }  # fmt: skip


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    rules = rules_of(campaign)
    return [
        (_("A paper"), "、".join(f"{part.category} × {part.number}" for part in rules.parts)),
        (_("Time for a paper"), ngettext("one minute", "%(num)d minutes", rules.minutes)),
        (_("Full marks"), str(rules.full_marks)),
        (_("Tries"), tries_in_words(campaign)),
        (_("Ranking of unions"), unions_in_words(campaign)),
        (_("Teams"), teams_in_words(rules)),
        *([(_("Ranking"), _("One ranking over all zones"))] if rules.ranked_citywide else []),
        (_("Answers and explanations are shown"), str(SHOWN[campaign.settings["answers_shown"]])),
        *prize_facts(campaign),
        *([(_("How the prizes are given"), awards_in_words(campaign))] if written_prizes(campaign) else []),
    ]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the quiz; the same for every visitor."""
    offers, rules = list_offers(campaign.id), rules_of(campaign)
    return {
        "rules": rules, "tries": tries_in_words(campaign), "offers": offers, "awards": awards_in_words(campaign),
        "unions": unions_in_words(campaign), "teams": teams_in_words(rules), "is_drawn": bool(offers) and rules.is_drawn,
        "zones": find_holding(campaign) is not None,
    }  # fmt: skip


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` where the bank has too few questions, a prize can't be given, or results can't be compared with those of other zones."""
    require_comparable(campaign)
    if ranked_above(campaign) is None:
        require_questions(campaign)
    require_size(campaign)
    if written_prizes(campaign):
        require_prizes(campaign)


def announced(campaign: Campaign) -> None:
    """Copy the questions, and fix the prizes where there are any; note where all zones are ranked together."""
    asked = questions_of_above(campaign) or questions_of_bank(campaign)
    copy_questions(campaign, asked)
    hold(campaign, asked)
    publish(campaign)


def desk(campaign: Campaign) -> dict[str, Any]:
    """What stands on the staff's page besides."""
    return {"is_announced": campaign.frozen_at is not None}


def tries_in_words(campaign: Campaign) -> str:
    rules = rules_of(campaign)
    return _("%(day)s a day, %(all)s in all", day=rules.tries_a_day, all=rules.tries_in_all)


def unions_in_words(campaign: Campaign) -> str:
    rules = rules_of(campaign)
    if rules.union_best is None:
        return _("None")
    mean = ngettext("The best member of a union", "The mean of the %(num)d best members of a union", rules.union_best)
    least = ngettext("from one participant on", "from %(num)d participants on", rules.union_least)
    return _("%(mean)s, %(least)s", mean=mean, least=least)


def teams_in_words(rules: Rules) -> str:
    if rules.teams is None:
        return _("None")
    if rules.team_score == SUM:
        score = _("a team’s score is the sum of the best results of all its members")
    else:
        score = _("a team’s score is the mean of its %(number)s best members", number=rules.teams.least)
    ranked = _("ranked once %(number)s of it have handed in", number=rules.teams.least)
    return _("%(size)s; %(score)s; %(ranked)s", size=rules.teams.in_words(), score=score, ranked=ranked)


def awards_in_words(campaign: Campaign) -> str:
    """How the prizes are given, and who has enough points for one."""
    rules = rules_of(campaign)
    return _("%(way)s. %(who)s can win.", way=WAYS[DRAW if rules.is_drawn else RANKING], who=least_in_words(rules))
