"""The pages on which the panel of lawyers is kept."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.routes import Route
from app.core.clock import today_in_china
from app.core.errors import Conflict, DomainError, InvalidInput
from app.core.forms import Form, form_id
from app.core.identifiers import mask_phone, national_form
from app.core.theming import render
from app.core.transactions import finish
from app.identity.staff_desks import account_for_role
from app.modules.legal_aid.fees.standards import claim_within
from app.modules.legal_aid.lawyers import operations
from app.modules.legal_aid.lawyers.inputs import ClientSchema, LawyerSchema
from app.modules.legal_aid.lawyers.models import Lawyer
from app.modules.legal_aid.lawyers.operations import LawyerFacts
from app.modules.legal_aid.lawyers.queries import count_live, find_lawyer, list_clients, list_lawyers
from app.modules.legal_aid.lawyers.sealing import client_texts, mobile_of
from app.modules.legal_aid.questions import SUBJECTS
from app.modules.legal_aid.rights import LAWYER_ROLE, MANAGE
from tenants.context import current_actor, current_zone
from tenants.ids import uuid7


def lawyers() -> ResponseReturnValue:
    return render(
        "legal_aid/desk/lawyers.html", lawyers=list_lawyers(), loads=count_live(), titles=dict(SUBJECTS), today=today_in_china(),
    )  # fmt: skip


def new_lawyer() -> ResponseReturnValue:
    return _new_page(Form(LawyerSchema, {"active_from": today_in_china().isoformat()}))


def add_lawyer() -> ResponseReturnValue:
    form = Form(LawyerSchema)
    if not form.submit():
        return _new_page(form), 422
    try:
        lawyer = operations.add_lawyer(current_actor(), form_id(), _facts(form.data))
    except InvalidInput as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _new_page(form), refusal.status
    flash(_("%(name)s is on the panel now. Invite them, so that they can take cases.", name=lawyer.name), "success")
    return redirect(url_for(".lawyer", lawyer_id=lawyer.id))


def lawyer(lawyer_id: UUID) -> ResponseReturnValue:
    return _page(find_lawyer(lawyer_id))


def change_lawyer(lawyer_id: UUID) -> ResponseReturnValue:
    form = Form(LawyerSchema)
    if not form.submit():
        return _page(find_lawyer(lawyer_id), form=form), 422
    try:
        operations.change_lawyer(current_actor(), lawyer_id, _facts(form.data), seen=form.seen)
    except (InvalidInput, Conflict) as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _page(find_lawyer(lawyer_id), form=form), refusal.status
    flash(_("The changes have been saved."), "success")
    return redirect(url_for(".lawyer", lawyer_id=lawyer_id))


def invite_lawyer(lawyer_id: UUID) -> ResponseReturnValue:
    """Give the account of the lawyer's mobile number their role; it is made where there is none."""
    found = find_lawyer(lawyer_id)
    mobile, name = mobile_of(found), found.name
    try:
        account_id = account_for_role(LAWYER_ROLE, current_zone().union_id, phone=mobile, name=name)
        operations.invite_lawyer(current_actor(), lawyer_id, account_id)
    except (InvalidInput, Conflict) as refusal:
        return _refused(lawyer_id, refusal)
    flash(
        _("%(name)s can sign in with this mobile number now, and sees the cases given to them.", name=name), "success"
    )
    return redirect(url_for(".lawyer", lawyer_id=lawyer_id))


def end_lawyer(lawyer_id: UUID) -> ResponseReturnValue:
    try:
        operations.end_lawyer(current_actor(), lawyer_id, seen=request.form.get("_seen"))
    except Conflict as refusal:
        return _refused(lawyer_id, refusal)
    flash(
        _("Today is their last day on the panel. They can claim the fees of what they did for %(days)s days, and see nothing else.",
          days=claim_within().days), "success",
    )  # fmt: skip
    return redirect(url_for(".lawyers"))


def add_client(lawyer_id: UUID) -> ResponseReturnValue:
    form = Form(ClientSchema)
    if not form.submit():
        return _page(find_lawyer(lawyer_id), client=form), 422
    data = form.data
    operations.add_client(current_actor(), lawyer_id, form_id(), data["client_name"], data["client_uscc"])
    flash(_("Noted: nobody of the firm is offered a case against them."), "success")
    return redirect(url_for(".lawyer", lawyer_id=lawyer_id))


def remove_client(lawyer_id: UUID, client_id: UUID) -> ResponseReturnValue:
    operations.remove_client(current_actor(), lawyer_id, client_id)
    flash(_("The changes have been saved."), "success")
    return redirect(url_for(".lawyer", lawyer_id=lawyer_id))


def _refused(lawyer_id: UUID, refusal: DomainError) -> ResponseReturnValue:
    finish(succeeded=False)
    found = find_lawyer(lawyer_id)
    form = _form_of(found)
    form.errors = {"": [str(refusal.message)]}
    return _page(found, form=form), refusal.status


def _page(found: Lawyer, *, form: Form | None = None, client: Form | None = None) -> str:
    clients = list_clients(found.id)
    return render(
        "legal_aid/desk/lawyer.html", lawyer=found, form=form or _form_of(found), client=client or Form(ClientSchema),
        clients=list(zip(clients, client_texts(clients), strict=True)), subjects=SUBJECTS, once=uuid7(),
        mobile=mask_phone(mobile_of(found)) if found.mobile_cipher else "", claim_days=claim_within().days,
    )  # fmt: skip


def _new_page(form: Form) -> str:
    return render(
        "legal_aid/desk/new_lawyer.html", form=form, subjects=SUBJECTS, once=request.form.get("_once") or uuid7()
    )


def _form_of(found: Lawyer) -> Form:
    values = {
        "name": found.name, "licence": found.licence, "firm": found.firm, "mobile": national_form(mobile_of(found)),
        "fields_of_work": found.fields, "active_from": found.active_from.isoformat(),
        "active_to": found.active_to.isoformat() if found.active_to else "",
    }  # fmt: skip
    return Form(LawyerSchema, values, seen=found.mark)


def _facts(data: dict[str, Any]) -> LawyerFacts:
    return LawyerFacts(
        data["name"], data["licence"], data["firm"], data["mobile"], tuple(data["fields_of_work"]), data["active_from"],
        data["active_to"],
    )  # fmt: skip


LAWYER = "/lawyers/<uuid:lawyer_id>"
ROUTES = (
    Route("/lawyers", "lawyers", lawyers, right=MANAGE),
    Route("/lawyers/new", "new_lawyer", new_lawyer, right=MANAGE),
    Route("/lawyers/new", "add_lawyer", add_lawyer, "POST", MANAGE),
    Route(LAWYER, "lawyer", lawyer, right=MANAGE),
    Route(LAWYER, "change_lawyer", change_lawyer, "POST", MANAGE),
    Route(f"{LAWYER}/invite", "invite_lawyer", invite_lawyer, "POST", MANAGE),
    Route(f"{LAWYER}/end", "end_lawyer", end_lawyer, "POST", MANAGE),
    Route(f"{LAWYER}/clients", "add_client", add_client, "POST", MANAGE),
    Route(f"{LAWYER}/clients/<uuid:client_id>/remove", "remove_client", remove_client, "POST", MANAGE),
)
