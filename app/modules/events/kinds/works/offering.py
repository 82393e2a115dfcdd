"""What a call for works tells of itself, and what is asked of it before it is reviewed."""

from typing import Any

from flask_babel import gettext as _

from app.core.i18n import moment
from app.modules.events.errors import NotReady
from app.modules.events.judging.criteria import in_words
from app.modules.events.judging.scores import tenths
from app.modules.events.kinds.works.jury.models import JuryCriterion
from app.modules.events.kinds.works.queries import count_by_state, count_shown
from app.modules.events.kinds.works.settings import AUTHORS, JUDGES_SEE, WORK_ALONE, Jury, Rules, rules_of
from app.modules.events.kinds.works.words import order_in_words
from app.modules.events.models import Campaign
from app.modules.events.prizes.publishing import publish_prizes, require_prizes
from app.modules.events.prizes.queries import list_offers
from app.modules.events.prizes.words import prize_facts
from app.modules.events.promising import batch_choices
from tenants.database import db
from tenants.ids import uuid7


def choices() -> dict[str, Any]:
    """What the form offers."""
    return {"authors": list(AUTHORS.items()), "judges_see": list(JUDGES_SEE.items()), "batches": batch_choices()}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    rules = rules_of(campaign)
    return [
        (_("Works are sent until"), moment(rules.send_until)),
        (_("Votes are taken"), f"{moment(rules.vote_from)} – {moment(rules.vote_until)}"),
        (_("Pictures at least"), str(rules.least_pictures)),
        (_("Shown of the author"), str(AUTHORS[rules.author_shown])),
        (_("Votes of a member"), _("%(day)s a day, %(all)s in all", day=rules.votes_a_day, all=rules.votes_in_all)),
        *(_jury_facts(rules.jury) if rules.jury else ()),
        *prize_facts(campaign),
    ]


def _jury_facts(jury: Jury) -> list[tuple[str, str]]:
    return [
        (_("The jury scores"), f"{moment(jury.begins)} – {moment(jury.ends)}"),
        (_("What is scored"), in_words(jury.criteria)),
        (_("Judges see"), str(JUDGES_SEE[WORK_ALONE if jury.is_blind else "author"])),
        (_("Judges a work needs"), str(jury.least)),
        (_("Points in all"), _("jury %(jury)s %%, votes %(votes)s %%", jury=jury.weight, votes=100 - jury.weight)),
    ]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of it; the same for every visitor."""
    rules = rules_of(campaign)
    return {
        "rules": rules, "order": order_in_words(rules), "shown": count_shown(campaign.id), "offers": list_offers(campaign.id),
        "tenths": tenths,
    }  # fmt: skip


def desk(campaign: Campaign) -> dict[str, Any]:
    """How many works stand where, for the staff's page."""
    return {"counts": count_by_state(campaign.id), "has_jury": rules_of(campaign).jury is not None}


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless sending, voting and closing follow each other, a jury is whole, and every prize may be given."""
    rules = rules_of(campaign)
    if not campaign.opens_at < rules.send_until <= rules.vote_from < rules.vote_until <= campaign.closes_at:
        raise NotReady(
            _("First it opens, then sending ends, then voting begins and ends, at the latest as it closes: set other times."),
            field="send_until",
        )  # fmt: skip
    _require_jury(campaign, rules)
    if rules.has_prizes:
        require_prizes(campaign)


def _require_jury(campaign: Campaign, rules: Rules) -> None:
    missing = [name for name in ("criteria", "judge_from", "judge_until") if not campaign.settings.get(name)]
    if len(missing) in (1, 2):
        words = _("A jury needs what it scores and its beginning and end; without a jury leave all three empty.")
        raise NotReady(words, field=missing[0])
    if rules.jury and not rules.send_until <= rules.jury.begins < rules.jury.ends <= campaign.closes_at:
        words = _("The jury begins once sending has ended, and ends at the latest as the campaign closes: set other times.")  # fmt: skip
        raise NotReady(words, field="judge_from")


def announced(campaign: Campaign) -> None:
    """Fix what the jury scores by, and the prizes, if there are any."""
    jury = rules_of(campaign).jury
    for number, each in enumerate(jury.criteria if jury else (), start=1):
        db.session.add(JuryCriterion(id=uuid7(), campaign_id=campaign.id, number=number, title=each.title,
                                     highest=each.highest, weight=each.weight))  # fmt: skip
    db.session.flush()
    if rules_of(campaign).has_prizes:
        publish_prizes(campaign)
