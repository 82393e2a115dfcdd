"""Tries every right of a plane on every row of a table, in SQL, from every kind of scope the plane may run in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.engine import make_url

from tenants.context import Actor, Plane, Scope
from tenants.database import scope_settings
from tenants.paths import label
from tests.contracts.planting import insert
from tests.contracts.rows import Row, Scene, Whose

Reached = frozenset[tuple["Where", Whose]]
_PRIVILEGES = {"read": "SELECT", "insert": "INSERT", "update": "UPDATE", "delete": "DELETE"}
RIGHTS = tuple(_PRIVILEGES)
KEYS = (UUID, bytes, str, int)


class Where(StrEnum):
    """The scope in which a plane runs."""

    AS_MEMBER = "in the zone, as its member"
    AS_NOBODY = "in the zone, as nobody"
    NO_ZONE = "without a zone"
    NO_REASON = "without a zone and a reason"


def login(database_url: str) -> psycopg.Connection[Any]:
    """A connection as the application has it before it takes a plane."""
    url = make_url(database_url).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False))


TIES = frozenset({label(0)})
"""Whoever acts is tied to some union; here to the city's, from which nothing planted is kept."""


@contextmanager
def acting(connection: psycopg.Connection[Any], scene: Scene, plane: Plane, where: Where) -> Iterator[None]:
    """A transaction on the plane, with the settings of its scope; nothing of it is kept."""
    own = scene.owners[Whose.OWN]
    scope = Scope(
        plane,
        zone=own.zone if where in (Where.AS_MEMBER, Where.AS_NOBODY) else None,
        actor=Actor(own.account_id, own.member_id, ties=TIES) if where is Where.AS_MEMBER else Actor(ties=TIES),
        reason="" if where is Where.NO_REASON else "a walk",
    )
    with connection.transaction(force_rollback=True):
        for name, value in scope_settings(scope).items():
            connection.execute("SELECT set_config(%s, %s, true)", (name, value))
        yield


def reach(
    connection: psycopg.Connection[Any], scene: Scene, plane: Plane, wanted: Iterable[str] = ()
) -> dict[tuple[str, str], Reached]:
    """Which owners' rows the plane reaches by table (all, or those wanted) and right, and from where; none: not listed."""
    found: dict[tuple[str, str], set[tuple[Where, Whose]]] = {}
    hands = [Hand(connection, scene, plane, table) for table in wanted or scene.rows]
    for where in Where:
        with acting(connection, scene, plane, where):
            for hand in hands:
                for right in hand.rights:
                    reached = {(where, whose) for whose in scene.rows[hand.table] if hand.reaches(right, whose)}
                    found.setdefault((hand.table, right), set()).update(reached)
    return {key: frozenset(reached) for key, reached in found.items() if reached}


class Hand:
    """A plane's hand on a table: what it holds there by its grants, and which rows the policies let it reach."""

    def __init__(self, connection: psycopg.Connection[Any], scene: Scene, plane: Plane, table: str) -> None:
        self.connection, self.scene, self.plane, self.table = connection, scene, plane, table
        self.readable = granted_columns(connection, plane, table, "SELECT")
        self.changeable = [
            name for name in granted_columns(connection, plane, table, "UPDATE") if name in self.readable
        ]
        self.rights = self._held()
        connection.rollback()

    def reaches(self, right: str, whose: Whose) -> bool:
        """Whether any row of the owner's is read, changed or deleted, or any of theirs could be inserted."""
        if right == "insert":
            rows = self.scene.new_rows(self.table, whose, {"plane": str(self.plane)})
            return any(self._is_let_through(lambda row=row: insert(self.connection, self.table, row)) for row in rows)
        sql = {
            "read": f"SELECT count(*) FROM {self.table}",
            "update": "UPDATE {0} SET {1} = {1}".format(self.table, *self.changeable[:1]) if self.changeable else "",
            "delete": f"DELETE FROM {self.table}",
        }[right]
        return any(self._reaches_row(sql, row) for row in self.scene.rows[self.table][whose])

    def _held(self) -> list[str]:
        """The rights the plane has on anything of the table: PostgreSQL refuses the others whatever the row."""
        asked = ", ".join(
            f"has_{'table' if right == 'delete' else 'any_column'}_privilege(%(plane)s, %(table)s, '{privilege}')"
            for right, privilege in _PRIVILEGES.items()
        )
        place = {"plane": self.plane, "table": self.table}
        held = self.connection.execute(f"SELECT {asked}", place).fetchone()  # type: ignore[arg-type]
        return [right for right, has in zip(_PRIVILEGES, held or (), strict=True) if has]

    def _reaches_row(self, sql: str, row: Row) -> bool:
        """The row is found by a column the plane may read; what it changes blindly the walk could not tell apart."""
        key = next(name for name in ("id", *self.readable) if name in self.readable and isinstance(row[name], KEYS))
        return self._is_let_through(lambda: self.connection.execute(f"{sql} WHERE {key} = %s", [row[key]]))  # type: ignore[arg-type]

    def _is_let_through(self, work: Callable[[], psycopg.Cursor[Any]]) -> bool:
        """Whether policies let a statement through; what a constraint refuses afterwards they had let through."""
        try:
            with self.connection.transaction(force_rollback=True):
                cursor = work()
                return bool(cursor.fetchone()[0]) if cursor.description else cursor.rowcount > 0  # type: ignore[index]
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation):
            return False
        except psycopg.errors.IntegrityError:
            return True


def granted_columns(connection: psycopg.Connection[Any], plane: str, table: str, privilege: str) -> list[str]:
    """The columns on which a role holds a privilege, in their order."""
    return [
        name
        for (name,) in connection.execute(
            """
            SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
              AND has_column_privilege(%s, attrelid, attnum, %s) ORDER BY attnum
            """,
            (table, plane, privilege),
        )
    ]
