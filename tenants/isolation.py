"""The second wall: every statement on a zone's table is confined to the zone it runs in.

The compiler adds `zone_id = <running zone>` wherever a SELECT at any depth, an UPDATE or a DELETE names such a table, as
its target or beside it (criteria keyed on mappers leak `count()`, `exists()` and subqueries), so SQLAlchemy's own cache
keeps the confined SQL and each execution only brings the zone's value. An INSERT … SELECT writes `RUNNING_ZONE` as the zone of
every row. `before_flush` stamps new rows and refuses foreign ones. What the compiler can't confine (`text()`, driver SQL, an
INSERT … SELECT of another zone, SET zone_id) is refused outside `raw_sql(...)`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Select, Table, Uuid, bindparam, event, or_
from sqlalchemy.dialects.postgresql.dml import OnConflictDoUpdate
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import Delete, Insert, Join, Update
from sqlalchemy.sql.elements import ColumnClause, TextClause
from sqlalchemy.sql.selectable import AliasedReturnsRows, FromClause, FromGrouping

from tenants.context import current_scope, current_zone, has_scope
from tenants.database import Base, db
from tenants.errors import ForeignZone, UnguardedStatement

THROUGH_SESSION = "hall_through_session"

_raw_sql_place: ContextVar[str] = ContextVar("hall_raw_sql", default="")
RAW_SQL_PLACES: dict[str, str] = {}


def allow_raw_sql(place: str, why: str) -> str:
    """Name a place that may run SQL on zones' tables by hand, with the reason; returns the name for `raw_sql`."""
    RAW_SQL_PLACES[place] = why
    return place


@contextmanager
def raw_sql(place: str) -> Iterator[None]:
    """Let the block run SQL the guard can't confine; row-level security still binds it.

    Raises `UnguardedStatement` for a place that was not declared with `allow_raw_sql`.
    """
    if place not in RAW_SQL_PLACES:
        raise UnguardedStatement(f"{place!r} is not a declared place for raw SQL")
    token = _raw_sql_place.set(place)
    try:
        yield
    finally:
        _raw_sql_place.reset(token)


def zone_tables() -> frozenset[Table]:
    """Every table that carries `zone_id` as part of its key."""
    return _zone_tables(len(Base.metadata.tables))


@lru_cache(maxsize=4)
def _zone_tables(count: int) -> frozenset[Table]:
    return frozenset(table for table in Base.metadata.tables.values() if "zone_id" in table.primary_key.columns)


@lru_cache(maxsize=4096)
def names_zone_table(sql: str) -> bool:
    """Whether a text of SQL mentions a zone's table by name."""
    words = set(re.findall(r"[a-z_][a-z0-9_]*", sql.lower()))
    return any(table.name in words for table in zone_tables())


def _table_of(element: Any) -> Table | None:
    """The table behind a FROM element (an alias, a sample of one), without the annotations the ORM hangs on its copies."""
    while isinstance(element, (AliasedReturnsRows, FromGrouping)):
        element = element.element
    return element._deannotate() if isinstance(element, Table) else None


def _zone_sources(source: FromClause, nullable: bool = False) -> Iterable[tuple[FromClause, bool]]:
    """Zone tables (or aliases of one) that a FROM element reads, and whether an outer join may leave them empty."""
    if isinstance(source, FromGrouping):
        yield from _zone_sources(source.element, nullable)
    elif isinstance(source, Join):
        yield from _zone_sources(source.left, nullable or source.full)
        yield from _zone_sources(source.right, nullable or source.isouter or source.full)
    elif _table_of(source) in zone_tables():
        yield source, nullable


def _running_zone_id() -> UUID | None:
    """The zone each execution is confined to; without one nothing matches (and `before_cursor_execute` refuses)."""
    zone = current_scope().zone if has_scope() else None
    return zone.id if zone else None


RUNNING_ZONE = bindparam("hall_zone", callable_=_running_zone_id, type_=Uuid())
"""The zone a statement runs in, found when it is executed: a statement that holds it may be made once and kept."""


def _criterion(source: FromClause, nullable: bool) -> ColumnElement[bool]:
    column = source.c.zone_id
    return or_(column == RUNNING_ZONE, column.is_(None)) if nullable else column == RUNNING_ZONE


def _writes_running_zone(rows: Any, place: int) -> bool:
    """Whether a SELECT, or every part of a union, has `RUNNING_ZONE` as the column at a place."""
    if isinstance(rows, CompoundSelect):
        return all(_writes_running_zone(part, place) for part in rows.selects)
    column = rows.selected_columns[place] if isinstance(rows, Select) else None
    return isinstance(column, BindParameter) and column.callable is _running_zone_id


class ConfiningCompiler(PGDialect_psycopg.statement_compiler):
    """Writes each statement confined to the running zone, and notes what it could not confine.

    `confined` says that the statement names a zone's table in a way it has confined; `unguarded` says in words what it
    found of the other kind. SQLAlchemy keeps the compiled statement with both.
    """

    confined = False
    unguarded = ""

    def _compose_select_body(
        self, text: Any, select: Any, compile_state: Any, inner_columns: Any, froms: Any, byfrom: Any, toplevel: Any,
        kwargs: Any,
    ) -> str:  # fmt: skip
        """Every SELECT at every depth is put together here, with the FROM list as it will read."""
        sources = [found for source in froms for found in _zone_sources(source)]
        if sources:
            self.confined = True
            select = select._clone()
            select._where_criteria += tuple(_criterion(*found) for found in sources)
        return super()._compose_select_body(text, select, compile_state, inner_columns, froms, byfrom, toplevel, kwargs)

    def visit_update(self, update_stmt: Update, *args: Any, **kw: Any) -> str:
        return super().visit_update(self._confine_write(update_stmt, **kw), *args, **kw)

    def visit_delete(self, delete_stmt: Delete, *args: Any, **kw: Any) -> str:
        return super().visit_delete(self._confine_write(delete_stmt, **kw), *args, **kw)

    def _confine_write(self, write: Any, **kw: Any) -> Any:
        """Confine the target and whatever UPDATE … FROM or DELETE … USING reads beside it."""
        state = write._compile_state_factory(write, self, **kw)
        sources = [found for source in (write.table, *state._extra_froms) for found in _zone_sources(source)]
        if not sources:
            return write
        self.confined = True
        if isinstance(write, Update) and _table_of(write.table) in zone_tables():
            self._refuse_move(*(state._dict_parameters or ()), *(self.column_keys or ()))
        confined = write._clone()
        confined._where_criteria += tuple(_criterion(*found) for found in sources)
        return confined

    def _refuse_move(self, *assigned: Any) -> None:
        """A row stays in its zone: note an assignment to `zone_id` among columns or their names."""
        if "zone_id" in {getattr(column, "key", column) for column in assigned}:
            self.unguarded = "SET zone_id"

    def visit_insert(self, insert_stmt: Insert, *args: Any, **kw: Any) -> str:
        if _table_of(insert_stmt.table) in zone_tables():
            self.confined = True
            if insert_stmt.select is not None:
                self._refuse_other_zones(insert_stmt)
            elif self.stack or kw.get("visiting_cte") is not None:
                self.unguarded = "an INSERT into a zone's table within another statement"
            on_conflict = insert_stmt._post_values_clause
            if isinstance(on_conflict, OnConflictDoUpdate):
                self._refuse_move(*on_conflict.update_values_to_set)
        return super().visit_insert(insert_stmt, *args, **kw)

    def _refuse_other_zones(self, insert_stmt: Insert) -> None:
        names: list[str] = insert_stmt._select_names or []
        if "zone_id" not in names or not _writes_running_zone(insert_stmt.select, names.index("zone_id")):
            self.unguarded = "INSERT … SELECT into a zone's table of rows that are not of `RUNNING_ZONE`"

    def visit_textclause(self, textclause: TextClause, *args: Any, **kw: Any) -> str:
        if names_zone_table(textclause.text):
            self.unguarded = "text() on a zone's table"
        return super().visit_textclause(textclause, *args, **kw)

    def visit_column(self, column: ColumnClause[Any], *args: Any, **kw: Any) -> str:
        if column.is_literal and names_zone_table(column.name):
            self.unguarded = "literal SQL on a zone's table"
        return super().visit_column(column, *args, **kw)


@event.listens_for(Session, "do_orm_execute")
def _note_session(state: ORMExecuteState) -> None:
    """Statements that come through the session are told from those that go around it."""
    statement: Any = state.statement
    is_insert_of_rows = isinstance(statement, Insert) and statement.select is None
    if is_insert_of_rows and _table_of(statement.table) in zone_tables() and not _raw_sql_place.get():
        _check_inserted(statement, state.parameters)
    state.update_execution_options(**{THROUGH_SESSION: True})


def _check_inserted(statement: Insert, parameters: Any) -> None:
    """Refuse rows for another zone in a bulk INSERT; each row must say its zone."""
    rows = parameters if isinstance(parameters, list) else [parameters or {}]
    in_statement = _by_name(statement._values or {})
    zone_id = current_zone().id
    for multi in statement._multi_values:
        rows = [_by_name(row) if isinstance(row, dict) else {} for row in multi]
    for row in rows:
        value = row.get("zone_id", getattr(in_statement.get("zone_id"), "value", in_statement.get("zone_id")))
        if value != zone_id:
            raise ForeignZone(f"a row for zone {value} in the scope of zone {zone_id}")


def _by_name(values: Mapping[Any, Any]) -> dict[str, Any]:
    """Values by the names of their columns, which a statement holds as names or as columns."""
    return {getattr(column, "key", column): value for column, value in values.items()}


@event.listens_for(Session, "before_flush")
def _stamp_zone(session: Session, *_: Any) -> None:
    for row in session.new | session.dirty | session.deleted:
        if not hasattr(type(row), "zone_id") or type(row).__table__ not in zone_tables():  # type: ignore[attr-defined]
            continue
        zone_id = current_zone().id
        if row in session.new and row.zone_id is None:
            row.zone_id = zone_id
        if row.zone_id != zone_id:
            raise ForeignZone(f"a {type(row).__name__} of zone {row.zone_id} in the scope of zone {zone_id}")


def guard_statements(engine: Engine) -> None:
    """Confine what the engine compiles, and refuse what can't be confined or comes around the session."""
    engine.dialect.statement_compiler = ConfiningCompiler

    @event.listens_for(engine, "before_cursor_execute")
    def _refuse_unconfined(
        connection: Connection, cursor: Any, sql: str, parameters: Any, context: Any, many: bool
    ) -> None:
        if _raw_sql_place.get() or not names_zone_table(sql):
            return
        compiled = context.compiled if context is not None else None
        if not isinstance(compiled, ConfiningCompiler) or compiled.unguarded or not compiled.confined:
            fault = getattr(compiled, "unguarded", "") or "SQL on a zone's table"
            raise UnguardedStatement(f"{fault}: name the place with `raw_sql(...)`")
        current_zone()
        is_flushing = db.session.registry.has() and db.session()._flushing
        if not is_flushing and not (context and context.execution_options.get(THROUGH_SESSION)):
            raise UnguardedStatement("a statement on a zone's table around the session: use `db.session`")
