"""The staff's list of referrals, and taking a reward back."""

from collections.abc import Iterator
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.audit import record
from app.core.downloads import in_file, workbook
from app.core.forms import Form, asked_for
from app.core.places import Place, PlacedBlueprint
from app.core.sheets import write_sheet
from app.core.theming import render
from app.modules.events.crumbs import crumbs
from app.modules.events.kinds.referral import queries
from app.modules.events.kinds.referral.clawing import REDEEMED, claw_back
from app.modules.events.kinds.referral.models import Referral
from app.modules.events.kinds.referral.settings import rules_of
from app.modules.events.kinds.referral.states import Reason, State
from app.modules.events.kinds.referral.words import COLOURS, OUTCOMES, REASONS, STATES
from app.modules.events.models import Campaign
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import Plane, current_actor

blueprint = PlacedBlueprint(
    "referral", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/referral",
    enable_openapi=False,
)  # fmt: skip


class ListFilter(Schema):
    """The filter of the list."""

    state = fields.String(load_default="", validate=validate.OneOf(["", REDEEMED, *State]))
    before = fields.UUID(load_default=None)


class ClawBackForm(Schema):
    """Why a joining is false."""

    note = fields.String(
        required=True,
        validate=validate.Length(1, 500, error=_("Please shorten this.")),
        error_messages={"required": _("Say why: whoever reads this campaign later sees it.")},
    )


@blueprint.get("/<uuid:campaign_id>")
@requires(MANAGE)
def index(campaign_id: UUID) -> ResponseReturnValue:
    return _page(_campaign(campaign_id))


@blueprint.post("/<uuid:campaign_id>/<uuid:referral_id>/claw-back")
@requires(MANAGE)
@paced(60)
def take_back(campaign_id: UUID, referral_id: UUID) -> ResponseReturnValue:
    """Take the reward of a referral back whose joining was found to be false."""
    _campaign(campaign_id)
    form = Form(ClawBackForm)
    with Attempt(form) as attempt:
        if form.submit():
            claw_back(current_actor(), referral_id, Reason.FALSE, seen=form.seen, note=form.data["note"])
            flash(_("The reward is taken back, and both are told."), "success")
            return redirect(url_for(".index", campaign_id=campaign_id), code=303)
    return _page(_campaign(campaign_id), form), attempt.status


@blueprint.get("/<uuid:campaign_id>/referrals.xlsx")
@requires(MANAGE)
def as_sheet(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    headings = [
        _("Who refers"), _("Who joined"), _("Verified at"), _("State"), _("Why"), _("Rewarded at"),
        _("Voucher of who refers"), _("Voucher of who joined"),
    ]  # fmt: skip
    target, rows = in_file(lambda target: write_sheet(target, headings, _lines(campaign_id), title=_("Referrals")))
    record("events.referral_export", object_type="events_campaign", object_id=campaign_id, rows=rows)
    return workbook(target, f"{campaign.title}-{_('Referrals')}", "referrals")


def _lines(campaign_id: UUID) -> Iterator[tuple]:
    for row in queries.list_for_staff(campaign_id, limit=None):
        each: Referral = row.Referral
        yield (
            row.referrer or "–", row.joiner or "–", each.verified_at, str(STATES[State(each.state)]), _why(each), each.rewarded_at,
            str(OUTCOMES[each.referrer_outcome]), str(OUTCOMES[each.joiner_outcome]),
        )  # fmt: skip


def _why(referral: Referral) -> str:
    return str(REASONS[Reason(referral.reason)]) if referral.reason else ""


def _page(campaign: Campaign, form: Form | None = None) -> str:
    wanted = asked_for(ListFilter)
    rows = list(queries.list_for_staff(campaign.id, state=wanted["state"], before=wanted["before"]))
    last = rows[queries.PAGE - 1].Referral.id if len(rows) > queries.PAGE else None
    kept = {"state": wanted["state"]} if wanted["state"] else {}
    return render(
        "events/referral/desk/list.html", campaign=campaign, rows=rows[: queries.PAGE], form=form or Form(ClawBackForm),
        counts=queries.count_by_state(campaign.id), rules=rules_of(campaign), why=_why, states=STATES, colours=COLOURS, outcomes=OUTCOMES,
        choices=[*STATES.items(), (REDEEMED, _("Redeemed before it could be taken back"))], filter={"values": kept, "errors": {}},
        next_href=url_for(".index", campaign_id=campaign.id, before=last, **kept) if last else "",
        crumbs=crumbs(campaign, _("Referrals")),
    )  # fmt: skip


def _campaign(campaign_id: UUID) -> Campaign:
    return find_campaign(campaign_id, kind="referral")
