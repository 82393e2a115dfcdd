"""A member's own page of a quiz: papers, best score, place, the button, and the team they are in."""

from typing import Any
from uuid import UUID

from flask import url_for

from app.core.access import acting_member
from app.core.clock import now
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.platform import platform
from app.core.rotating_codes import qr_picture
from app.core.theming import render
from app.modules.events.entering import is_invited
from app.modules.events.kinds.quiz import queries, ranking
from app.modules.events.kinds.quiz.models import Score
from app.modules.events.kinds.quiz.offering import tries_in_words
from app.modules.events.kinds.quiz.settings import Rules, rules_of
from app.modules.events.kinds.quiz.teams import forming
from app.modules.events.kinds.quiz.teams.queries import find_me, find_team, has_begun, list_people
from app.modules.events.kinds.quiz.words import time_used
from app.modules.events.models import Campaign
from app.modules.events.prizes.queries import find_win, list_offers
from app.modules.events.queries import find_entry
from app.modules.events.teams.links import code_of
from app.modules.events.teams.settings import TeamNameForm
from tenants.context import current_zone
from tenants.ids import uuid7


def render_own_page(
    campaign: Campaign, form: Form | None = None, once: UUID | None = None, refusal: DomainError | None = None
) -> str:
    papers = queries.list_papers(campaign.id, acting_member())
    score, rules = find_own_score(campaign.id), rules_of(campaign)
    place = ranking.place_of(score) if score and score.points is not None else None
    left = min(rules.tries_a_day - queries.count_today(papers), rules.tries_in_all - len(papers))
    return render(
        "events/quiz/own.html", campaign=campaign, rules=rules, papers=papers, running=queries.find_running(papers), score=score,
        place=place, win=find_win(score.id) if score else None, is_drawn=rules.is_drawn and bool(list_offers(campaign.id)), left=max(0, left), is_open=campaign.is_open_at(now()), is_invited=is_invited(acting_member(), campaign), refusal=refusal, tries=tries_in_words(campaign),
        time_used=time_used, form=form or Form(TeamNameForm), once=once or uuid7(), **_own_team(campaign, rules),
    )  # fmt: skip


def find_own_score(campaign_id: UUID) -> Score | None:
    entry = find_entry(campaign_id, acting_member())
    return ranking.find_score(entry.id) if entry else None


def _own_team(campaign: Campaign, rules: Rules) -> dict[str, Any]:
    """What the page says of teams: nothing where there are none, how to found one, or the one the member is in."""
    if rules.teams is None:
        return {"team": None, "may_found": False, "is_whole": True}
    me = find_me(campaign.id, acting_member())
    is_forming = forming.is_forming(campaign)
    if me is None:
        return {
            "team": None,
            "is_whole": True,
            "may_found": is_forming and not forming.has_begun(campaign.id, acting_member()),
        }
    team, people = find_team(me.team_id), list_people(me.team_id)
    address = platform().url(
        current_zone().host, url_for("events.quiz.teams.invitation", quiz_team_id=team.id, token=code_of(team.id))
    )
    is_fixed = has_begun(team.id)
    return {
        "team": team, "me": me, "people": people, "address": address, "picture": qr_picture(address), "may_found": False,
        "may_change": is_forming and not is_fixed, "is_forming": is_forming, "has_room": len(people) < team.most, "is_whole": rules.teams.least <= len(people),
        "standing": ranking.find_team(campaign.id, team.id, rules),
    }  # fmt: skip
