"""Staff of a zone: who has which role, adding and taking away."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import requires
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.places import Place
from app.core.theming import render
from app.core.transactions import finish
from app.identity import queries
from app.identity.browser import own_transaction
from app.identity.errors import UnknownUnion
from app.identity.models import RoleGrant
from app.identity.operations.grants import GRANT_IN_ZONE, may_grant
from app.identity.roles import ROLES
from app.identity.schemas import StaffForm
from app.identity.staff_desks import give_role, grant_facts, staff_desk
from tenants.context import Plane, current_actor, current_zone

blueprint = staff_desk(
    "console_staff", place=Place.ZONE, plane=Plane.STAFF, url_prefix="/console/staff", permission=GRANT_IN_ZONE
)


@blueprint.get("/")
@requires(GRANT_IN_ZONE)
def index() -> ResponseReturnValue:
    return _page(Form(StaffForm))


@blueprint.post("/")
@requires(GRANT_IN_ZONE)
def add() -> ResponseReturnValue:
    """Give a role to the account of a phone, which is made if there is none."""
    form = Form(StaffForm)
    if not form.submit():
        return _page(form, 422)
    try:
        give_role(form.data, _find_union(form.data["union"]))
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(form, refusal.status)
    return redirect(url_for("console_staff.index"), code=303)


def _find_union(text: str) -> UUID:
    found = queries.find_unions(text, current_zone().union_path)
    if len(found) != 1:
        raise UnknownUnion(field="union")
    return found[0]


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    grants = queries.list_grants(request.args.get("before", type=UUID), limit=queries.PAGE + 1)
    shown, more = grants[: queries.PAGE], len(grants) > queries.PAGE
    unions = queries.union_names(grant.union_id for grant in shown)
    suggested = queries.list_unions(current_zone().union_path)
    finish(True)
    with own_transaction():
        people = queries.staff_names({grant.account_id for grant in shown}, current_zone().union_path)
    return render(
        "identity/staff.html", form=form, rows=[_row(grant, people, unions) for grant in shown],
        roles=[(role.key, role.title) for role in ROLES.values() if may_grant(actor, role.key)], unions=suggested,
        next_href=url_for("console_staff.index", before=shown[-1].id) if more else "",
    ), status  # fmt: skip


def _row(grant: RoleGrant, people: dict[UUID, queries.StaffName], unions: dict[UUID, str]) -> dict[str, Any]:
    facts = grant_facts(grant, people.get(grant.account_id))
    may_revoke = not facts["is_me"] and may_grant(current_actor(), grant.role)
    return facts | {"union": unions.get(grant.union_id, ""), "may_revoke": may_revoke}
