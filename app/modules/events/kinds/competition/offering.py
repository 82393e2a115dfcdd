"""What a competition tells of itself, what is asked before it is reviewed, and how its rounds are fixed."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.i18n import moment
from app.modules.events.errors import NotReady
from app.modules.events.judging.criteria import in_words
from app.modules.events.judging.scores import tenths
from app.modules.events.kinds.competition import appeals, queries
from app.modules.events.kinds.competition.models import JUDGES, SHEET, Criterion, Round
from app.modules.events.kinds.competition.settings import MODES, Rules, WrittenRound, rules_of
from app.modules.events.kinds.competition.states import PUBLIC
from app.modules.events.kinds.competition.words import AWARDS, TIE_RULE
from app.modules.events.models import Campaign
from app.modules.events.prizes.publishing import publish_prizes, require_prizes
from app.modules.events.prizes.queries import list_offers
from app.modules.events.prizes.words import prize_facts
from app.modules.events.promising import batch_choices
from app.modules.events.teams.settings import require_size
from tenants.database import db
from tenants.ids import uuid7


def choices() -> dict[str, Any]:
    """The batches that prizes may be of, and where a round may be held."""
    return {"batches": batch_choices(), "modes": list(MODES.items())}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    rules = rules_of(campaign)
    return [
        (_("Who competes"), competing_in_words(rules)),
        *((each.title, _round_in_words(each)) for each in rules.rounds),
        (_("Awards"), awards_in_words(rules)),
        (_("Time for appeals"), appeal_in_words(rules)),
        *prize_facts(campaign),
    ]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the competition; the same for every visitor."""
    rules, rounds = rules_of(campaign), queries.list_rounds(campaign.id)
    return {
        "competing": competing_in_words(rules), "teams": rules.teams, "rounds": [(each, queries.list_criteria(each.id)) for each in rounds], "awards": awards_in_words(rules),
        "appeal": appeal_in_words(rules), "tie_rule": TIE_RULE, "modes": MODES, "tenths": tenths, "JUDGES": JUDGES,
        "published": [each for each in rounds if each.state in PUBLIC],
        "offers": list_offers(campaign.id) if campaign.settings.get("prizes") else [],
    }  # fmt: skip


def desk(campaign: Campaign) -> dict[str, Any]:
    """What stands on the staff's page besides."""
    return {"is_announced": campaign.frozen_at is not None, "waiting": appeals.count_open(campaign.id)}


def competing_in_words(rules: Rules) -> str:
    if rules.teams is None:
        return _("Individuals")
    return rules.teams.in_words()


def awards_in_words(rules: Rules) -> str:
    return _(", ").join(_("%(award)s × %(number)s", award=AWARDS[key], number=number) for key, number in rules.awards.items() if number)  # fmt: skip


def appeal_in_words(rules: Rules) -> str:
    hours = int(rules.appeal.total_seconds() // 3600)
    return ngettext("One hour after a ranking is published", "%(num)d hours after a ranking is published", hours)


def _round_in_words(written: WrittenRound) -> str:
    going_on = _("the %(number)s best go on", number=written.go_on) if written.go_on else _("the last round")
    return f"{moment(written.starts_at)} – {moment(written.ends_at)} · {MODES[written.mode]} {written.venue} · {going_on} · {in_words(written.criteria)}"  # fmt: skip


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless there are rounds one behind the other, each but the last with how many go on."""
    rules = rules_of(campaign)
    if not rules.rounds:
        raise NotReady(_("Write at least one round."), field="rounds")
    require_size(campaign)
    for number, each in enumerate(rules.rounds):
        before = rules.rounds[number - 1].ends_at if number else campaign.closes_at
        is_last = number == len(rules.rounds) - 1
        if each.starts_at >= each.ends_at:
            raise NotReady(_of_round(each, _("The end must be after the beginning.")), field=f"rounds-{number}-ends_at")
        if each.starts_at < before:
            words = _("“%(title)s” must begin after %(time)s: registration and the rounds before end first.",
                      title=each.title, time=moment(before))  # fmt: skip
            raise NotReady(words, field=f"rounds-{number}-starts_at")
        if each.mode == "onsite" and not each.venue:
            raise NotReady(_of_round(each, _("Say where it is.")), field=f"rounds-{number}-venue")
        if is_last and each.go_on:
            words = _of_round(each, _("Nobody goes on from the last round: leave this empty."))
            raise NotReady(words, field=f"rounds-{number}-go_on")
        if not is_last and not each.go_on:
            raise NotReady(_("Say how many go on from “%(title)s”.", title=each.title), field=f"rounds-{number}-go_on")
    if campaign.settings.get("prizes"):
        require_prizes(campaign)


def _of_round(written: WrittenRound, words: str) -> str:
    return _("“%(title)s”: %(words)s", title=written.title, words=words)


def announced(campaign: Campaign) -> None:
    """Fix the rounds, what is scored in them, and the prizes."""
    rounds, teams = rules_of(campaign).rounds, rules_of(campaign).teams
    for number, each in enumerate(rounds, start=1):
        made = Round(id=uuid7(), campaign_id=campaign.id, number=number, title=each.title, mode=each.mode, venue=each.venue,
                     starts_at=each.starts_at, ends_at=each.ends_at, go_on=each.go_on, is_last=number == len(rounds),
                     team_from=teams.least if teams else None, team_to=teams.most if teams else None)  # fmt: skip
        db.session.add(made)
        db.session.flush()
        for place, criterion in enumerate(each.criteria, start=1):
            db.session.add(Criterion(id=uuid7(), campaign_id=campaign.id, round_id=made.id, number=place,
                                     title=criterion.title, highest=criterion.highest, weight=criterion.weight,
                                     source=SHEET if criterion.behind else JUDGES))  # fmt: skip
    db.session.flush()
    if campaign.settings.get("prizes"):
        publish_prizes(campaign)
