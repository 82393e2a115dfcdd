"""The desk's pages of batches of vouchers: the list, one with its codes and its steps, and giving it to members."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.benefits.pace import paced
from app.benefits.papers import Hand, Step
from app.benefits.rights import APPROVE, MANAGE, VIEW
from app.benefits.rules.categories import CATEGORIES, GOODS
from app.benefits.rules.errors import CapReached
from app.benefits.rules.naming import Over
from app.benefits.vouchers import batches, granting, queries, words
from app.benefits.vouchers.batch_errors import CountedOthers, NobodyMeant
from app.benefits.vouchers.batch_lists import PAGE, Standing, find_batch, list_batches
from app.benefits.vouchers.batch_states import CLOSE, STEPS, BatchState
from app.benefits.vouchers.code_sheets import SHEETS, read_codes
from app.benefits.vouchers.codes import find_taken, set_codes
from app.benefits.vouchers.extending import waiting_batches
from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.promises import promised_by
from app.benefits.vouchers.refusals import count_refusals
from app.benefits.vouchers.schemas import CodesForm, GrantForm, ReasonForm
from app.benefits.wechat.figures import figures_of
from app.core.access import requires
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, form_id, parse_uuid
from app.core.money import yuan
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from app.members.audience import Audience, Size, measure
from app.members.audience.form import audience_of, choices
from tenants.context import current_actor
from tenants.ids import uuid7

blueprint = APIBlueprint("batches", __name__, url_prefix="/vouchers", enable_openapi=False)


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    state, kind = (request.args.get(name, "") for name in ("state", "kind"))
    asked = {"state": state if state in words.BATCH_STATES else "", "kind": kind if kind in KINDS else ""}
    rows = list_batches(
        parse_uuid(request.args.get("before", "")),
        PAGE + 1,
        states=[state] if asked["state"] else (),
        kind=asked["kind"],
    )
    shown = rows[:PAGE]
    more = (
        url_for(".index", before=shown[-1].batch.id, state=asked["state"], kind=asked["kind"])
        if len(rows) > PAGE
        else ""
    )
    may = current_actor().may(MANAGE)
    return render(
        "vouchers/batches.html",
        rows=shown,
        waiting=waiting_batches(),
        asked=asked,
        kinds=[(each.key, each.title) for each in KINDS.values()],
        next_href=more,
        words=words,
        yuan=yuan,
        may_manage=may,
    )


@blueprint.get("/<uuid:batch_id>")
@requires(VIEW)
def batch(batch_id: UUID) -> ResponseReturnValue:
    return _batch_page(batch_id)


@blueprint.post("/<uuid:batch_id>/codes")
@requires(MANAGE)
@takes(SHEETS)
@paced(60)
def codes(batch_id: UUID) -> ResponseReturnValue:
    """Take a sheet of codes whole: with a bad row in it none is taken, and each is named."""
    form = Form(CodesForm)
    form.submit()
    find(batch_id)
    try:
        sheet = read_codes(*SHEETS.one("codes"))
        refusals = sheet.refuse(find_taken(batch_id, sheet.codes), "taken")
        if not refusals:
            set_codes(current_actor(), batch_id, sheet.codes, seen=form.seen)
    except DomainError as refusal:
        return refused(form, refusal, lambda: _batch_page(batch_id, codes=form))
    if refusals:
        form.errors[""] = [_("No code was taken: mend the rows below and send the sheet again.")]
        return _batch_page(batch_id, codes=form, refusals=refusals), 422
    flash(ngettext("One code was taken.", "%(num)d codes were taken.", len(sheet.codes)), "success")
    return redirect(url_for(".batch", batch_id=batch_id), code=303)


@blueprint.post("/<uuid:batch_id>/steps/<action>")
@requires(VIEW)
@paced(120)
def step(batch_id: UUID, action: str) -> ResponseReturnValue:
    """Take a step: the maker's with the right to manage, the checker's with the right to approve."""
    chosen = next((each for each in STEPS if each.action == action), None)
    if chosen is None or not current_actor().may(_right(chosen)):
        raise NotFound
    form = Form(ReasonForm)
    find(batch_id)
    if not form.submit():
        return _batch_page(batch_id, steps=form, tried=chosen), 422
    try:
        batches.take_step(current_actor(), batch_id, chosen, seen=form.seen, reason=form.data["reason"])
    except DomainError as refusal:
        return refused(form, refusal, lambda: _batch_page(batch_id, steps=form, tried=chosen))
    flash(str(words.BATCH_STEPS_TAKEN[chosen]), "success")
    return redirect(url_for(".batch", batch_id=batch_id), code=303)


@blueprint.get("/<uuid:batch_id>/give")
@requires(MANAGE)
def giving(batch_id: UUID) -> ResponseReturnValue:
    return _giving_page(batch_id, Form(GrantForm))


@blueprint.post("/<uuid:batch_id>/give")
@requires(MANAGE)
@paced(30)
def grant(batch_id: UUID) -> ResponseReturnValue:
    """Count whom the form means, and once they were counted give to them."""
    form = Form(GrantForm)
    find(batch_id)
    if not form.submit():
        return _giving_page(batch_id, form), 422
    try:
        audience = audience_of(form.data)
    except DomainError as refusal:
        return refused(form, refusal, lambda: _giving_page(batch_id, form))
    try:
        if not form.seen or "count" in request.form:
            return _giving_page(batch_id, form, _counted(form, audience))
        members = granting.order(current_actor(), form_id(), batch_id, audience, seen=form.seen)
    except DomainError as refusal:
        return _not_given(batch_id, form, audience, refusal)
    flash(ngettext("One member is given a voucher.", "%(num)d members are given vouchers, as long as there are any.", members),
          "success")  # fmt: skip
    return redirect(url_for(".batch", batch_id=batch_id), code=303)


def _not_given(batch_id: UUID, form: Form, audience: Audience, refusal: DomainError) -> ResponseReturnValue:
    """The form once more, with who is meant now where others were counted, and with whom a spending rule refuses it."""

    def page() -> str:
        if isinstance(refusal, CountedOthers):
            return _giving_page(batch_id, form, measure(audience))
        form.seen = ""
        over = granting.list_over(batch_id, form_id(), audience) if isinstance(refusal, CapReached) else ()
        return _giving_page(batch_id, form, over=over)

    return refused(form, refusal, page)


def _right(chosen: Step) -> str:
    return MANAGE if chosen.hand is Hand.MAKER else APPROVE


def find(batch_id: UUID) -> Standing:
    found = find_batch(batch_id)
    if found is None:
        raise NotFound
    return found


def is_own_draft(row: Standing) -> bool:
    """Whether whoever looks can change the batch."""
    actor = current_actor()
    return row.batch.state == BatchState.DRAFT and row.batch.made_by == actor.account_id and actor.may(MANAGE)


def refused(form: Form, refusal: DomainError, page: Any) -> ResponseReturnValue:
    if isinstance(refusal, NotFound) and not refusal.field:
        raise refusal
    finish(succeeded=False)
    form.refuse(refusal)
    return page(), refusal.status


def _batch_page(
    batch_id: UUID,
    *,
    steps: Form | None = None,
    tried: Step | None = None,
    codes: Form | None = None,
    refusals: Any = (),
) -> str:
    """The page; `steps` is the form of the step that was `tried`, `codes` that of codes, with what was refused of them."""
    row, actor, promised = find(batch_id), current_actor(), promised_by(batch_id)
    is_maker = row.batch.made_by == actor.account_id
    open_steps = [
        (each, title)
        for each, title in words.BATCH_STEPS.items()
        if row.batch.state in each.sources
        and actor.may(_right(each))
        and is_maker is (each.hand is Hand.MAKER)
        and not (promised and each is CLOSE)
    ]
    return render(
        "vouchers/batch.html", row=row, wechat=figures_of(batch_id), refused=count_refusals(batch_id), shops=queries.list_shops(batch_id), words=words, yuan=yuan, open_steps=open_steps,
        steps=steps or Form(ReasonForm), tried=tried, codes=codes or Form(CodesForm), refusals=refusals, SHEETS=SHEETS,
        category=CATEGORIES[row.batch.category], goods=GOODS[row.batch.goods].title, promised=promised, waiting=granting.members_waiting(batch_id),
        takes_codes=row.batch.has_codes and is_own_draft(row), may_change=is_own_draft(row),
        may_give=actor.may(MANAGE) and row.batch.state == BatchState.APPROVED and row.left > 0 and not promised,
    )  # fmt: skip


def _counted(form: Form, audience: Audience) -> Size:
    """Whom the form means now; it is marked with that. Raises `NobodyMeant`."""
    size = measure(audience)
    if not size.members:
        raise NobodyMeant(field="audience")
    form.seen = granting.mark_of(audience, size.members)
    return size


def _giving_page(batch_id: UUID, form: Form, size: Size | None = None, over: Sequence[Over] = ()) -> str:
    """The form; `size` is that of whom it means, once they were counted, and `over` is whom a spending rule refuses it."""
    once = request.form.get("_once") or uuid7()
    return render(
        "vouchers/give.html", row=find(batch_id), form=form, choices=choices(), once=once, size=size, over=over
    )
