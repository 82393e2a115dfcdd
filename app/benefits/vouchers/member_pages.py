"""A member's own vouchers: the list, one with its code to be shown, and where a cake is picked up."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.benefits.vouchers import picking_up, queries, words
from app.benefits.vouchers.codes import code_of
from app.benefits.vouchers.errors import VoucherMovedOn
from app.benefits.vouchers.schemas import PickUpForm
from app.benefits.vouchers.showing import offline_word, show
from app.benefits.vouchers.states import VoucherState
from app.benefits.wechat.coupons import find_coupon
from app.core.access import acting_member, member_only, own_things
from app.core.attempts import Attempt
from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.core.forms import Form, parse_uuid
from app.core.money import yuan
from app.core.rotating_codes import LASTS
from app.core.theming import render
from app.identity.destinations import way_to_wechat
from tenants.context import current_actor, current_zone

blueprint = APIBlueprint("vouchers", __name__, url_prefix="/vouchers", enable_openapi=False)


@blueprint.get("")
@own_things
def own() -> ResponseReturnValue:
    """One's vouchers: those to use, those used, and the others."""
    part = request.args.get("part", "good")
    if part not in queries.PARTS:
        raise NotFound
    member_id, counts = acting_member(), queries.count_own(acting_member())
    rows = queries.list_own(member_id, part, parse_uuid(request.args.get("before", "")), queries.PAGE + 1)
    shown = rows[: queries.PAGE]
    more = url_for(".own", part=part, before=shown[-1].voucher.id) if len(rows) > queries.PAGE else ""
    parts = [
        {"title": title, "href": url_for(".own", part=name), "active": name == part, "count": counts[name]}
        for name, title in words.PARTS.items()
    ]
    return render("vouchers/own.html", pieces=shown, part=part, parts=parts, words=words, yuan=yuan, next_href=more)


@blueprint.get("/<uuid:voucher_id>")
@own_things
def voucher(voucher_id: UUID) -> ResponseReturnValue:
    """One voucher; while it is good, with the code of this half minute, and the page asks for the next one by itself."""
    piece = _own_piece(voucher_id)
    is_shown = piece.is_good and piece.batch.has_codes is False
    hand_over = find_coupon(voucher_id) if piece.kind.is_in_wechat else None
    shops, events = queries.list_shops(piece.batch.id), queries.list_events(voucher_id)
    code = code_of(voucher_id)
    page = render(
        "vouchers/voucher.html", piece=piece, shops=shops, events=events, words=words, yuan=yuan, code=code,
        titles={shop.id: shop.title for shop in shops}, shown=show(piece.voucher) if is_shown else None, lasts=LASTS,
        offline_code=f"{piece.voucher.serial} {offline_word(piece.voucher)}" if is_shown else "",
        hand_over=hand_over, wechat_url=way_to_wechat(current_zone().host, request.path),
    )  # fmt: skip
    answer = make_response(page)
    if is_shown:
        answer.headers["Refresh"] = str(LASTS)
    return answer


@blueprint.get("/<uuid:voucher_id>/pick-up")
@member_only
def pick_up(voucher_id: UUID) -> ResponseReturnValue:
    return _pick_up_page(voucher_id, Form(PickUpForm))


@blueprint.post("/<uuid:voucher_id>/pick-up")
@member_only
@paced(30)
def keep(voucher_id: UUID) -> ResponseReturnValue:
    """Have it kept at a shop for a day."""
    form = Form(PickUpForm)
    _own_piece(voucher_id)
    with Attempt(form) as attempt:
        if form.submit():
            picking_up.keep_at(current_actor(), voucher_id, form.data["shop"], form.data["day"])
            flash(_("The shop keeps it for you on that day."), "success")
            return redirect(url_for(".voucher", voucher_id=voucher_id), code=303)
    return _pick_up_page(voucher_id, form), attempt.status


@blueprint.post("/<uuid:voucher_id>/release")
@own_things
@paced(30)
def release(voucher_id: UUID) -> ResponseReturnValue:
    """Have it kept no more."""
    _own_piece(voucher_id)
    picking_up.let_go(current_actor(), voucher_id)
    flash(_("The voucher is good in each of its shops again."), "success")
    return redirect(url_for(".voucher", voucher_id=voucher_id), code=303)


def _pick_up_page(voucher_id: UUID, form: Form) -> str:
    piece = _own_piece(voucher_id)
    if not piece.kind.is_picked_up:
        raise NotFound
    if piece.voucher.state != VoucherState.ISSUED:
        raise VoucherMovedOn
    options = [(shop.id, shop.title) for shop in queries.list_shops(piece.batch.id)]
    first = max(piece.voucher.valid_from, today_in_china())
    return render("vouchers/pick_up.html", piece=piece, options=options, form=form, first=first)


def _own_piece(voucher_id: UUID) -> queries.Piece:
    found = queries.find_piece(voucher_id, acting_member())
    if found is None:
        raise NotFound
    return found
