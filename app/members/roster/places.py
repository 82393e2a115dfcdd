"""Which union of the zone's subtree a row means."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from app.core.halfwidth import fold
from app.members.roster.comparing import UnionPlace
from app.unions.models import Union
from tenants.context import ZoneFacts
from tenants.database import db
from tenants.paths import in_subtree


class UnionPlaces:
    """Looks unions up by name, short name or credit code, only below the zone's own union; remembers what it found."""

    def __init__(self, zone: ZoneFacts) -> None:
        self._range = in_subtree(Union.path, zone.union_path)
        self._found: dict[str, list[UnionPlace]] = {}
        self._by_id: dict[UUID, UnionPlace | None] = {}

    def prepare(self, names: Iterable[str]) -> None:
        """Look up, in one query, those names that were not asked for yet."""
        unknown = sorted({fold(name) for name in names} - self._found.keys())
        if not unknown:
            return
        wanted = bindparam("wanted", unknown, ARRAY(Text()))
        rows = db.session.execute(
            select(Union.id, Union.path, Union.name, Union.short_name, Union.uscc).where(
                *self._range, Union.status == "active",
                or_(Union.name.collate("C") == any_(wanted), Union.short_name.collate("C") == any_(wanted),
                    Union.uscc == any_(wanted)),
            )
        ).all()  # fmt: skip
        full: dict[str, list[UnionPlace]] = defaultdict(list)
        short: dict[str, list[UnionPlace]] = defaultdict(list)
        for row in rows:
            place = UnionPlace(row.id, row.path, row.name)
            full[row.name].append(place)
            if row.uscc:
                full[row.uscc].append(place)
            if row.short_name and row.short_name != row.name:
                short[row.short_name].append(place)
        for name in unknown:
            self._found[name] = full.get(name) or short.get(name) or []

    def find(self, name: str) -> tuple[UnionPlace | None, str]:
        """The union a prepared name means, or why none: `union_unknown`, `union_ambiguous`. Full names come first."""
        found = self._found[fold(name)]
        if len(found) == 1:
            return found[0], ""
        return None, "union_ambiguous" if found else "union_unknown"

    def load(self, ids: Iterable[UUID]) -> None:
        """Look up unions by id, in one query; those outside the subtree or dissolved are remembered as absent."""
        unknown = [union_id for union_id in set(ids) if union_id not in self._by_id]
        if not unknown:
            return
        wanted = bindparam("wanted", unknown, ARRAY(Uuid()))
        rows = db.session.execute(
            select(Union.id, Union.path, Union.name).where(
                *self._range, Union.status == "active", Union.id == any_(wanted)
            )
        ).all()
        self._by_id.update(dict.fromkeys(unknown))
        self._by_id.update({row.id: UnionPlace(row.id, row.path, row.name) for row in rows})

    def by_id(self, union_id: UUID) -> UnionPlace | None:
        return self._by_id.get(union_id)
