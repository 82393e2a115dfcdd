"""Bulk rows into a temporary table by COPY: protected tables take no COPY (row-level security), only INSERT … SELECT."""

from collections.abc import Iterable, Sequence
from typing import Any

from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql

PLACE = allow_raw_sql("members.roster", "set-based merge of a staged chunk; every statement names the zone")


class Chunk:
    """A temporary table of the running transaction, filled by COPY, and the statements that read it."""

    def __init__(self, name: str, columns: Sequence[tuple[str, str]]) -> None:
        self.name = name
        self.columns = columns

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        """Make the table anew with these rows; it is dropped at the end of the transaction."""
        definition = ", ".join(f"{name} {kind}" for name, kind in self.columns)
        names = ", ".join(name for name, _ in self.columns)
        cursor = _cursor()
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{self.name}")
        cursor.execute(f"CREATE TEMP TABLE {self.name} ({definition}) ON COMMIT DROP")
        with cursor.copy(f"COPY {self.name} ({names}) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types([kind for _, kind in self.columns])
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {self.name}")

    def run(self, statement: str, **parameters: Any) -> int:
        """Run a statement over the chunk; the number of rows it touched."""
        with raw_sql(PLACE):
            return db.session.connection().exec_driver_sql(statement, parameters).rowcount


def _cursor() -> Any:
    """The driver's own cursor: SQLAlchemy has no COPY."""
    return db.session.connection().connection.cursor()
