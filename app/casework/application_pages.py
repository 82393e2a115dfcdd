"""The form by which a member applies: filled in, saved as it is typed, checked, handed in."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.casework import display, employers, operations, queries
from app.casework.errors import AlreadyOpen, DraftChanged, EmployersZone, PaperRefused, PapersMissing
from app.casework.forms import CaseForm
from app.casework.forms.display import drafted
from app.casework.forms.page import AnswerForm, as_sent
from app.casework.forms.reading import read_all
from app.casework.here import module_here
from app.casework.inputs import CONSENT
from app.casework.kinds import CONTACT, CaseKind, find_kind, may_fill_in
from app.casework.models import Case
from app.casework.pace import AS_ONE_TYPES
from app.casework.papers import PAPERS
from app.casework.routes import Route
from app.casework.sealing import unseal_typed
from app.casework.settings import current_settings
from app.casework.states import EDITABLE, Phase
from app.core.access import own_things
from app.core.clock import now
from app.core.errors import InvalidInput, NotFound
from app.core.forms import Form, parse_uuid
from app.core.platform import platform
from app.core.seen import FIELD as SEEN
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from app.identity.gate import refuse_outsider
from tenants.context import current_actor
from tenants.ids import uuid7


@own_things
def apply(kind_name: str) -> ResponseReturnValue:
    kind, found = _kind_and_case(kind_name)
    employers.paths_to_keep_from(current_actor(), kind, {})
    if found is not None and found.phase not in EDITABLE:
        return _gone_on(found.id)
    if found is None:
        typed, seen = {CONTACT: operations.own_phone(current_actor())}, ""
    else:
        typed, seen = unseal_typed(found)
    return _form_page(kind, found, AnswerForm(_form_of(kind, found), typed, seen=seen))


@own_things
@takes(PAPERS)
def send(kind_name: str) -> ResponseReturnValue:
    """Keep the draft and its papers first, whatever is still wrong with them; then do what the button said."""
    kind, found = _kind_and_case(kind_name)
    form = AnswerForm(_form_of(kind, found), is_draft=True)
    is_right = form.submit()
    if (sent := _sent_before()) is not None:
        return _not_part_of(kind, sent, form) or redirect(url_for(".result", case_id=sent.id))
    if not is_right:
        return _form_page(kind, found, form), 422
    try:
        case = _save(kind, form)
    except AlreadyOpen as refusal:
        opened = queries.find_own_case(current_actor(), refusal.case_id)
        return _not_part_of(kind, opened, form) or _gone_on(opened.id)
    except DraftChanged as refusal:
        form.refuse(refusal)
        return _form_page(kind, found, form, saved=refusal.saved), refusal.status
    form.errors = _take_papers(case)
    finish(succeeded=True)
    if request.form.get("action") == "submit":
        return _submit(kind, case, form.errors)
    return _after_saving(kind, case, form)


def _after_saving(kind: CaseKind, case: Case, form: AnswerForm) -> ResponseReturnValue:
    if form.errors:
        return _form_page(kind, case, form), 422
    if form.step_at:
        return redirect(url_for(".apply", kind_name=kind.name, case=case.id, _anchor=form.step_at))
    if request.form.get("action") == "check":
        return _to_check(kind, case)
    flash(_("Saved. You can go on at any time."), "success")
    return redirect(url_for(".apply", kind_name=kind.name, case=case.id))


def _submit(kind: CaseKind, case: Case, paper_errors: dict[str, list[str]]) -> ResponseReturnValue:
    form = AnswerForm(_form_of(kind, case), besides=CONSENT)
    is_right = form.submit()
    for paper in operations.missing_papers(case, form.data if is_right else {}):
        paper_errors.setdefault(f"paper_{paper}", [str(PapersMissing.message)])
    if is_right and not paper_errors:
        try:
            answers = {key: value for key, value in form.data.items() if key != "consent"}
            operations.submit_case(current_actor(), case.id, answers)
        except InvalidInput as error:
            finish(succeeded=False)
            form.refuse(error)
        else:
            return redirect(url_for(".result", case_id=case.id))
    consent = {name: form.errors.pop(name) for name in CONSENT if name in form.errors}
    form.errors |= paper_errors | consent  # in the order of the page
    return _form_page(kind, case, form), 422


def _to_check(kind: CaseKind, case: Case) -> ResponseReturnValue:
    form = AnswerForm(_form_of(kind, case))
    if form.submit():
        return redirect(url_for(".check", kind_name=kind.name, case=case.id))
    return _form_page(kind, case, form), 422


@own_things
def check(kind_name: str) -> ResponseReturnValue:
    """What would be sent, and what it comes to where the kind calculates with it; or what is still to be filled in."""
    kind, found = _kind_and_case(kind_name)
    employers.paths_to_keep_from(current_actor(), kind, {})
    if found is not None and found.phase not in EDITABLE:
        return _gone_on(found.id)
    form, (typed, page) = _form_of(kind, found), unseal_typed(found) if found else ({}, "")
    answers, errors = read_all(form.fields, typed)
    return render(
        "casework/check.html", kind=kind, case=found, sections=drafted(form, typed), case_form=form, form=Form(Schema),
        unanswered=[form.known[key].title for key in errors],
        papers=queries.list_papers(found.id) if found else [],
        missing=[form.paper_title(paper) for paper in operations.missing_papers(found, answers)] if found else [],
        typed=as_sent(form, typed), page_id=page or uuid7(), seen=page, consent=kind.consent,
        preview=kind.own.preview(current_actor(), typed, None if errors else answers),
    )  # fmt: skip


@own_things
def autosave(kind_name: str) -> ResponseReturnValue:
    """Keep what is typed so far; answers with a line for the form (htmx)."""
    kind, found = _kind_and_case(kind_name)
    form = AnswerForm(_form_of(kind, found), is_draft=True)
    if _sent_before() is not None or not form.submit():
        return "", 422
    try:
        _save(kind, form)
    except (AlreadyOpen, DraftChanged, EmployersZone):
        return "", 422
    return render("casework/saved.html", at=now())


def elsewhere(refusal: EmployersZone) -> ResponseReturnValue:
    """Where such a case is taken, for it can't be here."""
    finish(succeeded=False)
    module, values = module_here(), request.view_args or {}
    above = employers.find_zone_above(module)
    href = platform().url(above.host, url_for(".apply", **values)) if above else ""
    kind = find_kind(f"{module}.{values['kind_name']}")
    draft = queries.find_open_case(current_actor(), kind)
    return render("casework/elsewhere.html", kind=kind, draft=draft if draft and draft.phase == Phase.DRAFT else None,
                  above=above, href=href), refusal.status  # fmt: skip


def _kind_and_case(kind_name: str) -> tuple[CaseKind, Case | None]:
    """The kind and the case its form is about; a closed kind exists only for who has begun, and of most kinds only members
    begin or complete anything."""
    kind = find_kind(f"{module_here()}.{kind_name}")
    if not may_fill_in(current_actor(), kind):
        refuse_outsider()
    found = operations.find_form_case(current_actor(), kind, _case_id())
    if found is None and kind not in current_settings(kind.module).open_kinds and _sent_before() is None:
        raise NotFound
    return kind, found


def _form_of(kind: CaseKind, case: Case | None) -> CaseForm:
    return kind.form if case is None else operations.form_of(case)


def _save(kind: CaseKind, form: AnswerForm) -> Case:
    return operations.save_draft(current_actor(), kind, _once(), form.data, page=_page(), seen=request.form.get(SEEN))


def _page() -> str:
    """The id of the page the form was sent from."""
    return request.form.get("page", "")[:36]


def _once() -> UUID:
    return _uuid(request.form.get("_once", ""))


def _case_id() -> UUID | None:
    """The case that the form, or the way to it, is about."""
    named = request.form.get("_once") or request.args.get("case")
    return _uuid(named) if named else None


def _sent_before() -> Case | None:
    """The case this very form made, once it was handed in: a form sent twice leads there."""
    named = request.form.get("_once")
    if not named:
        return None
    try:
        found = queries.find_own_case(current_actor(), _uuid(named))
    except NotFound:
        return None
    return None if found.phase in EDITABLE else found


def _not_part_of(kind: CaseKind, case: Case, form: AnswerForm) -> ResponseReturnValue | None:
    """The page that gives back words which are no part of the case that was handed in; None where the form is the same one sent
    twice."""
    typed, _page_id = unseal_typed(case)
    if form.data == typed:
        return None
    finish(succeeded=False)
    form.refuse(AlreadyOpen(case.id))
    return render("casework/not_part.html", kind=kind, case=case, form=form,
                  sections=drafted(form.case_form, form.values)), AlreadyOpen.status  # fmt: skip


def _gone_on(case_id: UUID) -> ResponseReturnValue:
    flash(_("You already have an open application of this kind. Here it is."), "info")
    return redirect(url_for(".case", case_id=case_id))


def _take_papers(case: Case) -> dict[str, list[str]]:
    """Remove and add papers as the form says; returns what was wrong, at the field of each paper."""
    actor, errors = current_actor(), {}
    if removed := request.form.get("remove"):
        operations.remove_paper(actor, case, _uuid(removed))
    for paper in operations.form_of(case).papers:
        for data, name in PAPERS.sent(f"paper_{paper.key}", f"photo_{paper.key}"):
            try:
                operations.attach_paper(actor, case, paper.key, data, name)
            except PaperRefused as refused:
                errors.setdefault(f"paper_{paper.key}", []).append(str(refused.message))
    return errors


def _uuid(text: str) -> UUID:
    found = parse_uuid(text)
    if found is None:
        raise NotFound
    return found


def _form_page(kind: CaseKind, case: Case | None, form: AnswerForm, saved: dict[str, Any] | None = None) -> str:
    """`saved` is what another page has saved meanwhile."""
    history: list[Any] = queries.list_history(case.id, for_member=True) if case else []
    return render(
        "casework/apply.html", kind=kind, form=form, case_form=form.case_form, case=case,
        is_draft=case is None or case.phase == Phase.DRAFT, settings=current_settings(kind.module),
        once=case.id if case else request.form.get("_once") or uuid7(), page_id=_page() or uuid7(),
        saved=None if saved is None else drafted(form.case_form, saved),
        papers=queries.list_papers(case.id) if case else [],
        reason=display.told_reason(case, history) if case else "", consent=kind.consent, takes=PAPERS,
        kept_from=employers.unions_at(employers.would_be_kept_from(current_actor(), kind, form.values)),
        preview=kind.own.preview(current_actor(), form.values),
    )  # fmt: skip


ROUTES = (
    Route("/apply/<kind_name>", "apply", apply),
    Route("/apply/<kind_name>", "send", send, "POST", pace=AS_ONE_TYPES),
    Route("/apply/<kind_name>/check", "check", check),
    Route("/apply/<kind_name>/draft", "autosave", autosave, "POST", pace=AS_ONE_TYPES),
)
