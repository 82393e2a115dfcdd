"""The part of a form that says whom something is for: its fields, and what they make of an `Audience`.

The page shows them by the macro `fields` of `members/audience_fields.html`, with `choices()`.
"""

from typing import Any

from flask_babel import gettext, lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.core.errors import InvalidInput
from app.members.audience.choice import Audience
from app.members.audience.lists import find_list, list_uploads
from app.members.audience.tags import list_tags
from app.members.audience.words import GENDERS, month_title, union_names
from app.unions.queries import search_unions
from app.unions.schemas import choice
from tenants.context import current_zone

OPEN, TARGETED = "open", "targeted"
SCOPES = {OPEN: lazy_gettext("All members of this zone"), TARGETED: lazy_gettext("Only those chosen here")}
MONTHS = range(1, 13)
MOST_UNIONS = 50
MOST_NAMED = 5
NARROWING = ("union_names", "gender", "verified", "joined_from", "joined_until", "birth_months", "tags", "list_id")
_VERIFIED = {"": None, "yes": True, "no": False}
_NO_DATE: Any = {"invalid": lazy_gettext("Please enter a date like 2026-03-31.")}
_NO_LIST: Any = {"invalid_uuid": lazy_gettext("Choose a list of this zone.")}


class AudienceFields(Schema):
    """Whom something is for; `union_names` has one union a line."""

    audience = choice((OPEN, TARGETED))
    union_names = fields.String(load_default="", validate=validate.Length(max=4_000))
    gender = fields.String(load_default="", validate=validate.OneOf(("", *GENDERS)))
    verified = fields.String(load_default="", validate=validate.OneOf(tuple(_VERIFIED)))
    joined_from = fields.Date(load_default=None, error_messages=_NO_DATE)
    joined_until = fields.Date(load_default=None, error_messages=_NO_DATE)
    birth_months = fields.List(fields.Integer(validate=validate.OneOf(MONTHS)), load_default=list)
    tags = fields.List(fields.String(), load_default=list)
    list_id = fields.UUID(load_default=None, error_messages=_NO_LIST)

    @validates_schema
    def _check_audience(self, data: dict[str, Any], **_rest: Any) -> None:
        first, last = data.get("joined_from"), data.get("joined_until")
        if first and last and first > last:
            raise ValidationError({"joined_until": [gettext("The last day is before the first.")]})
        is_narrowed = any(data.get(name) for name in NARROWING)
        if data.get("audience") == OPEN and is_narrowed:
            raise ValidationError({"audience": [gettext("You chose all members, and then some of them: take one.")]})
        if data.get("audience") == TARGETED and not is_narrowed:
            raise ValidationError({"audience": [gettext("Choose at least one thing that tells whom you mean.")]})


def audience_of(data: dict[str, Any]) -> Audience:
    """What a submitted form chose; raises `InvalidInput` for a union or a list that this zone has not."""
    if data["list_id"] and find_list(data["list_id"]) is None:
        raise InvalidInput(gettext("Choose a list of this zone."), field="list_id")
    names = [line.strip() for line in data["union_names"].splitlines() if line.strip()]
    if len(names) > MOST_UNIONS:
        raise InvalidInput(gettext("At most %(number)s unions, please.", number=MOST_UNIONS), field="union_names")
    return Audience(
        union_paths=tuple(sorted({_union_path(name) for name in names})),
        gender=data["gender"],
        is_verified=_VERIFIED[data["verified"]],
        joined_from=data["joined_from"],
        joined_until=data["joined_until"],
        birth_months=tuple(sorted(set(data["birth_months"]))),
        tags=tuple(sorted(set(data["tags"]))),
        list_id=data["list_id"],
    )


def _union_path(name: str) -> str:
    """The union of this zone that a name means; raises `InvalidInput` for none, and for several."""
    found = search_unions(name, current_zone().union_path)
    exact = [union for union in found if name in (union.name, union.short_name)]
    if len(exact or found) == 1:
        return (exact or found)[0].path
    if not found:
        raise InvalidInput(gettext("No union of this zone begins with “%(name)s”.", name=name), field="union_names")
    names = "、".join(union.name for union in found[:MOST_NAMED])
    raise InvalidInput(
        gettext("Several unions begin with “%(name)s”: %(names)s. Type the full name.", name=name, names=names),
        field="union_names",
    )


def as_typed(audience: Audience) -> dict[str, Any]:
    """The fields that make this audience, for a form that changes it."""
    verified = next(text for text, value in _VERIFIED.items() if value is audience.is_verified)
    return {
        "audience": OPEN if audience.is_open else TARGETED,
        "union_names": "\n".join(union_names(audience.union_paths)),
        "gender": audience.gender, "verified": verified, "joined_from": audience.joined_from or "",
        "joined_until": audience.joined_until or "", "birth_months": list(audience.birth_months),
        "tags": list(audience.tags), "list_id": audience.list_id or "",
    }  # fmt: skip


def choices() -> dict[str, list[tuple[Any, Any]]]:
    """What the fields offer, as values and labels."""
    return {
        "scopes": list(SCOPES.items()),
        "genders": list(GENDERS.items()),
        "months": [(month, month_title(month)) for month in MONTHS],
        "tags": [(tag, tag) for tag in list_tags()],
        "lists": [(each.id, f"{each.title} ({each.members:,})") for each in list_uploads() if each.members],
    }
