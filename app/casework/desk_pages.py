"""The desk's pages of cases, the same for every module with them. Staff of another zone, above or below, are nobody here."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.casework import deadlines, display, exports, queue, reviews
from app.casework.access.inputs import UnmarkedSchema
from app.casework.case_page import NOTE, REVEAL, case_page
from app.casework.contacts.queries import count_own_tasks
from app.casework.errors import CannotBeMarked, ConflictOfInterest, OwnCase
from app.casework.feature_routes import DESK_ROUTES, PAYMENT_ROUTES
from app.casework.handover.queries import count_offers
from app.casework.here import module_here, require_case_of_module
from app.casework.inputs import NoteSchema, RevealSchema, schema_of
from app.casework.kinds import Casework, casework_of
from app.casework.pace import IN_CLEAR, WHOLE_LISTS
from app.casework.public_notice.promises import count_open as count_objections
from app.casework.queries import find_case
from app.casework.recusals.queries import count_open as count_recusals
from app.casework.retention.queries import count_asked
from app.casework.routes import DECIDE, PAY, RETAIN, REVIEW, Route, add_routes
from app.casework.states import COMMON, Phase, State
from app.casework.steps import take_step
from app.core.clock import today_in_china
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, parse_uuid
from app.core.places import PlacedBlueprint, console_pages
from app.core.platform import platform
from app.core.theming import render
from app.core.transactions import finish
from tenants.context import current_actor


def case_desk(
    module: str, import_name: str, *, review: str, decide: str, retain: str, pay: str = ""
) -> PlacedBlueprint:
    """A module's staff pages at `/console/<slug>/`, all of them those of its cases; `review`, `decide`, `retain` and, where
    a kind grants money, `pay` are permissions."""
    blueprint = console_pages(module, import_name)
    blueprint.context_processor(display.words)
    blueprint.before_request(require_case_of_module)
    add_routes(blueprint, (*ROUTES, *DESK_ROUTES), {REVIEW: review, DECIDE: decide, RETAIN: retain})
    if pay:
        add_routes(blueprint, PAYMENT_ROUTES, {PAY: pay})
    return blueprint


def queue_list() -> ResponseReturnValue:
    actor, module = current_actor(), module_here()
    casework, filters = casework_of(module), _filters(request.args)
    found = queue.list_queue(actor, module, filters)
    tasks, tasks_overdue = count_own_tasks(actor, module)
    offered = count_offers(actor, module)
    objections, objections_late = count_objections(module) if actor.may(casework.decide) else (0, 0)
    return render(
        "casework/desk/queue.html", found=found, filters=filters, casework=casework, title=platform().modules[module].title,
        kinds={kind.key: kind for kind in casework.kinds},
        state_options=[(state.key, state.title) for state in _states(casework).values()],
        kind_options=[(kind.name, kind.title) for kind in casework.kinds],
        handlers=queue.list_handlers(module), may_export=actor.may(casework.decide),
        may_assign=actor.may(casework.decide), may_retain=actor.may(casework.retain), offered=offered,
        asked_to_erase=count_asked(module) if actor.may(casework.retain) else 0, tasks=tasks, tasks_overdue=tasks_overdue,
        recusals=count_recusals(actor, module) if actor.may(casework.decide) else 0,
        objections=objections, objections_late=objections_late,
        late=deadlines.count_late(module), soon=deadlines.count_due_soon(module), news=deadlines.count_news(module), query=_query(filters),
        next_href=url_for(".queue_list", **_query(filters), after=found.next_after) if found.next_after else "",
    )  # fmt: skip


def take() -> ResponseReturnValue:
    chosen = [found for text in request.form.getlist("id") if (found := parse_uuid(text))]
    taken = reviews.take_many(current_actor(), module_here(), chosen[: queue.PAGE])
    left = len(set(chosen)) - taken
    if not chosen:
        flash(_("Choose cases first."), "warning")
    elif taken:
        flash(ngettext("One case is yours now.", "%(num)d cases are yours now.", taken), "success")
    if left:
        flash(ngettext("One was left: it is taken, or your own.", "%(num)d were left: they are taken, or your own.", left), "warning")  # fmt: skip
    return redirect(url_for(".queue_list"))


def export() -> ResponseReturnValue:
    actor, module, filters, day = current_actor(), module_here(), _filters(request.form), f"{today_in_china():%Y%m%d}"
    title = str(platform().modules[module].title)
    target, _nothing = in_file(lambda target: exports.write_queue(actor, module, filters, target, title=title))
    return workbook(target, f"{title}-{day}", f"{module}-{day}")


def case(case_id: UUID) -> ResponseReturnValue:
    return case_page(case_id, chosen=request.args.get("step", ""))


def step(case_id: UUID, action: str) -> ResponseReturnValue:
    form = Form(schema_of(reviews.staff_step(find_case(case_id), action)))
    if not form.submit():
        return case_page(case_id, chosen=action, form=form), 422
    try:
        found = take_step(current_actor(), case_id, action, form.data, seen=form.seen)
    except (NotFound, OwnCase, ConflictOfInterest):
        raise
    except DomainError as error:
        finish(succeeded=False)
        form.refuse(error)
        return case_page(case_id, chosen=action, form=form), error.status
    flash(_("Done: %(step)s.", step=reviews.staff_step(found, action).title), "success")
    return redirect(url_for(".case", case_id=case_id))


def note(case_id: UUID) -> ResponseReturnValue:
    form = Form(NoteSchema)
    if not form.submit():
        return case_page(case_id, failed={NOTE: form}), 422
    reviews.write_note(current_actor(), case_id, form.data["inner_note"])
    flash(_("The note has been added."), "success")
    return redirect(url_for(".case", case_id=case_id))


def reveal(case_id: UUID) -> ResponseReturnValue:
    form = Form(RevealSchema)
    if not form.submit():
        return case_page(case_id, failed={REVEAL: form}), 422
    reviews.reveal_applicant(current_actor(), case_id, form.data["reveal_reason"])
    return case_page(case_id, is_revealed=True)


def document(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """The paper marked with its viewer; where it can't be marked, what the handler saves it for is asked."""
    try:
        return display.paper_response(*reviews.read_document(current_actor(), case_id, document_id))
    except CannotBeMarked:
        if not reviews.may_save_unmarked(current_actor(), case_id):
            raise
    return _unmarked_page(case_id, document_id, Form(UnmarkedSchema))


def thumbnail(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    return display.paper_response(*reviews.read_thumbnail(current_actor(), case_id, document_id))


def save_unmarked(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    form = Form(UnmarkedSchema)
    if not form.submit():
        return _unmarked_page(case_id, document_id, form), 422
    reason = form.data["paper_reason"]
    return display.paper_response(*reviews.save_unmarked(current_actor(), case_id, document_id, reason))


def _unmarked_page(case_id: UUID, document_id: UUID, form: Form) -> str:
    return render("casework/desk/unmarked.html", case=find_case(case_id), document_id=document_id, form=form)


def _states(casework: Casework) -> dict[str, State]:
    """The states of all kinds of a module that a case at the desk may be in."""
    states = (state for kind in casework.kinds for state in (*kind.table.states, *COMMON))
    return {state.key: state for state in states if state.phase is not Phase.DRAFT}


def _filters(source: Any) -> queue.Filters:
    """What the list is narrowed to; a search looks at every state, unless one is chosen."""
    casework = casework_of(module_here())
    q = " ".join(source.get("q", "").split())[: queue.LONGEST_SEARCH]
    state, kind = source.get("state", queue.ALL if q else queue.OPEN), casework.by_name.get(source.get("kind", ""))
    order = source.get("order", queue.CLOCK)
    return queue.Filters(
        state=state if state in {*queue.SPANS, *_states(casework)} else queue.OPEN,
        kind=kind.key if kind else "",
        handler=source.get("handler", ""),
        q=q,
        order=order if order in (queue.CLOCK, queue.NEWEST) else queue.CLOCK,
        after=source.get("after", ""),
    )


def _query(filters: queue.Filters) -> dict[str, Any]:
    """The filters as a query, without what they are anyway; the place in the list is another matter."""
    known = {
        "state": filters.state,
        "kind": filters.kind.partition(".")[2],
        "handler": filters.handler,
        "q": filters.q,
        "order": filters.order,
    }
    return {name: value for name, value in known.items() if value}


ROUTES = (
    Route("/", "queue_list", queue_list, right=REVIEW),
    Route("/take", "take", take, "POST", REVIEW),
    Route("/export", "export", export, "POST", DECIDE, pace=WHOLE_LISTS),
    Route("/<uuid:case_id>", "case", case, right=REVIEW, before_reading=True),
    Route("/<uuid:case_id>/steps/<action>", "step", step, "POST", REVIEW, before_reading=True),
    Route("/<uuid:case_id>/notes", "note", note, "POST", REVIEW),
    Route("/<uuid:case_id>/reveal", "reveal", reveal, "POST", REVIEW, pace=IN_CLEAR),
    Route("/<uuid:case_id>/documents/<uuid:document_id>", "document", document, right=REVIEW),
    Route("/<uuid:case_id>/documents/<uuid:document_id>/small", "thumbnail", thumbnail, right=REVIEW),
    Route(
        "/<uuid:case_id>/documents/<uuid:document_id>/unmarked",
        "save_unmarked",
        save_unmarked,
        "POST",
        REVIEW,
        pace=IN_CLEAR,
    ),
)
