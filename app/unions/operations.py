"""Writes of the organisation tree. Run on the city plane."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.errors import InvalidInput
from app.core.identifiers import IdentifierError, parse_uscc
from app.unions.errors import NameTaken, NoSuchParent, WrongKind
from app.unions.models import Union
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7
from tenants.paths import label

KINDS = ("city", "county", "industry", "town", "enterprise", "institution")
LONGEST_NAME = 120
ABOVE: dict[str, tuple[str, ...]] = {
    "city": (),
    "county": ("city",),
    "industry": ("city", "county"),
    "town": ("city", "county", "industry"),
    "enterprise": ("city", "county", "industry", "town", "enterprise", "institution"),
    "institution": ("city", "county", "industry", "town", "institution"),
}
"""Under which kinds a union of each kind may stand; the city's own stands under none."""


def fits_under(kind: str, above: str | None) -> bool:
    """Whether a union of this kind may stand under one of the other, or, where that is None, at the top."""
    return kind == "city" if above is None else above in ABOVE[kind]


def create_union(
    _: Actor,
    *,
    name: str,
    kind: str,
    parent_id: UUID | None,
    short_name: str = "",
    uscc: str | None = None,
    union_id: UUID | None = None,
) -> UUID:
    """Add a union under another (without `parent_id`: found the city's own), and return its id.

    The same id again is the same union.
    Raises `NoSuchParent`, `NameTaken`, `WrongKind`, `InvalidInput`.
    """
    union_id = union_id or uuid7()
    if db.session.get(Union, union_id):
        return union_id
    name, uscc = _checked(name, kind, uscc)
    parent = lock_parent(parent_id) if parent_id else None
    if not fits_under(kind, parent.kind if parent else None):
        raise WrongKind(field="kind")
    _refuse_twins(parent_id, name, uscc)
    union = Union(
        id=union_id, parent_id=parent_id, path=next_path(parent), kind=kind, name=name, short_name=short_name.strip(),
        uscc=uscc,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(union)
    except IntegrityError:  # somebody was faster with the name, the code or the very form
        if db.session.get(Union, union_id, populate_existing=True):
            return union_id
        raise NameTaken(field="name") from None
    audit.record("unions.create", object_type="union", object_id=union.id, name=name, kind=kind, path=union.path)
    return union_id


def _checked(name: str, kind: str, uscc: str | None) -> tuple[str, str | None]:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput(field="name")
    if kind not in KINDS:
        raise InvalidInput(field="kind")
    try:
        return name, parse_uscc(uscc) if uscc else None
    except IdentifierError:
        raise InvalidInput(field="uscc") from None


def lock_parent(parent_id: UUID) -> Union:
    """The union above, its row locked so that two children never get one label; raises `NoSuchParent`."""
    query = select(Union).where(Union.id == parent_id, Union.status == "active").with_for_update()
    parent = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if parent is None:
        raise NoSuchParent(field="parent_id")
    return parent


def next_path(parent: Union | None) -> str:
    """The path of the next child of a locked parent; of the city's own union where there is none."""
    if parent is None:
        return label(0)
    parent.next_child += 1
    return parent.path + label(parent.next_child - 1)


def _refuse_twins(parent_id: UUID | None, name: str, uscc: str | None) -> None:
    same: list[ColumnElement[bool]] = [(Union.parent_id == parent_id) & (Union.name == name)]
    if parent_id is None:
        same = [Union.parent_id.is_(None)]
    if uscc:
        same.append(Union.uscc == uscc)
    if db.session.scalar(select(Union.id).where(or_(*same)).limit(1)):
        raise NameTaken(field="name")
