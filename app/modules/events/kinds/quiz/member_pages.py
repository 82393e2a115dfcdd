"""The member's pages of a quiz: the paper they answer, what came of it, and the ranking."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from werkzeug.datastructures import MultiDict

from app.core.access import acting_member, member_only, own_things
from app.core.clock import CHINA, now
from app.core.early_posts import Steps, at_last, early_post
from app.core.errors import DomainError, NotFound
from app.core.places import Place, PlacedBlueprint, path_to
from app.core.theming import render
from app.core.transactions import finish
from app.modules.events.kinds.quiz import queries, ranking
from app.modules.events.kinds.quiz.bank.words import MULTIPLE, TRUE_FALSE, letter_of
from app.modules.events.kinds.quiz.citywide import queries as citywide
from app.modules.events.kinds.quiz.citywide.models import Holding
from app.modules.events.kinds.quiz.citywide.queries import find_holding
from app.modules.events.kinds.quiz.handing_in import Sheet, hand_in
from app.modules.events.kinds.quiz.models import Attempt, Item, ItemKey
from app.modules.events.kinds.quiz.offering import teams_in_words, unions_in_words
from app.modules.events.kinds.quiz.own_page import find_own_score, render_own_page
from app.modules.events.kinds.quiz.settings import Rules, rules_of
from app.modules.events.kinds.quiz.teams import pages as teams
from app.modules.events.kinds.quiz.trying import begin
from app.modules.events.kinds.quiz.words import time_used
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "quiz", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/quiz", enable_openapi=False
)
blueprint.register_blueprint(teams.blueprint)
PLACES = tuple("01234567")
"""Where an option can stand in a question, as a form says it."""


@blueprint.get("/<uuid:campaign_id>")
@own_things
def own(campaign_id: UUID) -> ResponseReturnValue:
    """Where the member stands: papers, best score, place, and the button."""
    return render_own_page(_campaign(campaign_id))


@blueprint.post("/<uuid:campaign_id>/begin")
@member_only
def start(campaign_id: UUID) -> ResponseReturnValue:
    """Draw a paper, or go on with the one that runs."""
    campaign = _campaign(campaign_id)
    try:
        attempt_id = begin(acting_member(), campaign_id)
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        return render_own_page(campaign, refusal=refusal), refusal.status, refusal.headers
    return redirect(url_for(".paper", campaign_id=campaign_id, attempt_id=attempt_id), code=303)


@blueprint.get("/<uuid:campaign_id>/papers/<uuid:attempt_id>")
@own_things
def paper(campaign_id: UUID, attempt_id: UUID) -> ResponseReturnValue:
    """A paper to answer, or what came of it."""
    campaign, found = _campaign(campaign_id), queries.find_paper(campaign_id, attempt_id, acting_member())
    return _result_page(campaign, found) if found.handed_in_at else _paper_page(campaign, found, {})


def answer_early(campaign_id: UUID, attempt_id: UUID, form: MultiDict[str, str]) -> Steps[str]:
    """Hand the paper in; the page that says what came of it."""
    places = {place: [int(each) for each in texts] for place, texts in _chosen(form).items()}
    yield from hand_in(campaign_id, Sheet(attempt_id, acting_member(), places))
    return path_to("events.quiz.paper", campaign_id=campaign_id, attempt_id=attempt_id)


@blueprint.post("/<uuid:campaign_id>/papers/<uuid:attempt_id>")
@member_only
@early_post(answer_early, takes_form=True)
def answer(campaign_id: UUID, attempt_id: UUID) -> ResponseReturnValue:
    """Hand the paper in; sent twice the first holds. Where that is refused, what was ticked still is."""
    try:
        return redirect(at_last(answer_early(campaign_id, attempt_id, request.form)), code=303)
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        found = queries.find_paper(campaign_id, attempt_id, acting_member())
        page = _paper_page(_campaign(campaign_id), found, _chosen(request.form), refusal)
        return page, refusal.status, refusal.headers


@blueprint.get("/<uuid:campaign_id>/ranking")
@own_things
def ranks(campaign_id: UUID) -> ResponseReturnValue:
    """Everybody, or with `of=union` those of the member's union, with `of=unions` unions, with `of=teams` teams, with `of=zones`
    everybody of all zones."""
    campaign, of = _campaign(campaign_id), request.args.get("of", "")
    rules, score, holding = rules_of(campaign), find_own_score(campaign_id), find_holding(campaign)
    if holding and of == "zones":
        return _zones_page(campaign, holding)
    groups = _list_groups(campaign, rules, of)
    union_id = score.union_id if of == "union" and score else None
    rows = ranking.list_best(campaign_id, union_id) if groups is None else []
    return render(
        "events/quiz/ranking.html", campaign=campaign, rules=rules, of=of, rows=rows, groups=groups, score=score, holding=holding,
        has_score=score is not None and score.points is not None, time_used=time_used,
        group_words=teams_in_words(rules) if of == "teams" else unions_in_words(campaign),
    )  # fmt: skip


def _list_groups(campaign: Campaign, rules: Rules, of: str) -> Sequence[Row] | None:
    """The unions or teams asked for; none where the quiz does not rank them, or people are asked for."""
    if of == "unions" and rules.union_best:
        return ranking.list_unions(campaign.id, rules.union_best, rules.union_least)
    return ranking.list_teams(campaign.id, rules) if of == "teams" and rules.teams else None


def _zones_page(campaign: Campaign, holding: Holding) -> str:
    standing = citywide.find_standing(holding.shared_id, acting_member())
    return render(
        "events/quiz/zones.html", campaign=campaign, of="zones", holding=holding, rules=rules_of(campaign), rows=list(citywide.list_best(holding.shared_id)), standing=standing,
        place=citywide.place_of(standing) if standing else None, zones=len(citywide.list_holdings(holding.shared_id)),
        is_final=citywide.is_final(holding.shared_id), time_used=time_used,
    )  # fmt: skip


def _paper_page(
    campaign: Campaign, found: Attempt, chosen: dict[int, list[str]], refusal: DomainError | None = None
) -> str:
    items = [
        {"item": item, "is_multiple": item.kind == MULTIPLE, "is_true_false": item.kind == TRUE_FALSE,
         "options": [item.options[int(each)] for each in order] if item.kind != TRUE_FALSE else []}
        for item, order in zip(queries.list_items(found), found.orders, strict=True)
    ]  # fmt: skip
    values: dict[str, Any] = {f"q{place}": texts for place, texts in chosen.items()}
    for place, each in enumerate(items):
        if not each["is_multiple"] and values.get(f"q{place}"):
            values[f"q{place}"] = values[f"q{place}"][0]
    return render(
        "events/quiz/paper.html", campaign=campaign, paper=found, items=items, rules=rules_of(campaign), letter_of=letter_of,
        form={"values": values, "errors": {"": [str(refusal.message)]} if refusal else {}}, is_late=found.deadline <= now(), until=found.deadline.astimezone(CHINA).strftime("%H:%M:%S"),
    )  # fmt: skip


def _result_page(campaign: Campaign, found: Attempt) -> str:
    keys, rules = queries.list_keys(found), rules_of(campaign)
    rows = [
        _result_row(item, keys.get(item.id), order, found.answers[place] if found.answers else 0)
        for place, (item, order) in enumerate(zip(queries.list_items(found), found.orders, strict=True))
    ]
    return render(
        "events/quiz/result.html", campaign=campaign, paper=found, rows=rows, rules=rules, has_keys=bool(keys),
        letter_of=letter_of, time_used=time_used, right=(found.points or 0) // rules.points_each,
    )  # fmt: skip


def _result_row(item: Item, key: ItemKey | None, order: str, chosen: int) -> dict[str, Any]:
    is_true_false = item.kind == TRUE_FALSE
    options = [
        {"number": number, "text": "" if is_true_false else item.options[number], "is_chosen": chosen >> number & 1,
         "is_right": key is not None and key.right >> number & 1}
        for number in map(int, order)
    ]  # fmt: skip
    return {"item": item, "key": key, "chosen": chosen, "is_true_false": is_true_false, "options": options}


def _chosen(form: MultiDict[str, str]) -> dict[int, list[str]]:
    """The places of options chosen of each item, as the form sent them; anything else in it is ignored."""
    names = [name for name in form if name[:1] == "q" and name[1:].isdecimal() and len(name) <= 4]
    return {int(name[1:]): [each for each in form.getlist(name) if each in PLACES] for name in names}


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="quiz")
