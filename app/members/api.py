"""`/api/v1/members`: the members of the zone's unions, masked, for programs with the scope members.view."""

from typing import Any
from uuid import UUID

from apiflask import Schema, fields
from apiflask.fields import Date, DateTime, Integer, List, Nested, String
from apiflask.validators import Length, Range

from app.core.access import requires
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from app.members.queries import PAGE, MemberFilter, find_member, list_members
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "api_members", __name__, place=Place.ZONE, plane=Plane.STAFF, url_prefix="/api/v1/members", tag="Members"
)


class MembersQuery(Schema):
    """`after` is the `next` of the page before; `q` a name, the beginning of one, a phone or an ID number."""

    q = String(load_default="", validate=Length(max=60))
    after = String(load_default="", validate=Length(max=400))
    limit = Integer(load_default=PAGE, validate=Range(1, 200))


class MemberOut(Schema):
    """A member; birth date, phone and document number are masked."""

    id = fields.UUID()
    name = String()
    gender = String(allow_none=True)
    birth_date = String()
    phone = String()
    id_number = String()
    union_name = String(allow_none=True)
    member_number = String(allow_none=True)
    position = String(allow_none=True)
    joined_on = Date(allow_none=True)
    verified_at = DateTime(allow_none=True)


class MemberLine(MemberOut):
    """A member within a list (a schema of its own: apispec wants one place for each)."""


class MembersOut(Schema):
    """A page of members in the order of the union tree; `next` is empty at the end."""

    members = List(Nested(MemberLine))
    next = String()


@blueprint.get("")
@blueprint.input(MembersQuery, location="query", arg_name="wanted")
@blueprint.output(MembersOut)
@requires("members.view")
def index(wanted: dict[str, Any]) -> dict[str, Any]:
    """A page of the zone's members."""
    page = list_members(MemberFilter(q=wanted["q"]), after=wanted["after"], limit=wanted["limit"])
    return {"members": page.rows, "next": page.next}


@blueprint.get("/<uuid:member_id>")
@blueprint.output(MemberOut)
@requires("members.view")
def show(member_id: UUID) -> Any:
    """One member."""
    member = find_member(member_id)
    if member is None:
        raise NotFound
    return member
