"""Member pages: what goes on, one campaign, and what one took part in. Those of each kind stand below them."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import own_things, public
from app.core.clock import now
from app.core.forms import parse_uuid
from app.core.modules import load_provider
from app.core.pages.marks import cached_page
from app.core.places import member_pages
from app.core.platform import platform
from app.core.rotating_codes import qr_picture
from app.core.theming import render
from app.members.audience.choice import Audience
from app.modules.events import calendar
from app.modules.events.draws import pages as draws
from app.modules.events.hosts import host_lines
from app.modules.events.kinds import KINDS, find_kind, list_parts
from app.modules.events.models import Campaign
from app.modules.events.page_changes import changes_tomorrow, changes_with
from app.modules.events.prizes import pages as prizes
from app.modules.events.queries import PAGE, find_announced, list_current, list_entered, list_past
from app.modules.events.sharing import pages as shared
from app.modules.events.sharing.queries import list_for_members
from app.modules.events.weeks import pages as weeks
from app.modules.events.weeks.queries import find_week, list_soon
from app.modules.events.words import phase_words
from tenants.context import current_actor, current_zone

blueprint = member_pages("events", __name__)
blueprint.register_blueprint(calendar.blueprint)
blueprint.register_blueprint(draws.blueprint)
blueprint.register_blueprint(prizes.blueprint)
blueprint.register_blueprint(shared.blueprint)
blueprint.register_blueprint(weeks.blueprint)
for part in list_parts("member_pages"):
    blueprint.register_blueprint(part.blueprint)


@blueprint.get("/")
@public
@cached_page()
def index() -> ResponseReturnValue:
    moment = now()
    current = list_current()
    groups = [
        ("open", [each for each in current if each.is_open_at(moment)]),
        ("coming", [each for each in current if each.opens_at > moment]),
    ]
    of_the_city = list_for_members()
    for each in (*current, *of_the_city):
        changes_with(each)
    changes_tomorrow()
    return render(
        "events/index.html",
        weeks=list_soon(),
        of_the_city=of_the_city,
        shared_phase=shared.shared_phase,
        groups=groups,
        kinds=KINDS,
        phase_words=phase_words,
    )


@blueprint.get("/past")
@public
@cached_page("before")
def past() -> ResponseReturnValue:
    rows = list_past(_before())
    next_href = url_for(".past", before=rows[PAGE - 1].id) if len(rows) > PAGE else ""
    return render("events/past.html", campaigns=rows[:PAGE], next_href=next_href, kinds=KINDS, phase_words=phase_words)


@blueprint.get("/mine")
@own_things
def mine() -> ResponseReturnValue:
    member_id = current_actor().member_id
    rows = list_entered(member_id, _before()) if member_id else []
    next_href = url_for(".mine", before=rows[PAGE - 1][1].id) if len(rows) > PAGE else ""
    return render("events/mine.html", entered=rows[:PAGE], next_href=next_href, kinds=KINDS, phase_words=phase_words)


@blueprint.get("/<uuid:campaign_id>")
@public
@cached_page()
def campaign(campaign_id: UUID) -> ResponseReturnValue:
    found = find_announced(campaign_id)
    changes_with(found)
    return render("events/campaign.html", **page_words(found))


@blueprint.get("/<uuid:campaign_id>/share")
@public
@cached_page()
def share(campaign_id: UUID) -> ResponseReturnValue:
    """The campaign as one picture with its address as a QR code, to be kept and sent on."""
    found = find_announced(campaign_id)
    words = page_words(found)
    return render("events/share.html", qr=qr_picture(words["share_url"]), **words)


def page_words(found: Campaign) -> dict[str, Any]:
    """What the page of a campaign needs, the same for every visitor."""
    kind, host = find_kind(found.kind), current_zone().host
    return {
        "campaign": found, "hosts": host_lines(found.hosts), "week": find_week(found.week_id) if found.week_id else None, "kind": kind, "phase": phase_words(found), "panel": load_provider(kind.panel)(found),
        "is_open_to_all": Audience.from_json(found.audience).is_open, "is_open": found.is_open_at(now()), "goes_on": found.goes_on_at(now()), "opens_later": found.goes_on_at(now()) and found.opens_at > now(),
        "share_url": platform().url(host, url_for("events.campaign", campaign_id=found.id)),
        "share_image": platform().url(host, f"/files/{found.cover_file_id}") if found.cover_file_id else "",
    }  # fmt: skip


def _before() -> UUID | None:
    """The last of the page before."""
    return parse_uuid(request.args.get("before", ""))
