"""The desk's pages of shops and their clerks."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.benefits.rights import MANAGE, VIEW
from app.benefits.vouchers import queries, shops
from app.benefits.vouchers.schemas import ClerkForm, ShopForm
from app.core.access import requires
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, form_id
from app.core.theming import render
from app.core.transactions import finish
from app.identity.browser import own_transaction
from app.identity.operations import ensure_account
from tenants.context import current_actor
from tenants.ids import uuid7

blueprint = APIBlueprint("shops", __name__, url_prefix="/shops", enable_openapi=False)


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    return _index_page(Form(ShopForm))


@blueprint.post("/")
@requires(MANAGE)
@paced(60)
def add() -> ResponseReturnValue:
    """Note a shop."""
    form = Form(ShopForm)
    if not form.submit():
        return _index_page(form), 422
    try:
        shop = shops.open_shop(form_id(), **form.data)
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _index_page(form), refusal.status
    return redirect(url_for(".shop", shop_id=shop.id), code=303)


@blueprint.get("/<uuid:shop_id>")
@requires(VIEW)
def shop(shop_id: UUID) -> ResponseReturnValue:
    return _shop_page(shop_id, Form(ClerkForm))


@blueprint.post("/<uuid:shop_id>/clerks")
@requires(MANAGE)
@paced(60)
def add_clerk(shop_id: UUID) -> ResponseReturnValue:
    """Let the account of a phone redeem in the shop; it is made if there is none."""
    form = Form(ClerkForm)
    if not form.submit():
        return _shop_page(shop_id, form), 422
    _find(shop_id)
    finish(succeeded=True)
    with own_transaction():
        account_id = ensure_account(form.data["phone"], form.data["name"])
    try:
        shops.add_clerk(current_actor(), shop_id, account_id, form.data["name"])
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _shop_page(shop_id, form), refusal.status
    flash(_("The clerk can redeem vouchers in this shop now."), "success")
    return redirect(url_for(".shop", shop_id=shop_id), code=303)


@blueprint.post("/clerks/<uuid:clerk_id>/end")
@requires(MANAGE)
@paced(60)
def end_clerk(clerk_id: UUID) -> ResponseReturnValue:
    shop_id = shops.end_clerk(current_actor(), clerk_id)
    flash(_("The clerk redeems here no more."), "success")
    return redirect(url_for(".shop", shop_id=shop_id), code=303)


def _index_page(form: Form) -> str:
    once, may = request.form.get("_once") or uuid7(), current_actor().may(MANAGE)
    return render("vouchers/shops.html", shops=queries.list_shops(), form=form, once=once, may_manage=may)


def _find(shop_id: UUID) -> queries.Shop:
    found = next((each for each in queries.list_shops() if each.id == shop_id), None)
    if found is None:
        raise NotFound
    return found


def _shop_page(shop_id: UUID, form: Form) -> str:
    clerks = shops.list_clerks(shop_id)
    may = current_actor().may(MANAGE)
    return render("vouchers/shop.html", shop=_find(shop_id), clerks=clerks, form=form, may_manage=may)
