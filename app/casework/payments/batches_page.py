"""The desk's pages of payment batches: made from the list, checked and released, sent to the bank, answered by it."""

from collections.abc import Callable, Collection
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import Schema

from app.casework.deeds import answer_form
from app.casework.here import module_here
from app.casework.pace import WHOLE_LISTS
from app.casework.panels import Failed
from app.casework.payments import bank_file, bank_return, batches
from app.casework.payments.errors import AllAnswered, NotReleased, NotTheirs, ReasonForAnotherFile, ReturnRefused
from app.casework.payments.inputs import DissolveSchema, TakeOutSchema
from app.casework.payments.operations import note_reasons_read
from app.casework.payments.ordering import list_not_standing
from app.casework.payments.orders_page import list_page
from app.casework.payments.payees import list_moved_on
from app.casework.payments.queries import find_batch, list_batches, list_lines, list_takings
from app.casework.payments.states import BatchState
from app.casework.payments.words import BATCH_COLOURS, BATCH_TITLES, OUTCOME_COLOURS, OUTCOME_TITLES
from app.casework.routes import PAY, Route
from app.casework.sealing import unseal_texts
from app.core.downloads import WORKBOOK, in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, form_id, parse_uuid
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import Uploads, takes
from tenants.context import current_actor

RETURN = Uploads({"Excel": WORKBOOK, "CSV": "text/csv"}, bank_return.LIMITS.max_bytes)
RELEASE, DISSOLVE, UPLOAD, TAKE_OUT = "release", "dissolve", "return", "file"


def make() -> ResponseReturnValue:
    chosen = {found for text in request.form.getlist("id") if (found := parse_uuid(text))}
    if not chosen:
        flash(_("Choose payments first."), "warning")
        return redirect(url_for(".payments"))
    batch_id = form_id()
    try:
        batch = batches.make_batch(current_actor(), module_here(), batch_id, chosen)
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        form = Form(Schema)
        form.refuse(refusal)
        return list_page(form, chosen), refusal.status
    flash(_("The batch is made. A second person checks and releases it."), "success")
    return redirect(url_for(".batch", batch_id=batch.id))


def batch_list() -> ResponseReturnValue:
    return _list_page()


def _list_page(
    failed: Failed = MappingProxyType({}), *, chosen: Collection[UUID] = (), faults: Any = (), file_name: str = ""
) -> str:
    """The list with `failed` forms shown again, and the batches that were `chosen`; `faults` are what was wrong with the bank's file."""
    return render(
        "casework/desk/payment_batches.html", found=list_batches(module_here()), titles=BATCH_TITLES,
        colours=BATCH_COLOURS, chosen=chosen, faults=faults, file_name=file_name, takes=RETURN,
        upload=failed.get(UPLOAD) or Form(Schema), take_out=failed.get(TAKE_OUT) or Form(TakeOutSchema),
    )  # fmt: skip


def batch(batch_id: UUID) -> ResponseReturnValue:
    return _page(batch_id)


def release(batch_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        batches.release_batch(current_actor(), module_here(), batch_id, seen=form.seen)

    return _answer(batch_id, RELEASE, Form(Schema), do, _("The batch is released. Take out its file for the bank."))


def dissolve(batch_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        reason = form.data["dissolve_reason"]
        batches.dissolve_batch(current_actor(), module_here(), batch_id, reason, seen=form.seen)

    return _answer(
        batch_id, DISSOLVE, Form(DissolveSchema), do, _("The batch is dissolved: its payments are due again.")
    )


def take_out(batch_id: UUID) -> ResponseReturnValue:
    return _take_out([batch_id], partial(_page, batch_id))


def take_out_chosen() -> ResponseReturnValue:
    chosen = {found for text in request.form.getlist("id") if (found := parse_uuid(text))}
    if not chosen:
        flash(_("Choose released batches first."), "warning")
        return redirect(url_for(".batches"))
    return _take_out(chosen, partial(_list_page, chosen=chosen))


def _take_out(batch_ids: Collection[UUID], page: Callable[..., str]) -> ResponseReturnValue:
    form = Form(TakeOutSchema)
    if not form.submit():
        return page({TAKE_OUT: form}), 422
    actor, module, reason = current_actor(), module_here(), form.data["take_out_reason"]
    try:
        target, made = in_file(lambda target: bank_file.write_bank_file(actor, module, batch_ids, target, reason))
    except (AllAnswered, NotReleased, ReasonForAnotherFile) as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return page({TAKE_OUT: form}), refusal.status
    title = bank_file.title_of(made)
    return workbook(target, title, title)


@takes(RETURN)
def note_return(batch_id: UUID) -> ResponseReturnValue:
    return _note_return(batch_id, partial(_page, batch_id), url_for(".batch", batch_id=batch_id))


@takes(RETURN)
def note_returns() -> ResponseReturnValue:
    return _note_return(None, _list_page, url_for(".batches"))


def _note_return(batch_id: UUID | None, page: Callable[..., str], then: str) -> ResponseReturnValue:
    form, upload = Form(Schema), request.files.get("return_file")
    if upload is None or not upload.filename:
        form.errors["return_file"] = [_("Choose the bank’s file first.")]
        return page({UPLOAD: form}), 422
    data, name = upload.stream.read(RETURN.most_bytes + 1), upload.filename
    try:
        noted = bank_return.apply_return(current_actor(), module_here(), data, name, batch_id)
    except (NotFound, NotTheirs):
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        refusal.field = "return_file"
        form.refuse(refusal)
        faults = refusal.faults if isinstance(refusal, ReturnRefused) else []
        return page({UPLOAD: form}, faults=faults, file_name=name), refusal.status
    said = ngettext("One payment was paid", "%(num)d payments were paid", noted.paid)
    refused = ngettext("one was refused", "%(num)d were refused", noted.failed)
    known = ngettext("one was known already", "%(num)d were known already", noted.known)
    pending = ngettext("one is still under way", "%(num)d are still under way", noted.pending)
    flash(_("%(paid)s, %(refused)s, %(known)s, %(pending)s.", paid=said, refused=refused, known=known,
            pending=pending), "success")  # fmt: skip
    return redirect(then)


def _answer(batch_id: UUID, name: str, form: Form, do: Callable[[Form], Any], done: str) -> ResponseReturnValue:
    return answer_form(
        form,
        lambda: do(form),
        lambda: _page(batch_id, {name: form}),
        done=done,
        then=url_for(".batch", batch_id=batch_id),
    )


def _page(batch_id: UUID, failed: Failed = MappingProxyType({}), *, faults: Any = (), file_name: str = "") -> str:
    """The page with `failed` forms shown again, by their deeds; `faults` are what was wrong with the bank's file."""
    actor, found = current_actor(), find_batch(module_here(), batch_id)
    lines = list_lines(found.id)
    note_reasons_read([line.case for line in lines if line.is_somebody_elses])
    to_check = lines if found.state == BatchState.MADE else []
    (note,) = unseal_texts(found.__tablename__, "note_cipher", [(found.id, found.note_cipher)])
    return render(
        "casework/desk/payment_batch.html", batch=found, lines=lines, note=note, titles=BATCH_TITLES,
        colours=BATCH_COLOURS, outcome_titles=OUTCOME_TITLES, outcome_colours=OUTCOME_COLOURS,
        is_maker=found.made_by == actor.account_id, moved_on=list_moved_on(to_check), not_standing=list_not_standing(to_check), faults=faults, file_name=file_name, takes=RETURN,
        release=failed.get(RELEASE) or Form(Schema, seen=found.mark),
        dissolve=failed.get(DISSOLVE) or Form(DissolveSchema, seen=found.mark),
        upload=failed.get(UPLOAD) or Form(Schema), take_out=failed.get(TAKE_OUT) or Form(TakeOutSchema),
        takings=list_takings(found), is_answered=all(line.row.outcome for line in lines),
    )  # fmt: skip


DESK_ROUTES = (
    Route("/payments/batches", "batches", batch_list, right=PAY),
    Route("/payments/batches", "make_batch", make, "POST", PAY),
    Route("/payments/batches/file", "take_out_batches", take_out_chosen, "POST", PAY, pace=WHOLE_LISTS),
    Route("/payments/batches/return", "note_returns", note_returns, "POST", PAY),
    Route("/payments/batches/<uuid:batch_id>", "batch", batch, right=PAY),
    Route("/payments/batches/<uuid:batch_id>/release", "release_batch", release, "POST", PAY),
    Route("/payments/batches/<uuid:batch_id>/dissolve", "dissolve_batch", dissolve, "POST", PAY),
    Route("/payments/batches/<uuid:batch_id>/file", "take_out_batch", take_out, "POST", PAY, pace=WHOLE_LISTS),
    Route("/payments/batches/<uuid:batch_id>/return", "note_return", note_return, "POST", PAY),
)
