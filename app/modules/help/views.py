"""Member pages of help."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import member_only, own_things
from app.core.clock import now
from app.core.errors import InvalidInput, NotFound
from app.core.files import read_file
from app.core.forms import Form
from app.core.places import member_pages
from app.core.seen import FIELD as SEEN
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from app.modules.help import consent, display, operations, queries, results
from app.modules.help.errors import AlreadyOpen, DraftChanged, PaperRefused, PapersMissing
from app.modules.help.kinds import KINDS, Kind
from app.modules.help.models import Application
from app.modules.help.papers import PAPERS
from app.modules.help.schemas import DESCRIPTION_LENGTH, ApplicationSchema, DraftSchema
from app.modules.help.sealing import APPLICANT, DESCRIPTION, unseal, unseal_document, unseal_typed
from app.modules.help.settings import current_settings
from app.modules.help.states import COLOURS, EDITABLE, MEMBER_TITLES, TRANSITIONS
from app.modules.help.transitions import available
from tenants.context import current_actor
from tenants.ids import uuid7

blueprint = member_pages("help", __name__)
blueprint.context_processor(display.words)


@blueprint.get("/")
@own_things
def home() -> ResponseReturnValue:
    applications = queries.list_own_applications(current_actor())
    return render("help/home.html", settings=current_settings(), applications=applications, kinds=KINDS,
                  titles=MEMBER_TITLES, colours=COLOURS)  # fmt: skip


@blueprint.get("/apply/<kind_key>")
@member_only
def apply(kind_key: str) -> ResponseReturnValue:
    kind, application = _kind_and_application(kind_key)
    if application is not None and application.state not in EDITABLE:
        return _gone_on(application.id)
    if application is None:
        typed, seen = {"contact_phone": operations.own_phone(current_actor())}, ""
    else:
        typed, seen = unseal_typed(application)
    return _form_page(kind, application, Form(ApplicationSchema, typed, seen=seen))


@blueprint.post("/apply/<kind_key>")
@member_only
@takes(PAPERS)
def send(kind_key: str) -> ResponseReturnValue:
    """Keep the draft and its papers first, whatever is still wrong with them; then do what the button said."""
    kind, _open = _kind_and_application(kind_key)
    form = Form(DraftSchema)
    is_right = form.submit()
    if (sent := _sent_before()) is not None:
        _require_same_words(sent, form)
        return redirect(url_for("help.result", application_id=sent.id))
    if not is_right:
        return _form_page(kind, _open, form), 422
    try:
        application = _save(kind, form)
    except AlreadyOpen as refusal:
        _require_same_words(queries.find_own_application(current_actor(), refusal.application_id), form)
        return _gone_on(refusal.application_id)
    except DraftChanged as refusal:
        form.refuse(refusal)
        return _form_page(kind, _open, form, saved=refusal.saved), refusal.status
    form.errors = _take_papers(application, kind)
    finish(succeeded=True)
    if request.form.get("action") == "submit":
        return _submit(kind, application, form.errors)
    return _after_saving(kind, application, form)


def _after_saving(kind: Kind, application: Application, form: Form) -> ResponseReturnValue:
    if form.errors:
        return _form_page(kind, application, form), 422
    flash(_("Saved. You can go on at any time."), "success")
    return redirect(url_for("help.apply", kind_key=kind.key))


def _submit(kind: Kind, application: Application, paper_errors: dict[str, list[str]]) -> ResponseReturnValue:
    form = Form(ApplicationSchema)
    for paper in operations.missing_papers(application):  # all at once, beside whatever else is not right yet
        paper_errors.setdefault(f"paper_{paper}", [str(PapersMissing.message)])
    if form.submit() and not paper_errors:
        try:
            operations.submit_application(current_actor(), application.id, form.data)
        except InvalidInput as error:
            finish(succeeded=False)
            form.refuse(error)
        else:
            return redirect(url_for("help.result", application_id=application.id))
    form.errors |= paper_errors
    return _form_page(kind, application, form), 422


@blueprint.post("/apply/<kind_key>/draft")
@member_only
def autosave(kind_key: str) -> ResponseReturnValue:
    """Keep what is typed so far; answers with a line for the form (htmx)."""
    kind, _open = _kind_and_application(kind_key)
    form = Form(DraftSchema)
    if _sent_before() is not None or not form.submit():
        return "", 422
    try:
        _save(kind, form)
    except (AlreadyOpen, DraftChanged):
        return "", 422
    return render("help/saved.html", at=now())


@blueprint.get("/<uuid:application_id>")
@own_things
def application(application_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.find_own_application(actor, application_id)
    if found.submitted_at is None:
        return redirect(url_for("help.apply", kind_key=found.kind) if actor.is_member else url_for("help.home"))
    history = queries.list_history(found.id, for_member=True)
    return render(
        "help/application.html", application=found, kind=KINDS[found.kind], settings=current_settings(),
        steps=display.progress(found, history), history=history, transitions=TRANSITIONS,
        reason=display.told_reason(found, history), papers=queries.list_papers(found.id),
        may_withdraw=TRANSITIONS["withdraw"] in available(actor, found),
        is_editable=found.state in EDITABLE and actor.is_member,
        description=unseal(found, DESCRIPTION), applicant=unseal_document(found, APPLICANT),
        titles=MEMBER_TITLES, colours=COLOURS,
    )  # fmt: skip


@blueprint.get("/<uuid:application_id>/result")
@own_things
def result(application_id: UUID) -> ResponseReturnValue:
    """What a step of the member's led to. It reads what is so by now: opened again, it is still true."""
    actor = current_actor()
    found = queries.find_own_application(actor, application_id)
    history = queries.list_history(found.id, for_member=True)
    outcome = results.outcome(found, history, may_apply=actor.is_member)
    if outcome is None:
        return redirect(url_for("help.application", application_id=found.id))
    return render("layout/result.html", result=outcome)


@blueprint.post("/<uuid:application_id>/withdraw")
@own_things
def withdraw(application_id: UUID) -> ResponseReturnValue:
    operations.withdraw_application(current_actor(), application_id)
    return redirect(url_for("help.result", application_id=application_id))


@blueprint.post("/<uuid:application_id>/discard")
@own_things
def discard(application_id: UUID) -> ResponseReturnValue:
    operations.discard_draft(current_actor(), application_id)
    flash(_("The draft and its papers have been deleted."), "success")
    return redirect(url_for("help.home"))


@blueprint.get("/<uuid:application_id>/documents/<uuid:document_id>")
@own_things
def document(application_id: UUID, document_id: UUID) -> ResponseReturnValue:
    found = queries.find_own_application(current_actor(), application_id)
    return display.paper_response(*read_file(queries.find_document(found.id, document_id).file_id))


def _kind_and_application(kind_key: str) -> tuple[Kind, Application | None]:
    """The kind and the member's open application of it; a closed kind exists only for who has begun."""
    kind = KINDS.get(kind_key)
    if kind is None:
        raise NotFound
    application = queries.find_open_application(current_actor(), kind_key)
    if application is None and kind not in current_settings().open_kinds and _sent_before() is None:
        raise NotFound
    return kind, application


def _save(kind: Kind, form: Form) -> Application:
    return operations.save_draft(
        current_actor(), kind.key, _once(), form.data, page=_page(), seen=request.form.get(SEEN)
    )


def _page() -> str:
    """The id of the page the form was sent from."""
    return request.form.get("page", "")[:36]


def _once() -> UUID:
    return _uuid(request.form.get("_once", ""))


def _sent_before() -> Application | None:
    """The application this very form made, once it was handed in: a form sent twice leads there."""
    try:
        application = queries.find_own_application(current_actor(), _once())
    except NotFound:
        return None
    return None if application.state in EDITABLE else application


def _require_same_words(application: Application, form: Form) -> None:
    """A form for an application that was handed in is the same one sent twice; raises `AlreadyOpen` for other words."""
    typed, _page_id = unseal_typed(application)
    if form.data != typed:
        raise AlreadyOpen(application.id)


def _gone_on(application_id: UUID) -> ResponseReturnValue:
    flash(_("You already have an open application of this kind. Here it is."), "info")
    return redirect(url_for("help.application", application_id=application_id))


def _take_papers(application: Application, kind: Kind) -> dict[str, list[str]]:
    """Remove and add papers as the form says; returns what was wrong, at the field of each paper."""
    actor, errors = current_actor(), {}
    if removed := request.form.get("remove"):
        operations.remove_paper(actor, application, _uuid(removed))
    for paper in kind.papers:
        for upload in request.files.getlist(f"paper_{paper.key}") + request.files.getlist(f"photo_{paper.key}"):
            if not upload.filename:
                continue
            try:
                operations.attach_paper(
                    actor, application, paper.key, upload.stream.read(PAPERS.most_bytes + 1), upload.filename
                )
            except PaperRefused as refused:
                errors.setdefault(f"paper_{paper.key}", []).append(str(refused.message))
    return errors


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _form_page(kind: Kind, application: Application | None, form: Form, saved: dict[str, Any] | None = None) -> str:
    """`saved` is what another page has saved meanwhile."""
    history: list[Any] = queries.list_history(application.id, for_member=True) if application else []
    return render(
        "help/apply.html", kind=kind, form=form, application=application, settings=current_settings(),
        once=application.id if application else request.form.get("_once") or uuid7(),
        page_id=_page() or uuid7(), saved=saved,
        papers=queries.list_papers(application.id) if application else [],
        reason=display.told_reason(application, history) if application else "",
        consent_text=consent.TEXTS[consent.CURRENT], takes=PAPERS, description_length=DESCRIPTION_LENGTH,
    )  # fmt: skip
