"""The staff's pages of a survey: what came out, and sheets to take away."""

from collections.abc import Iterator
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.audit import record
from app.core.clock import CHINA
from app.core.downloads import in_file, workbook
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from app.core.sheets import write_sheet
from app.core.theming import render
from app.members.queries import names_of
from app.modules.events.crumbs import crumbs
from app.modules.events.kinds.survey.hiding import FEWEST
from app.modules.events.kinds.survey.results import Result, find_results, list_answered, list_texts, union_names
from app.modules.events.kinds.survey.settings import survey_of
from app.modules.events.kinds.survey.words import in_words
from app.modules.events.models import Campaign
from app.modules.events.queries import count_entries, find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "survey", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/survey", enable_openapi=False
)


@blueprint.get("/<uuid:campaign_id>")
@requires(MANAGE)
def results(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    found = _results(campaign)
    survey = survey_of(campaign)
    texts = {each.number: list_texts(campaign, each) for each in survey.questions if not each.choices}
    return render(
        "events/survey/desk/results.html", campaign=campaign, results=found, texts=texts, fewest=FEWEST,
        people=count_entries(campaign_id), is_anonymous=survey.is_anonymous,
        crumbs=crumbs(campaign, _("Results")),
    )  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/results.xlsx")
@requires(MANAGE)
def as_sheet(campaign_id: UUID) -> ResponseReturnValue:
    """The results under the same rules as on the page: of an anonymous survey nothing that was one person's."""
    campaign = _campaign(campaign_id)
    found = _results(campaign)
    if found is None:
        raise NotFound
    headings = [_("No."), _("Question"), _("Union"), _("Answer"), _("Members"), _("Members who answered")]
    target, rows = in_file(
        lambda target: write_sheet(
            target, headings, _lines(campaign, found), title=_("Results"), widths={headings[1]: 40.0}
        )
    )
    record("events.survey_export", object_type="events_campaign", object_id=campaign_id, rows=rows)
    return workbook(target, _("Results of %(title)s", title=campaign.title), "survey-results")


@blueprint.get("/<uuid:campaign_id>/answers.xlsx")
@requires(MANAGE)
def sheets(campaign_id: UUID) -> ResponseReturnValue:
    """Who answered what, of a named survey."""
    campaign = _campaign(campaign_id)
    survey = survey_of(campaign)
    if survey.is_anonymous:
        raise NotFound
    headings = [_("Name"), _("Union"), _("Sent"), *(f"{each.number}. {each.prompt}" for each in survey.questions)]
    target, rows = in_file(lambda target: write_sheet(target, headings, _sheets(campaign), title=_("Answers")))
    record("events.survey_export_sheets", object_type="events_campaign", object_id=campaign_id, rows=rows)
    return workbook(target, _("Answers to %(title)s", title=campaign.title), "survey-answers")


def _lines(campaign: Campaign, found: list[Result]) -> Iterator[tuple]:
    for result in found:
        of = (result.question.number, result.question.prompt)
        for line in result.lines:
            for label, number in zip(result.labels, line.numbers, strict=True):
                yield *of, line.title, label, _("hidden") if number is None else number, line.answered
        if result.lines and not result.labels:
            for words in list_texts(campaign, result.question, None):
                yield *of, "", words, "", ""


def _sheets(campaign: Campaign) -> Iterator[tuple]:
    questions, given = survey_of(campaign).questions, list(list_answered(campaign.id))
    names, unions = names_of(each.member_id for each in given), union_names({each.union_id for each in given})
    for each in given:
        answers = [in_words(question, each.answers.get(str(question.number))) for question in questions]
        sent_at = each.sent_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        yield names.get(each.member_id, "–"), unions.get(each.union_id, ""), sent_at, *answers


def _results(campaign: Campaign) -> list[Result] | None:
    return find_results(campaign, _("All"), _("Other unions"))


def _campaign(campaign_id: UUID) -> Campaign:
    return find_campaign(campaign_id, kind="survey")
