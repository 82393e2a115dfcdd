"""Staff of a zone: who has which role, adding and taking away."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.clock import now
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.i18n import day
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.core.transactions import finish
from app.identity import operations, queries
from app.identity.browser import own_transaction
from app.identity.errors import UnknownUnion
from app.identity.models import RoleGrant
from app.identity.operations.grants import GRANT_IN_ZONE, may_grant
from app.identity.roles import ROLES
from app.identity.schemas import StaffForm
from tenants.context import Actor, Plane, current_actor, current_zone

blueprint = PlacedBlueprint(
    "console_staff", __name__, place=Place.ZONE, plane=Plane.STAFF, url_prefix="/console/staff", enable_openapi=False
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
    actor = current_actor()
    try:
        union_id = _find_union(form.data["union"])
        operations.check_grant(actor, form.data["role"], union_id)
        finish(True)
        with own_transaction():
            account_id = operations.ensure_account(form.data["phone"], form.data["name"])
        operations.grant_role(
            actor, account_id, form.data["role"], union_id, expires_at=form.data["until"], name=form.data["name"]
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(form, refusal.status)
    flash(_("The role has been given."), "success")
    return redirect(url_for("console_staff.index"), code=303)


@blueprint.post("/<uuid:grant_id>/revoke")
@requires(GRANT_IN_ZONE)
def revoke(grant_id: UUID) -> ResponseReturnValue:
    operations.revoke_role(current_actor(), grant_id)
    flash(_("The role has been taken away."), "success")
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
        "identity/staff.html", form=form, rows=[_row(grant, people, unions, actor) for grant in shown],
        roles=[(role.key, role.title) for role in ROLES.values() if may_grant(actor, role.key)], unions=suggested,
        next_href=url_for("console_staff.index", before=shown[-1].id) if more else "",
    ), status  # fmt: skip


def _row(
    grant: RoleGrant, people: dict[UUID, queries.StaffName], unions: dict[UUID, str], actor: Actor
) -> dict[str, Any]:
    is_me = grant.account_id == actor.account_id
    return grant_facts(grant, people.get(grant.account_id)) | {
        "union": unions.get(grant.union_id, ""),
        "is_me": is_me,
        "may_revoke": not is_me and may_grant(actor, grant.role),
    }


def grant_facts(grant: RoleGrant, person: queries.StaffName | None) -> dict[str, Any]:
    """What lists of staff say of a grant; `until` is the last day on which it holds."""
    return {
        "id": grant.id,
        "name": person.beside(grant.name) if person else grant.name,
        "phone": person.masked_phone if person else "",
        "is_blocked": person is not None and person.is_blocked,
        "role": ROLES[grant.role].title if grant.role in ROLES else grant.role,
        "since": day(grant.granted_at),
        "until": day(grant.expires_at - timedelta(seconds=1)) if grant.expires_at else "",
        "is_over": grant.expires_at is not None and grant.expires_at <= now(),
    }
