"""The pages on which a member begins and follows a case, the same for every module with cases."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework import display, operations, queries, results
from app.casework.application_pages import ROUTES as APPLICATION_ROUTES
from app.casework.application_pages import elsewhere
from app.casework.errors import EmployersZone
from app.casework.feature_routes import MEMBER_ROUTES
from app.casework.here import module_here, require_case_of_module
from app.casework.kinds import casework_of, find_kind, may_fill_in
from app.casework.own_case_page import own_case_page
from app.casework.payments.queries import unpaid, waiting_for_account
from app.casework.retention.duties import VOUCHERS
from app.casework.retention.queries import list_left_to_accounts
from app.casework.routes import Route, add_routes
from app.casework.settings import current_settings
from app.core.access import own_things
from app.core.files import read_file
from app.core.places import PlacedBlueprint, member_pages
from app.core.theming import render
from tenants.context import current_actor


def case_pages(module: str, import_name: str) -> PlacedBlueprint:
    """A module's member pages at `/<slug>/`, all of them those of its cases."""
    blueprint = member_pages(module, import_name)
    blueprint.context_processor(display.words)
    blueprint.before_request(require_case_of_module)
    blueprint.register_error_handler(EmployersZone, elsewhere)
    add_routes(blueprint, (*ROUTES, *APPLICATION_ROUTES, *MEMBER_ROUTES))
    return blueprint


@own_things
def home() -> ResponseReturnValue:
    module = module_here()
    cases = [(found, find_kind(found.kind)) for found in queries.list_own_cases(current_actor(), module)]
    settings, actor = current_settings(module), current_actor()
    for_accounts = list_left_to_accounts(actor, module)
    left = [kept.case.id for kept in for_accounts]
    begins = [kind for kind in settings.open_kinds if may_fill_in(actor, kind)]
    return render("casework/home.html", casework=casework_of(module), settings=settings, cases=cases, begins=begins,
                  for_accounts=for_accounts, unpaid=unpaid(left), waiting=waiting_for_account(left), duty=VOUCHERS,
                  stranded={case.id for case, kind in cases if case.submitted_at is None and not may_fill_in(actor, kind)})  # fmt: skip


@own_things
def case(case_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.find_own_case(actor, case_id)
    kind = find_kind(found.kind)
    if found.submitted_at is None:
        return redirect(url_for(".apply", kind_name=kind.name) if may_fill_in(actor, kind) else url_for(".home"))
    return own_case_page(found)


@own_things
def result(case_id: UUID) -> ResponseReturnValue:
    """What a step of the member's led to. It reads what is so by now: opened again, it is still true."""
    actor = current_actor()
    found = queries.find_own_case(actor, case_id)
    history = queries.list_history(found.id, for_member=True)
    outcome = results.outcome(found, history, may_apply=actor.is_member)
    if outcome is None:
        return redirect(url_for(".case", case_id=found.id))
    return render("layout/result.html", result=outcome)


@own_things
def withdraw(case_id: UUID) -> ResponseReturnValue:
    operations.withdraw_case(current_actor(), case_id)
    return redirect(url_for(".result", case_id=case_id))


@own_things
def discard(case_id: UUID) -> ResponseReturnValue:
    operations.discard_draft(current_actor(), case_id)
    flash(_("The draft and its papers have been deleted."), "success")
    return redirect(url_for(".home"))


@own_things
def document(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    found = queries.find_own_case(current_actor(), case_id)
    return display.paper_response(*read_file(queries.find_document(found.id, document_id).file_id))


ROUTES = (
    Route("/", "home", home),
    Route("/<uuid:case_id>", "case", case),
    Route("/<uuid:case_id>/result", "result", result),
    Route("/<uuid:case_id>/withdraw", "withdraw", withdraw, "POST"),
    Route("/<uuid:case_id>/discard", "discard", discard, "POST"),
    Route("/<uuid:case_id>/documents/<uuid:document_id>", "document", document),
)
