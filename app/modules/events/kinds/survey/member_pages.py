"""The member's pages of a survey: page by page through the questions, sending, and what came out.

What was typed travels with the form, page by page, until it is sent: nothing is kept of who stops halfway.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import acting_member, member_only, own_things
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.core.transactions import finish
from app.modules.events.draws.queries import find_draw, find_place
from app.modules.events.entering import is_invited
from app.modules.events.kinds.survey.answering import faults, send
from app.modules.events.kinds.survey.hiding import FEWEST
from app.modules.events.kinds.survey.models import Sheet
from app.modules.events.kinds.survey.questions import Answer, Page, path_of, read_answer
from app.modules.events.kinds.survey.results import find_results
from app.modules.events.kinds.survey.settings import survey_of
from app.modules.events.kinds.survey.words import in_words, labels_of
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.queries import find_win, list_offers
from app.modules.events.queries import find_announced, find_entry
from tenants.context import Plane, current_zone
from tenants.database import db

blueprint = PlacedBlueprint(
    "survey",
    __name__,
    place=Place.ZONE,
    plane=Plane.MEMBER,
    module="events",
    url_prefix="/survey",
    enable_openapi=False,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """What was answered so far, and the pages that it leads through; behind the last one it is looked over and sent."""

    answers: dict[int, Answer]
    path: list[Page]


@blueprint.get("/<uuid:campaign_id>")
@own_things
def own(campaign_id: UUID) -> ResponseReturnValue:
    """The first page, or that the member has taken part."""
    campaign = _campaign(campaign_id)
    entry = find_entry(campaign_id, acting_member())
    return _done_page(campaign, entry) if entry else _page(campaign, _progress(campaign), 0)


@blueprint.post("/<uuid:campaign_id>")
@member_only
@paced(300)
def turn(campaign_id: UUID) -> ResponseReturnValue:
    """Go on, go back, or send; wherever an answer is missing its page is shown."""
    campaign = _campaign(campaign_id)
    if find_entry(campaign_id, acting_member()):
        return redirect(url_for(".own", campaign_id=campaign_id), code=303)
    progress = _progress(campaign)
    at, step = max(0, min(request.form.get("at", 0, int), len(progress.path))), request.form.get("step", "")
    if step == "back":
        return _page(campaign, progress, max(0, at - 1))
    for number, page in enumerate(progress.path[: at + 1]):
        if wrong := faults(page, progress.answers):
            return _page(campaign, progress, number, {f"q{key}": [words] for key, words in wrong.items()}), 422
    if at < len(progress.path):
        return _page(campaign, progress, at + 1)
    return _send(campaign, progress)


@blueprint.get("/<uuid:campaign_id>/results")
@member_only
def results(campaign_id: UUID) -> ResponseReturnValue:
    """What came out, for members: numbers alone, those of a few hidden."""
    campaign = _campaign(campaign_id)
    found = find_results(campaign, _("All"), _("Other unions"), for_members=True)
    if found is None or not survey_of(campaign).is_published:
        raise NotFound
    return render("events/survey/results.html", campaign=campaign, results=found, fewest=FEWEST)


def _send(campaign: Campaign, progress: Progress) -> ResponseReturnValue:
    try:
        send(acting_member(), campaign, progress.answers)
    except DomainError as refusal:
        finish(succeeded=False)
        return _page(campaign, progress, len(progress.path), {"": [str(refusal.message)]}), refusal.status
    return redirect(url_for(".own", campaign_id=campaign.id), code=303)


def _progress(campaign: Campaign) -> Progress:
    questions = survey_of(campaign).questions
    read = {each.number: read_answer(each, request.form.getlist(f"q{each.number}")) for each in questions}
    answers = {number: answer for number, answer in read.items() if answer is not None}
    return Progress(answers, list(path_of(questions, answers)))


def _page(campaign: Campaign, progress: Progress, at: int, errors: dict[str, list[str]] | None = None) -> str:
    """A page of questions, or behind the last what was answered; all other answers are hidden fields."""
    survey, page = survey_of(campaign), progress.path[at] if at < len(progress.path) else ()
    here = {question.number for question in page}
    carried = [
        (f"q{number}", value)
        for number, answer in progress.answers.items()
        if number not in here
        for value in (answer if isinstance(answer, list) else [answer])
    ]
    looked_over = [(each, in_words(each, progress.answers.get(each.number))) for one in progress.path for each in one]
    return render(
        "events/survey/page.html", campaign=campaign, at=at, page=page, carried=carried, labels_of=labels_of,
        looked_over=looked_over if not page else [], is_anonymous=survey.is_anonymous,
        form={"values": {f"q{number}": answer for number, answer in progress.answers.items()}, "errors": errors or {}},
        done=page[0].number - 1 if page else 1, number=len(survey.questions) if page else 1,
        is_open=campaign.is_open_at(now()), is_invited=is_invited(acting_member(), campaign),
    )  # fmt: skip


def _done_page(campaign: Campaign, entry: Entry) -> str:
    survey, sheet = survey_of(campaign), db.session.get(Sheet, (current_zone().id, entry.id))
    answers = {int(name): answer for name, answer in sheet.answers.items()} if sheet else {}
    return render(
        "events/survey/done.html", campaign=campaign, is_anonymous=survey.is_anonymous, place=find_place(entry.id),
        answered=[(each, in_words(each, answers[each.number])) for each in survey.questions if each.number in answers],
        win=find_win(entry.id), draw=find_draw(campaign.id), offers=list_offers(campaign.id),
        has_results=survey.is_published and campaign.settled_at is not None, entry=entry,
    )  # fmt: skip


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="survey")
