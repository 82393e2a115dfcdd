"""The city's own staff: who administers the city, and closing accounts."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.places import Place
from app.core.theming import render
from app.core.transactions import finish
from app.identity import operations, queries
from app.identity.browser import own_transaction
from app.identity.errors import NoAccount, UnknownRole
from app.identity.operations.grants import CITY_ADMIN, GRANT_IN_CITY
from app.identity.roles import CITY_ROLES, ROLES
from app.identity.schemas import AppointmentForm, ClosingForm
from app.identity.staff_desks import give_role, grant_facts, staff_desk
from tenants.context import Plane, current_actor
from tenants.database import db

blueprint = staff_desk(
    "city_staff", place=Place.CITY, plane=Plane.CITY, url_prefix="/city/staff", permission=GRANT_IN_CITY
)


@blueprint.get("/")
@requires(GRANT_IN_CITY)
def index() -> ResponseReturnValue:
    return _page()


@blueprint.post("/")
@requires(GRANT_IN_CITY)
def appoint() -> ResponseReturnValue:
    """Give a city role to the account of a phone, which is made if there is none."""
    form = Form(AppointmentForm)
    if not form.submit():
        return _page(appointment=form, status=422)
    try:
        if form.data["role"] not in CITY_ROLES:
            raise UnknownRole(field="role")
        give_role(form.data, queries.city_union_id())
    except DomainError as refusal:
        return _refused(form, refusal, "appointment")
    return redirect(url_for("city_staff.index"), code=303)


@blueprint.post("/accounts")
@requires(GRANT_IN_CITY)
def close() -> ResponseReturnValue:
    """Close the account of a phone, or open it again."""
    form = Form(ClosingForm)
    if not form.submit():
        return _page(closing=form, status=422)
    finish(True)
    try:
        with own_transaction():
            account_id = operations.find_account_id(form.data["phone"])
            if account_id is None:
                raise NoAccount(field="phone")
            if form.data["deed"] == "block":
                operations.block_account(current_actor(), account_id, form.data["reason"])
            else:
                operations.unblock_account(account_id, form.data["reason"])
    except DomainError as refusal:
        return _refused(form, refusal, "closing")
    closed = form.data["deed"] == "block"
    flash(_("The account is closed.") if closed else _("The account is open again."), "success")
    return redirect(url_for("city_staff.index"), code=303)


def _refused(form: Form, refusal: DomainError, name: str) -> ResponseReturnValue:
    db.session.rollback()
    form.refuse(refusal)
    return _page(**{name: form}, status=refusal.status)  # type: ignore[arg-type]


def _page(*, appointment: Form | None = None, closing: Form | None = None, status: int = 200) -> ResponseReturnValue:
    grants = queries.list_grants(request.args.get("before", type=UUID), limit=queries.PAGE + 1, roles=CITY_ROLES)
    shown = grants[: queries.PAGE]
    finish(True)
    with own_transaction():
        people = queries.staff_names({grant.account_id for grant in shown})
    rows = [grant_facts(grant, people.get(grant.account_id)) for grant in shown]
    return render(
        "identity/city_staff.html", rows=rows, appointment=appointment or Form(AppointmentForm, {"role": CITY_ADMIN}),
        closing=closing or Form(ClosingForm, {"deed": "block"}),
        roles=[(role, ROLES[role].title) for role in sorted(CITY_ROLES)],
        next_href=url_for("city_staff.index", before=shown[-1].id) if len(grants) > queries.PAGE else "",
    ), status  # fmt: skip
