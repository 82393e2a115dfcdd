"""The desk's pages of settlement statements: what is due to whom, one statement, its steps, its payment and its workbook."""

from collections.abc import Callable
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.benefits.papers import Hand, find_step
from app.benefits.rights import APPROVE, MANAGE, VIEW
from app.benefits.vouchers import settling, statements
from app.benefits.vouchers.models import VoucherSettlement
from app.benefits.vouchers.schemas import PaymentForm, ReasonForm, SettlementForm
from app.benefits.vouchers.settlement_states import CONFIRM, PAY, STEPS, WITHDRAW
from app.benefits.vouchers.words import SETTLEMENTS
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.audit import record
from app.core.clock import today_in_china
from app.core.downloads import in_file, workbook
from app.core.forms import Form, form_id, parse_uuid
from app.core.money import yuan
from app.core.theming import render
from tenants.context import current_actor
from tenants.ids import uuid7

blueprint = APIBlueprint("settlements", __name__, url_prefix="/settlements", enable_openapi=False)


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    return _index_page(Form(SettlementForm, {"through": today_in_china()}))


@blueprint.post("/")
@requires(MANAGE)
@paced(60)
def draw_up() -> ResponseReturnValue:
    """Draw a merchant's statement up."""
    form = Form(SettlementForm)
    if not form.submit():
        return _index_page(form), 422
    with Attempt(form) as attempt:
        made = settling.draw_up(current_actor(), form_id(), form.data["merchant"], form.data["through"])
        return redirect(url_for(".settlement", settlement_id=made.id), code=303)
    return _index_page(form), attempt.status


@blueprint.get("/<uuid:settlement_id>")
@requires(VIEW)
def settlement(settlement_id: UUID) -> ResponseReturnValue:
    return _page(settlement_id)


@blueprint.post("/<uuid:settlement_id>/withdraw")
@requires(MANAGE)
@paced(60)
def withdraw(settlement_id: UUID) -> ResponseReturnValue:
    return _take(settlement_id, WITHDRAW.action, Hand.MAKER)


@blueprint.post("/<uuid:settlement_id>/<any(confirm_settlement, refuse_settlement):action>")
@requires(APPROVE)
@paced(60)
def decide(settlement_id: UUID, action: str) -> ResponseReturnValue:
    return _take(settlement_id, action, Hand.CHECKER)


@blueprint.post("/<uuid:settlement_id>/pay")
@requires(MANAGE)
@paced(60)
def pay(settlement_id: UUID) -> ResponseReturnValue:
    """Note that it was paid."""
    form = Form(PaymentForm)
    if not form.submit():
        return _page(settlement_id, payment=form), 422
    deed = lambda: settling.pay(  # noqa: E731 - one line of its own would say the same
        current_actor(), settlement_id, seen=form.seen, reference=form.data["reference"]
    )
    return _done(settlement_id, deed, form, "payment")


@blueprint.post("/<uuid:settlement_id>/export")
@requires(VIEW)
@paced(30)
def export(settlement_id: UUID) -> ResponseReturnValue:
    """The statement as a workbook."""
    found = statements.find_statement(settlement_id)
    target, number = in_file(lambda target: statements.write_statement(target, found))
    record("vouchers.export_settlement", object_type="voucher_settlement", object_id=settlement_id, pieces=number)
    return workbook(target, f"{found.merchant} {found.settlement.through}", "settlement")


def _take(settlement_id: UUID, action: str, hand: Hand) -> ResponseReturnValue:
    form, step = Form(ReasonForm), find_step(STEPS, action, hand)
    if not form.submit():
        return _page(settlement_id, steps=form), 422
    deed = lambda: settling.take_step(  # noqa: E731 - one line of its own would say the same
        current_actor(), settlement_id, step, seen=form.seen, reason=form.data["reason"]
    )
    return _done(settlement_id, deed, form, "steps")


def _done(settlement_id: UUID, deed: Callable[[], VoucherSettlement], form: Form, place: str) -> ResponseReturnValue:
    with Attempt(form) as attempt:
        done = deed()
        flash(_in_words(done), "success")
        return redirect(url_for(".settlement", settlement_id=settlement_id), code=303)
    return _page(settlement_id, **{place: form}), attempt.status


def _in_words(done: VoucherSettlement) -> str:
    """What became of a statement, for whom, of which days and over how much."""
    facts = {
        "merchant": statements.find_statement(done.id).merchant, "since": done.since, "through": done.through,
        "pieces": done.pieces, "amount": yuan(done.amount_cents), "state": SETTLEMENTS[done.state][1],
    }  # fmt: skip
    return _("%(merchant)s, %(since)s to %(through)s, %(pieces)d vouchers, %(amount)s: %(state)s.", **facts)


def _index_page(form: Form) -> str:
    rows = statements.list_statements(parse_uuid(request.args.get("before", "")), statements.PAGE + 1)
    shown = rows[: statements.PAGE]
    more = url_for(".index", before=shown[-1].settlement.id) if len(rows) > statements.PAGE else ""
    return render(
        "vouchers/settlements.html", rows=shown, due=statements.list_due(today_in_china()), form=form, states=SETTLEMENTS,
        next_href=more, once=request.form.get("_once") or uuid7(), yuan=yuan, may_manage=current_actor().may(MANAGE),
    )  # fmt: skip


def _page(settlement_id: UUID, *, steps: Form | None = None, payment: Form | None = None) -> str:
    row, actor = statements.find_statement(settlement_id), current_actor()
    found = row.settlement
    is_maker, is_draft = found.made_by == actor.account_id, found.state in CONFIRM.sources
    return render(
        "vouchers/settlement.html", row=row, sums=statements.sums_by_batch_and_shop(settlement_id),
        lines=statements.list_lines(settlement_id), most=statements.LINES_SHOWN, states=SETTLEMENTS, yuan=yuan,
        steps=steps or Form(ReasonForm), payment=payment or Form(PaymentForm), waits_for_another=is_draft and is_maker,
        may_withdraw=is_draft and is_maker and actor.may(MANAGE), may_confirm=is_draft and not is_maker and actor.may(APPROVE),
        may_pay=found.state in PAY.sources and actor.may(MANAGE),
    )  # fmt: skip
