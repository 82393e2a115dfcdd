"""The desk's page of a batch's extensions: proposed by one person, decided on by another."""

from datetime import timedelta
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.deciding import LONGEST_REASON, decide_on
from app.benefits.pace import paced
from app.benefits.proposal_words import PROPOSALS
from app.benefits.rights import APPROVE, MANAGE, VIEW
from app.benefits.vouchers import extending, queries
from app.benefits.vouchers.batch_lists import find_batch
from app.benefits.vouchers.batch_states import BatchState
from app.benefits.vouchers.models import VoucherExtension
from app.benefits.vouchers.schemas import ExtensionForm
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.core.forms import Form, form_id, parse_uuid
from app.core.theming import render
from tenants.context import current_actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

blueprint = APIBlueprint("extensions", __name__, url_prefix="/vouchers", enable_openapi=False)


@blueprint.get("/<uuid:batch_id>/extensions")
@requires(VIEW)
def index(batch_id: UUID) -> ResponseReturnValue:
    piece = queries.find_piece(chosen) if (chosen := parse_uuid(request.args.get("voucher", ""))) else None
    return _page(batch_id, Form(ExtensionForm, {"voucher": piece.voucher.id} if piece else {}))


@blueprint.post("/<uuid:batch_id>/extensions")
@requires(MANAGE)
@paced(60)
def propose(batch_id: UUID) -> ResponseReturnValue:
    """Propose to let vouchers run longer."""
    form = Form(ExtensionForm)
    if not form.submit():
        return _page(batch_id, form), 422
    facts = {"until": form.data["until"], "ground": form.data["ground"], "voucher_id": form.data["voucher"]}
    with Attempt(form) as attempt:
        extending.propose(current_actor(), form_id(), batch_id=batch_id, **facts)
        flash(_("It waits for a second person now."), "success")
        return redirect(url_for(".index", batch_id=batch_id), code=303)
    return _page(batch_id, form), attempt.status


@blueprint.post("/extensions/<uuid:extension_id>/withdraw")
@requires(MANAGE)
@paced(60)
def withdraw(extension_id: UUID) -> ResponseReturnValue:
    return _decide(extension_id, "withdraw")


@blueprint.post("/extensions/<uuid:extension_id>/<any(approve, refuse):action>")
@requires(APPROVE)
@paced(60)
def decide(extension_id: UUID, action: str) -> ResponseReturnValue:
    return _decide(extension_id, action)


def _decide(extension_id: UUID, action: str) -> ResponseReturnValue:
    found = db.session.get(VoucherExtension, (current_zone().id, extension_id))
    if found is None:
        raise NotFound
    batch_id = found.batch_id
    return decide_on(
        extending.take_step, extension_id, action,
        then=redirect(url_for(".index", batch_id=batch_id), code=303), again=lambda: _page(batch_id, Form(ExtensionForm)),
        approved=_("Approved: the vouchers are being extended, and their members are told."),
    )  # fmt: skip


def _page(batch_id: UUID, form: Form) -> str:
    row, actor = find_batch(batch_id), current_actor()
    if row is None or row.batch.state not in (BatchState.APPROVED, BatchState.CLOSED):
        raise NotFound
    voucher = form.values.get("voucher")
    runs = extending.runs_through(batch_id, parse_uuid(str(voucher)) if voucher else None)
    first = max(today_in_china(), runs[0] + timedelta(days=1)) if runs else None
    return render(
        "vouchers/extensions.html", row=row, extensions=extending.list_extensions(batch_id), form=form, runs=runs, first=first,
        once=request.form.get("_once") or uuid7(), states=PROPOSALS, me=actor.account_id, may_manage=actor.may(MANAGE),
        may_approve=actor.may(APPROVE), longest=LONGEST_REASON,
    )  # fmt: skip
