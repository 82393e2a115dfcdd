"""The desk's pages of help. Staff of another zone, above or below, are nobody here."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.access import requires
from app.core.clock import today_in_china
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.places import console_pages
from app.core.theming import render
from app.core.transactions import finish
from app.modules.help import deadlines, display, exports, queue, reviews
from app.modules.help.case_page import case_page
from app.modules.help.errors import OwnApplication
from app.modules.help.kinds import KINDS
from app.modules.help.schemas import NoteSchema, RevealSchema, schema_of
from app.modules.help.states import STAFF_COLOURS, STAFF_TITLES, TRANSITIONS, State, Who
from tenants.context import current_actor

blueprint = console_pages("help", __name__)
blueprint.context_processor(display.words)


@blueprint.get("/")
@requires("help.review")
def queue_list() -> ResponseReturnValue:
    actor, filters = current_actor(), _filters(request.args)
    found = queue.list_queue(actor, filters)
    return render(
        "help/desk/queue.html", found=found, filters=filters, kinds=KINDS, titles=STAFF_TITLES, colours=STAFF_COLOURS,
        state_options=[(state.value, STAFF_TITLES[state]) for state in State if state is not State.DRAFT],
        kind_options=[(kind.key, kind.title) for kind in KINDS.values()],
        handlers=queue.list_handlers(), may_export=actor.may("help.approve"),
        late=deadlines.count_late(), soon=deadlines.count_due_soon(), query=_query(filters),
        next_href=url_for("console_help.queue_list", **_query(filters), after=found.next_after) if found.next_after else "",
    )  # fmt: skip


@blueprint.post("/take")
@requires("help.review")
def take() -> ResponseReturnValue:
    chosen = [found for text in request.form.getlist("id") if (found := queue.parse_uuid(text))]
    taken = reviews.take_many(current_actor(), chosen[: queue.PAGE])
    left = len(set(chosen)) - taken
    if not chosen:
        flash(_("Choose applications first."), "warning")
    elif taken:
        flash(ngettext("One application is yours now.", "%(num)d applications are yours now.", taken), "success")
    if left:
        flash(ngettext("One was left: it is taken, or your own.", "%(num)d were left: they are taken, or your own.", left), "warning")  # fmt: skip
    return redirect(url_for("console_help.queue_list"))


@blueprint.post("/export")
@requires("help.approve")
def export() -> ResponseReturnValue:
    actor, filters, day = current_actor(), _filters(request.form), f"{today_in_china():%Y%m%d}"
    target, _nothing = in_file(lambda target: exports.write_queue(actor, filters, target))
    return workbook(target, f"{_('Applications for help')}-{day}", f"applications-{day}")


@blueprint.get("/<uuid:application_id>")
@requires("help.review")
def application(application_id: UUID) -> ResponseReturnValue:
    return case_page(application_id, chosen=request.args.get("step", ""))


@blueprint.post("/<uuid:application_id>/steps/<action>")
@requires("help.review")
def step(application_id: UUID, action: str) -> ResponseReturnValue:
    transition = TRANSITIONS.get(action)
    if transition is None or transition.who is Who.APPLICANT:
        raise NotFound
    form = Form(schema_of(transition))
    if not form.submit():
        return case_page(application_id, chosen=action, form=form), 422
    try:
        reviews.review(current_actor(), application_id, action, form.seen, form.data)
    except (NotFound, OwnApplication):
        raise
    except DomainError as error:
        finish(succeeded=False)
        form.refuse(error)
        return case_page(application_id, chosen=action, form=form), error.status
    flash(_("Done: %(step)s.", step=transition.title), "success")
    return redirect(url_for("console_help.application", application_id=application_id))


@blueprint.post("/<uuid:application_id>/notes")
@requires("help.review")
def note(application_id: UUID) -> ResponseReturnValue:
    form = Form(NoteSchema)
    if not form.submit():
        return case_page(application_id, note=form), 422
    reviews.write_note(current_actor(), application_id, form.data["inner_note"])
    flash(_("The note has been added."), "success")
    return redirect(url_for("console_help.application", application_id=application_id))


@blueprint.post("/<uuid:application_id>/reveal")
@requires("help.review")
def reveal(application_id: UUID) -> ResponseReturnValue:
    form = Form(RevealSchema)
    if not form.submit():
        return case_page(application_id, reveal=form), 422
    person = reviews.reveal_applicant(current_actor(), application_id, form.data["reveal_reason"])
    return case_page(application_id, revealed=person)


@blueprint.get("/<uuid:application_id>/documents/<uuid:document_id>")
@requires("help.review")
def document(application_id: UUID, document_id: UUID) -> ResponseReturnValue:
    return display.paper_response(*reviews.read_document(current_actor(), application_id, document_id))


def _filters(source: Any) -> queue.Filters:
    """What the list is narrowed to; a search looks at every state, unless one is chosen."""
    q = " ".join(source.get("q", "").split())[: queue.LONGEST_SEARCH]
    state, kind = source.get("state", "all" if q else "waiting"), source.get("kind", "")
    order = source.get("order", queue.CLOCK)
    return queue.Filters(
        state=state if state in {*queue.ON_THE_CLOCK, "all", *State} else "waiting",
        kind=kind if kind in KINDS else "",
        handler=source.get("handler", ""),
        q=q,
        order=order if order in (queue.CLOCK, queue.NEWEST) else queue.CLOCK,
        after=source.get("after", ""),
    )


def _query(filters: queue.Filters) -> dict[str, Any]:
    """The filters as a query, without what they are anyway; the place in the list is another matter."""
    known = {
        "state": filters.state,
        "kind": filters.kind,
        "handler": filters.handler,
        "q": filters.q,
        "order": filters.order,
    }
    return {name: value for name, value in known.items() if value}
