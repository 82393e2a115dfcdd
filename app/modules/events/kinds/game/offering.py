"""What a game tells of itself, what is asked before it is announced, and what is fixed then."""

from typing import Any

from flask_babel import gettext as _

from app.modules.events.draws.drawing import commit_draw
from app.modules.events.draws.queries import find_draw
from app.modules.events.errors import NotReady
from app.modules.events.kinds.game.queries import count_given
from app.modules.events.kinds.game.settings import CATCH, GAMES, WAYS, rules_of
from app.modules.events.kinds.game.wheel import wheel_rule
from app.modules.events.kinds.game.words import odds_in_words
from app.modules.events.models import Campaign
from app.modules.events.prizes.publishing import publish_prizes, require_prizes, written_prizes
from app.modules.events.prizes.queries import list_offers, list_prizes
from app.modules.events.prizes.words import prize_facts
from app.modules.events.promising import batch_choices


def choices() -> dict[str, list[tuple[Any, Any]]]:
    """The batches that prizes may be of, the games, and who may get the prizes."""
    return {"batches": batch_choices(), "games": list(GAMES.items()), "ways": list(WAYS.items())}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    rules = rules_of(campaign)
    own = [(_("Which game"), str(GAMES[rules.game])), (_("Plays a day"), str(rules.tries_a_day))]
    if rules.is_wheel:
        own.append((_("Turns that the prizes are spread among"), str(rules.turns)))
    else:
        own += [
            (_("Who gets the prizes"), str(WAYS[rules.way])),
            (_("Points for a prize"), str(rules.least)),
        ]
    return own + prize_facts(campaign)


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the game; the same for every visitor."""
    rules, given = rules_of(campaign), count_given(campaign.id)
    odds = [
        {"title": each.title, "left": each.quantity - given.get(each.id, 0), "odds": odds_in_words(each.quantity, rules.turns)}
        for each in list_prizes(campaign.id)
    ]  # fmt: skip
    return {
        "rules": rules,
        "offers": list_offers(campaign.id),
        "odds": odds,
        "draw": find_draw(campaign.id),
        "way": str(WAYS[rules.way]),
    }


def desk(campaign: Campaign) -> dict[str, Any]:
    """What stands on the staff's page besides."""
    return {"is_announced": campaign.frozen_at is not None}


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless every prize may be given, a wheel has a turn for each piece, and catch, which a program can win, is drawn."""
    require_prizes(campaign)
    rules, pieces = rules_of(campaign), sum(prize.quantity for prize in written_prizes(campaign))
    if rules.game == CATCH and not rules.is_draw:
        words = _("A program plays catch better than anybody: have its prizes drawn among all who reach the points.")
        raise NotReady(words, field="way")
    if rules.is_wheel and rules.turns < pieces:
        words = _("There are %(pieces)s prizes: they are spread among so many turns at least.", pieces=pieces)
        raise NotReady(words, field="turns")


def announced(campaign: Campaign) -> None:
    """Fix the prizes, and commit to the seed of the wheel or the draw before the first one plays."""
    publish_prizes(campaign)
    rules = rules_of(campaign)
    if rules.is_wheel:
        commit_draw(campaign.id, wheel_rule(rules.turns, [prize.quantity for prize in written_prizes(campaign)]))
    elif rules.is_draw:
        commit_draw(
            campaign.id, _("Who reached %(points)s points, or took a number without playing", points=rules.least)
        )
