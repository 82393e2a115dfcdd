"""The desk's form of a batch of vouchers: a new one, and what is changed of a draft."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.benefits.pace import paced
from app.benefits.rights import MANAGE
from app.benefits.rules.categories import CATEGORIES, GOODS
from app.benefits.vouchers import batches, queries
from app.benefits.vouchers.batch_lists import Standing
from app.benefits.vouchers.batch_pages import blueprint, find, is_own_draft, refused
from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.schemas import GIVEN_GOODS, BatchForm, TermsForm
from app.benefits.wechat.pay import wechat_pay
from app.core.access import requires
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, form_id
from app.core.money import write_yuan
from app.core.theming import render
from tenants.context import current_actor
from tenants.ids import uuid7


@blueprint.get("/new")
@requires(MANAGE)
def new() -> ResponseReturnValue:
    return _page(Form(BatchForm, {"per_member": 1, "grace_days": 7}))


@blueprint.post("/new")
@requires(MANAGE)
@paced(60)
def create() -> ResponseReturnValue:
    """Begin a batch."""
    form = Form(BatchForm)
    if not form.submit():
        return _page(form), 422
    batch_id = form_id()
    try:
        batches.draft_batch(current_actor(), batch_id, **_facts(form))
    except DomainError as refusal:
        return refused(form, refusal, lambda: _page(form))
    return redirect(url_for(".batch", batch_id=batch_id), code=303)


@blueprint.get("/<uuid:batch_id>/edit")
@requires(MANAGE)
def edit(batch_id: UUID) -> ResponseReturnValue:
    row = _draft(batch_id)
    batch = row.batch
    typed = {
        "category": batch.category, "goods": batch.goods, "title": batch.title, "terms": batch.terms, "value": write_yuan(batch.value_cents),
        "threshold": write_yuan(batch.threshold_cents) if batch.threshold_cents else "", "stock": batch.stock or "", "per_member": batch.per_member,
        "valid_from": batch.valid_from.isoformat(), "expires_on": batch.expires_on.isoformat(), "grace_days": batch.grace_days,
        "shops": [shop.id for shop in queries.list_shops(batch_id)],
    }  # fmt: skip
    return _page(Form(TermsForm, typed, seen=batch.mark), row)


@blueprint.post("/<uuid:batch_id>/edit")
@requires(MANAGE)
@paced(60)
def change(batch_id: UUID) -> ResponseReturnValue:
    """Change what a draft says."""
    form = Form(TermsForm)
    row = find(batch_id)
    if not form.submit():
        return _page(form, row), 422
    try:
        batches.change_draft(current_actor(), batch_id, seen=form.seen, **_facts(form))
    except DomainError as refusal:
        return refused(form, refusal, lambda: _page(form, find(batch_id)))
    return redirect(url_for(".batch", batch_id=batch_id), code=303)


def _facts(form: Form) -> dict[str, Any]:
    facts = dict(form.data)
    return facts | {"value_cents": facts.pop("value"), "threshold_cents": facts.pop("threshold")}


def _draft(batch_id: UUID) -> Standing:
    row = find(batch_id)
    if not is_own_draft(row):
        raise NotFound
    return row


def _page(form: Form, row: Standing | None = None) -> str:
    """The form of a new batch, or of a draft."""
    shops = [(shop.id, shop.title) for shop in queries.list_shops()]
    kinds = [(kind.key, kind.title) for kind in KINDS.values() if wechat_pay().is_there or not kind.is_in_wechat]
    once = request.form.get("_once") or uuid7()
    goods = [(key, GOODS[key].title) for key in GIVEN_GOODS]
    return render(
        "vouchers/batch_form.html", form=form, row=row, kinds=kinds, categories=list(CATEGORIES.items()), goods=goods, shops=shops, once=once
    )  # fmt: skip
