"""What a shop's clerk has on the phone: scan or type a code, look, confirm; today's redemptions, and taking one back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.benefits.rights import REDEEM
from app.benefits.vouchers import queries, redeeming
from app.benefits.vouchers.clerks import require_clerk, shop_of, shops_of
from app.benefits.vouchers.errors import AlreadyRedeemed, CodeNotGood, NotTheClerk, WrongShop
from app.benefits.vouchers.models import VoucherShop
from app.benefits.vouchers.schemas import ConfirmForm, ReasonForm
from app.benefits.vouchers.showing import read
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.clock import today_in_china
from app.core.crypto import CryptoError
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, parse_uuid
from app.core.i18n import moment
from app.core.identifiers.masks import mask_name
from app.core.money import yuan
from app.core.platform import platform
from app.core.theming import render
from app.members.queries import names_of
from tenants.context import current_actor, current_zone
from tenants.ids import uuid7

blueprint = APIBlueprint("redeem", __name__, url_prefix="/redeem", enable_openapi=False)
SHOWN = "vouchers.shown"
TIME_TO_CONFIRM = timedelta(minutes=10)
SHOPS_NAMED = 8
"""Of those where a voucher is good, to a clerk whose shop is none of them."""


@blueprint.get("/")
@requires(REDEEM)
def scan() -> ResponseReturnValue:
    """The shop's page of today."""
    return _scan_page(_shop(request.args.get("shop", "")))


@blueprint.get("/check")
@requires(REDEEM)
@paced(600)
def check() -> ResponseReturnValue:
    """What a code stands for; the code was shown at the counter, so that it may be redeemed there."""
    shop, form = _shop(request.args.get("shop", "")), Form(ConfirmForm, {"code": request.args.get("code", "")})
    try:
        voucher = read(request.args.get("code", ""))
    except CodeNotGood as refusal:
        form.refuse(refusal)
        return _scan_page(shop, form), 422
    payload = {
        "zone": str(current_zone().id), "voucher": str(voucher.id), "version": voucher.version, "key": str(uuid7()), "shop": str(shop.id),
    }  # fmt: skip
    form.values = {"shown": platform().signer.sign(payload, SHOWN, expires_in=TIME_TO_CONFIRM)}
    return _voucher_page(shop, voucher.id, form)


@blueprint.post("/")
@requires(REDEEM)
@paced(600)
def confirm() -> ResponseReturnValue:
    """Redeem what was shown."""
    form = Form(ConfirmForm)
    form.submit()
    shown = _what_was_shown(str(form.values.get("shown", "")))
    shop, voucher_id = _shop(shown["shop"]), UUID(shown["voucher"])
    if form.errors:
        return _voucher_page(shop, voucher_id, form), 422
    with Attempt(form) as attempt:
        done = redeeming.redeem(current_actor(), voucher_id, shop.id, shown["key"], version=shown["version"],
                                purchase_cents=form.data["purchase"])  # fmt: skip
        flash(_("Redeemed: %(amount)s.", amount=yuan(done.amount_cents)), "success")
        return redirect(url_for(".scan", shop=shop.id), code=303)
    return _voucher_page(shop, voucher_id, form), attempt.status


@blueprint.get("/<uuid:voucher_id>/reverse")
@requires(REDEEM)
def reversal(voucher_id: UUID) -> ResponseReturnValue:
    return _reversal_page(voucher_id, Form(ReasonForm))


@blueprint.post("/<uuid:voucher_id>/reverse")
@requires(REDEEM)
@paced(60)
def reverse(voucher_id: UUID) -> ResponseReturnValue:
    """Take a redemption of today back; sent twice it is once."""
    form = Form(ReasonForm)
    if (before := queries.taken_back_by(current_actor(), voucher_id)) is not None:
        return _taken_back(before)
    shop_id = _redeemed_here(voucher_id).voucher.shop_id
    if not form.submit():
        return _reversal_page(voucher_id, form), 422
    with Attempt(form) as attempt:
        redeeming.reverse(current_actor(), voucher_id, reason=form.data["reason"])
        return _taken_back(shop_id)
    if queries.taken_back_by(current_actor(), voucher_id) is not None:
        return _taken_back(shop_id)
    return _reversal_page(voucher_id, form), attempt.status


def _taken_back(shop_id: UUID | None) -> ResponseReturnValue:
    flash(_("The redemption is taken back; the voucher is good again."), "success")
    return redirect(url_for(".scan", shop=shop_id), code=303)


def _shop(chosen: str) -> VoucherShop:
    return shop_of(current_actor(), parse_uuid(chosen))


def _what_was_shown(token: str) -> dict[str, Any]:
    try:
        shown: dict[str, Any] = platform().signer.verify(token, SHOWN)
    except CryptoError:
        raise CodeNotGood from None
    if shown["zone"] != str(current_zone().id):
        raise CodeNotGood
    return shown


def _scan_page(shop: VoucherShop, form: Form | None = None) -> str:
    done, shops = queries.redeemed_today(shop.id, queries.PAGE), shops_of(current_actor())
    places = [
        {"title": each.name, "href": url_for(".scan", shop=each.id), "active": each.id == shop.id} for each in shops
    ]
    return render(
        "vouchers/scan.html", shop=shop, places=places if len(shops) > 1 else [], form=form or Form(ConfirmForm),
        done=done, yuan=yuan,
    )  # fmt: skip


def _voucher_page(shop: VoucherShop, voucher_id: UUID, form: Form) -> str:
    piece = queries.find_piece(voucher_id)
    if piece is None:
        raise NotFound
    refusal = None
    try:
        redeeming.why_not(piece.voucher, shop.id, today_in_china())
    except DomainError as found:
        refusal = _in_words(found, piece)
    name = mask_name(names_of([piece.voucher.member_id]).get(piece.voucher.member_id, ""))
    return render("vouchers/check.html", shop=shop, piece=piece, form=form, refusal=refusal, yuan=yuan, name=name)


def _in_words(refusal: DomainError, piece: queries.Piece) -> str:
    """Why a voucher can't be redeemed; of one that was, when and where, and of one that is good elsewhere, in which shops."""
    if isinstance(refusal, WrongShop):
        return f"{refusal.message} {_where_good(piece)}"
    if not isinstance(refusal, AlreadyRedeemed):
        return str(refusal.message)
    shop, at = queries.details_of(refusal)
    return _("It was redeemed on %(when)s in %(shop)s.", when=moment(at) if at else "", shop=shop)


def _where_good(piece: queries.Piece) -> str:
    """In which shops a voucher is good, or at which it is kept."""
    if piece.voucher.shop_id:
        return _("It is kept at %(shop)s.", shop=queries.shop_titles([piece.voucher.shop_id])[piece.voucher.shop_id])
    titles = [shop.title for shop in queries.list_shops(piece.batch.id)]
    return _("It is good in %(shops)s.", shops=_(", ").join(titles[:SHOPS_NAMED])) if titles else ""


def _redeemed_here(voucher_id: UUID) -> queries.Piece:
    """A voucher redeemed in one of the clerk's own shops."""
    piece = queries.find_piece(voucher_id)
    if piece is None or piece.voucher.shop_id is None:
        raise NotFound
    try:
        require_clerk(current_actor(), piece.voucher.shop_id)
    except NotTheClerk:
        raise NotFound from None
    return piece


def _reversal_page(voucher_id: UUID, form: Form) -> str:
    return render("vouchers/reversal.html", piece=_redeemed_here(voucher_id), form=form, yuan=yuan)
