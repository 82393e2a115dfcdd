"""The desk of who pays: the list of payment orders, and one of them."""

from collections.abc import Callable, Collection
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.casework.deeds import answer_form
from app.casework.here import module_here
from app.casework.issuing.queries import list_letters
from app.casework.pace import IN_CLEAR
from app.casework.panels import Failed
from app.casework.payments import operations, returned
from app.casework.payments.desk_list import READY, SPANS, Filters, list_desk
from app.casework.payments.errors import NotTheirs
from app.casework.payments.inputs import (
    CheckSchema,
    ReasonSchema,
    RefusalSchema,
    RenewSchema,
    ReturnedSchema,
    RevealSchema,
    TransferSchema,
)
from app.casework.payments.ledger import books
from app.casework.payments.outcomes import Outcome, enter_outcome
from app.casework.payments.payee import Payee
from app.casework.payments.payees import NONE_YET, find_payee, is_somebody_elses
from app.casework.payments.queries import find_noted_return, find_order, list_attempts, reasons_of
from app.casework.payments.states import LineOutcome
from app.casework.payments.words import OUTCOME_COLOURS, OUTCOME_TITLES, STATE_COLOURS, STATE_TITLES
from app.casework.queries import find_case
from app.casework.routes import PAY, Route
from app.casework.sealing import APPLICANT, unseal
from app.core.errors import NotFound
from app.core.forms import Form
from app.core.identifiers import mask_name
from app.core.theming import render
from tenants.context import current_actor
from tenants.ids import uuid7

LONGEST_SEARCH = 40


def payments() -> ResponseReturnValue:
    return list_page(Form(Schema), set())


def list_page(form: Form, chosen: Collection[UUID]) -> str:
    """The list with a `form` to make a batch that was refused, and the payments that were `chosen` for it."""
    module, filters = module_here(), _filters()
    found = list_desk(module, filters)
    query: dict[str, Any] = {"span": filters.span, "q": filters.q}
    return render(
        "casework/desk/payments.html", found=found, filters=filters, query=query, titles=STATE_TITLES,
        colours=STATE_COLOURS, books=books(module), form=form, chosen=chosen, once=uuid7(),
        next_href=url_for(".payments", **query, after=found.next_after) if found.next_after else "",
    )  # fmt: skip


def payment(order_id: UUID) -> ResponseReturnValue:
    return _page(order_id)


def stop(order_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        operations.stop_payment(current_actor(), module_here(), order_id, form.data["stop_reason"], seen=form.seen)

    return _answer(order_id, "stop", Form(ReasonSchema), do, _("The payment is stopped. The member has been told."))


def resume(order_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        operations.resume_payment(current_actor(), module_here(), order_id, seen=form.seen)

    return _answer(order_id, "plain", Form(Schema), do, _("The payment goes on."))


def renew(order_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        account = form.data["account"]
        operations.renew_payment(current_actor(), module_here(), order_id, account=account, seen=form.seen)

    return _answer(order_id, "renew", Form(RenewSchema), do, _("The payment is due again."))


def note_transfer(order_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        outcome = Outcome(LineOutcome.PAID, paid_on=form.data["paid_on"], reference=form.data["reference"])
        enter_outcome(current_actor(), module_here(), order_id, form.data["attempt"], outcome)

    return _answer(order_id, "transfer", Form(TransferSchema), do, _("Noted as paid. The member has been told."))


def note_refusal(order_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        outcome = Outcome(LineOutcome.FAILED, reason=form.data["refusal_reason"])
        enter_outcome(current_actor(), module_here(), order_id, form.data["attempt"], outcome)

    return _answer(order_id, "refusal", Form(RefusalSchema), do, _("Noted as refused. The member has been told."))


def note_returned(order_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        told = returned.CameBack(form.data["returned_on"], form.data["return_reference"], form.data["return_reason"])
        returned.note_returned(current_actor(), module_here(), order_id, form.data["attempt"], told)

    return _answer(order_id, "returned", Form(ReturnedSchema), do, _("Noted. A second person confirms it."))


def confirm_returned(order_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        returned.confirm_returned(current_actor(), module_here(), order_id, form.data["noted"])

    return _answer(order_id, "check", Form(CheckSchema), do,
                   _("Confirmed: the money came back."))  # fmt: skip


def discard_returned(order_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        returned.discard_returned(current_actor(), module_here(), order_id, form.data["noted"])

    return _answer(order_id, "check", Form(CheckSchema), do, _("Discarded: the payment is paid as before."))


def reveal(order_id: UUID) -> ResponseReturnValue:
    form = Form(RevealSchema)
    if not form.submit():
        return _page(order_id, {"reveal": form}), 422
    shown = operations.reveal_account(current_actor(), module_here(), order_id, form.data["reveal_reason"])
    return _page(order_id, revealed=shown)


def _answer(order_id: UUID, name: str, form: Form, do: Callable[[Form], Any], done: str) -> ResponseReturnValue:
    return answer_form(
        form, lambda: do(form), lambda: _page(order_id, {name: form}), done=done,
        then=url_for(".payment", order_id=order_id), passing=(NotFound, NotTheirs),
    )  # fmt: skip


def _page(order_id: UUID, failed: Failed = MappingProxyType({}), *, revealed: Payee | None = None) -> str:
    """The page with `failed` forms shown again, and the account in clear where it is `revealed` for this one answer."""
    order = find_order(module_here(), order_id)
    case = find_case(order.case_id)
    row, payee = find_payee(case.id)
    noted = find_noted_return(order.id)
    is_others = payee is not None and is_somebody_elses(case, payee)
    if is_others:
        operations.note_reasons_read([case])
    return render(
        "casework/desk/payment.html", order=order, name=mask_name(unseal(case, APPLICANT)["name"]), case=case,
        payee=payee, revealed=revealed, is_somebody_elses=is_others, is_bounced=row is not None and row.bounced_at is not None, attempts=list_attempts(order.id),
        letters=list_letters(case) if case.accounts_only_since else [],
        titles=STATE_TITLES, colours=STATE_COLOURS, outcome_titles=OUTCOME_TITLES, outcome_colours=OUTCOME_COLOURS, stop=failed.get("stop") or Form(ReasonSchema, seen=order.mark),
        plain=failed.get("plain") or Form(Schema, seen=order.mark), renew=failed.get("renew") or Form(RenewSchema, seen=order.mark), account_mark=row.mark if row else NONE_YET, reveal=failed.get("reveal") or Form(RevealSchema),
        transfer=failed.get("transfer") or Form(TransferSchema), refusal=failed.get("refusal") or Form(RefusalSchema),
        returned=failed.get("returned") or Form(ReturnedSchema), check=failed.get("check") or Form(CheckSchema),
        noted=noted, noted_reason=reasons_of([noted])[noted.id] if noted else "",
        is_noter=noted is not None and noted.noted_by == current_actor().account_id,
    )  # fmt: skip


def _filters() -> Filters:
    span = request.values.get("span", READY)
    return Filters(
        span=span if span in SPANS else READY,
        q=request.values.get("q", "").strip()[:LONGEST_SEARCH],
        after=request.values.get("after", ""),
    )


DESK_ROUTES = (
    Route("/payments", "payments", payments, right=PAY),
    Route("/payments/<uuid:order_id>", "payment", payment, right=PAY),
    Route("/payments/<uuid:order_id>/stop", "stop_payment", stop, "POST", PAY),
    Route("/payments/<uuid:order_id>/resume", "resume_payment", resume, "POST", PAY),
    Route("/payments/<uuid:order_id>/renew", "renew_payment", renew, "POST", PAY),
    Route("/payments/<uuid:order_id>/paid", "note_transfer", note_transfer, "POST", PAY),
    Route("/payments/<uuid:order_id>/refused", "note_refusal", note_refusal, "POST", PAY),
    Route("/payments/<uuid:order_id>/returned", "note_returned", note_returned, "POST", PAY),
    Route("/payments/<uuid:order_id>/returned/confirm", "confirm_returned", confirm_returned, "POST", PAY),
    Route("/payments/<uuid:order_id>/returned/discard", "discard_returned", discard_returned, "POST", PAY),
    Route("/payments/<uuid:order_id>/reveal", "reveal_account", reveal, "POST", PAY, pace=IN_CLEAR),
)
