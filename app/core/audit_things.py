"""Who acts in entries of the audit trail and what these are about, as far as their reader may know it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.audit import AuditEntry
from app.core.modules import Text
from tenants.context import Plane, current_actor, current_scope
from tenants.database import db

Names = Callable[[list[AuditEntry]], Mapping[str, str]]
CODE: dict[str, Text] = {
    "system": lazy_gettext("the system"),
    "command line": lazy_gettext("the command line"),
    "demo": lazy_gettext("demo data"),
}
"""What code that acts for nobody is called, by the names that it gives itself."""


def init_app(app: Flask) -> None:
    """Give templates `actor_title`."""
    app.jinja_env.globals["actor_title"] = actor_title


def actor_title(name: str) -> str:
    """An actor's name for people: a person's as it is."""
    return str(CODE.get(name, name))


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of object: what it is called, and what single ones are.

    `names` gives names by the ids of entries' objects. It reads on the reader's own plane, one of `planes`, and for a
    reader with `permission` there: the trail tells nobody a name that they could not read elsewhere.
    """

    title: Text
    names: Names | None = None
    planes: frozenset[Plane] = frozenset({Plane.STAFF})
    permission: str = ""

    def names_for_reader(self, entries: list[AuditEntry]) -> Mapping[str, str]:
        may_read = current_scope().plane in self.planes and (
            not self.permission or current_actor().may(self.permission)
        )
        return self.names(entries) if self.names and may_read else {}


def column(names: InstrumentedAttribute[Any]) -> Names:
    """Names that stand in a column of the object's own table; what is gone from there has none."""

    def read(entries: list[AuditEntry]) -> Mapping[str, str]:
        model: Any = names.class_
        ids = {UUID(entry.object_id) for entry in entries}
        return {str(row[0]): row[1] for row in db.session.execute(select(model.id, names).where(model.id.in_(ids)))}

    return read


def detail(key: str) -> Names:
    """Names that the deed itself noted."""
    return lambda entries: {entry.object_id: str(entry.detail[key]) for entry in entries if entry.detail.get(key)}


def describe_objects(entries: Iterable[AuditEntry], things: Mapping[str, Thing]) -> dict[UUID, str]:
    """The kind and the name of each entry's object, by the entry's id.

    One that is gone, or that is not the reader's to know, is told by the end of its id, so that entries about the same
    can be recognised.
    """
    found: dict[UUID, str] = {}
    about = sorted((entry for entry in entries if entry.object_type in things), key=lambda entry: entry.object_type)
    for kind, group in groupby(about, key=lambda entry: entry.object_type):
        alike = list(group)
        names = things[kind].names_for_reader([entry for entry in alike if entry.object_id])
        title = str(things[kind].title)
        found |= {entry.id: _called(title, names.get(entry.object_id, ""), entry.object_id) for entry in alike}
    return found


def _called(title: str, name: str, object_id: str) -> str:
    if name:
        return _("%(kind)s: %(name)s", kind=title, name=name)
    return f"{title} …{object_id[-6:]}" if object_id else title
