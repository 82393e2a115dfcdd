"""The desk's pages of single vouchers: those of a batch, one with its history, making it void, and taking its redemption back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.benefits.rights import APPROVE, MANAGE, VIEW
from app.benefits.rules.words import cite
from app.benefits.vouchers import queries, redeeming, refusals, voiding, words
from app.benefits.vouchers.batch_lists import find_batch
from app.benefits.vouchers.listed import listed_until
from app.benefits.vouchers.pieces import PAGE, list_pieces, masked_names
from app.benefits.vouchers.schemas import ReasonForm
from app.benefits.vouchers.states import EXTEND, REVERSE, VOID
from app.benefits.wechat.coupons import find_coupon
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.audit import record
from app.core.downloads import in_file, workbook
from app.core.errors import NotFound
from app.core.forms import Form, parse_uuid
from app.core.identifiers.masks import mask_name
from app.core.money import yuan
from app.core.theming import render
from tenants.context import current_actor

blueprint = APIBlueprint("pieces", __name__, url_prefix="/vouchers", enable_openapi=False)


@blueprint.get("/<uuid:batch_id>/pieces")
@requires(VIEW)
def index(batch_id: UUID) -> ResponseReturnValue:
    row = find_batch(batch_id)
    if row is None:
        raise NotFound
    state = request.args.get("state", "") if request.args.get("state") in words.STATES_OF_DESK else ""
    rows = list_pieces(batch_id, state, parse_uuid(request.args.get("before", "")), PAGE + 1)
    shown = rows[:PAGE]
    more = url_for(".index", batch_id=batch_id, state=state, before=shown[-1].id) if len(rows) > PAGE else ""
    return render(
        "vouchers/pieces.html", row=row, pieces=shown, names=masked_names(shown), words=words, chosen=state,
        titles=queries.shop_titles([piece.shop_id for piece in shown]), next_href=more, yuan=yuan,
    )  # fmt: skip


@blueprint.get("/<uuid:batch_id>/refusals")
@requires(VIEW)
def refused(batch_id: UUID) -> ResponseReturnValue:
    """Whom a spending rule kept from a voucher."""
    row = find_batch(batch_id)
    if row is None:
        raise NotFound
    rows = refusals.list_refusals(batch_id, parse_uuid(request.args.get("before", "")), PAGE + 1)
    shown = rows[:PAGE]
    more = url_for(".refused", batch_id=batch_id, before=shown[-1].id) if len(rows) > PAGE else ""
    return render(
        "vouchers/refusals.html", row=row, refusals=shown, mask=mask_name, cite=cite, next_href=more,
        number=refusals.count_refusals(batch_id),
    )  # fmt: skip


@blueprint.post("/<uuid:batch_id>/refusals")
@requires(MANAGE)
@paced(30)
def export_refused(batch_id: UUID) -> ResponseReturnValue:
    """All of them as a workbook, by name."""
    row = find_batch(batch_id)
    if row is None:
        raise NotFound
    target, number = in_file(lambda target: refusals.write_refusals(target, batch_id))
    record("vouchers.export_refusals", object_type="voucher_batch", object_id=batch_id, members=number)
    return workbook(target, row.batch.title, "not-given")


@blueprint.get("/pieces/<uuid:voucher_id>")
@requires(VIEW)
def piece(voucher_id: UUID) -> ResponseReturnValue:
    return _piece_page(voucher_id, Form(ReasonForm))


@blueprint.post("/pieces/<uuid:voucher_id>/void")
@requires(MANAGE)
@paced(60)
def make_void(voucher_id: UUID) -> ResponseReturnValue:
    """Make it void; its member reads why."""
    return _take(voucher_id, voiding.make_void, _("The voucher is void, and its member was told."))


@blueprint.post("/pieces/<uuid:voucher_id>/reverse")
@requires(APPROVE)
@paced(60)
def reverse(voucher_id: UUID) -> ResponseReturnValue:
    """Take its redemption back, until it is settled."""
    return _take(voucher_id, redeeming.reverse, _("The redemption is taken back; the voucher is good again."))


def _take(voucher_id: UUID, deed: Callable[..., Any], done: str) -> ResponseReturnValue:
    form = Form(ReasonForm)
    if not form.submit():
        return _piece_page(voucher_id, form), 422
    with Attempt(form) as attempt:
        deed(current_actor(), voucher_id, reason=form.data["reason"])
        flash(done, "success")
        return redirect(url_for(".piece", voucher_id=voucher_id), code=303)
    return _piece_page(voucher_id, form), attempt.status


def _piece_page(voucher_id: UUID, form: Form) -> str:
    found, actor = queries.find_piece(voucher_id), current_actor()
    if found is None:
        raise NotFound
    events, state = queries.list_events(voucher_id), found.voucher.state
    return render(
        "vouchers/piece.html", piece=found, events=events, form=form, words=words, yuan=yuan, hand_over=find_coupon(voucher_id),
        name=masked_names([found.voucher]).get(found.voucher.member_id, ""),
        titles=queries.shop_titles([event.shop_id for event in events]),
        may_void=actor.may(MANAGE) and state in VOID.sources, listed_until=listed_until(voucher_id) if state in VOID.sources else None,
        may_extend=actor.may(MANAGE) and state in EXTEND.sources and not found.kind.is_in_wechat,
        may_reverse=actor.may(APPROVE) and state in REVERSE.sources and found.voucher.shop_id is not None,
    )  # fmt: skip
