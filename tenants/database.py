"""The only `db`. No session of it exists that does not know its scope."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from psycopg.generators import execute
from psycopg.pq import ExecStatus
from psycopg.sql import SQL
from sqlalchemy import DateTime, ForeignKey, MetaData, Text, Uuid, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

from tenants.context import Plane, Scope, current_scope, has_scope, on_enter, on_leave
from tenants.errors import NeedsDatabase, UnsafeDatabaseRole
from tenants.ids import uuid7
from tenants.paths import ancestors, path_end
from tenants.waiting import is_in_steps, wait_in_steps

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Base(DeclarativeBase):
    """Base of every table: text is unbounded, times carry a zone, documents are JSONB."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            str: Text(),
            UUID: Uuid(),
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB(),
            list[Any]: JSONB(),
        },
    )


class ZoneScoped:
    """A row that belongs to one zone: its key starts with `zone_id`, and the guards read it."""

    @declared_attr
    def zone_id(cls) -> Mapped[UUID]:  # noqa: N805 (SQLAlchemy passes the class)
        return mapped_column(ForeignKey("zones.id"), primary_key=True, sort_order=-2)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-1)


_thread = threading.local()


def never_wait_here() -> None:
    """Have this thread wait for no database: beginning a session in it raises `NeedsDatabase`, unless its waits are steps."""
    _thread.never_waits = True


def require_waiting() -> None:
    """Before what takes its time. Raises `NeedsDatabase` in a thread that never waits."""
    if getattr(_thread, "never_waits", False) and not is_in_steps():
        raise NeedsDatabase("this thread answers from memory alone")


class ScopedSession(Session):
    """A session of the running scope; there is none outside a scope, and none in a thread that never waits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        current_scope()
        require_waiting()
        super().__init__(*args, **kwargs)


def _session_key() -> tuple[int, int]:
    return id(current_app._get_current_object()), id(current_scope()) if has_scope() else 0  # type: ignore[attr-defined]  # noqa: SLF001 (Flask offers no other name)


class ScopedSQLAlchemy(SQLAlchemy):
    """Flask-SQLAlchemy over our base and session; the annotation tells type checkers what `Model` really is."""

    if TYPE_CHECKING:
        Model: type[Base]


db = ScopedSQLAlchemy(
    model_class=Base,
    session_options={"class_": ScopedSession, "scopefunc": _session_key, "expire_on_commit": False},
)


@on_enter
def _transaction_is_open() -> bool:
    registry = db.session.registry
    return registry.has() and registry().in_transaction()


@on_leave
def _close_session() -> None:
    db.session.remove()


def end_reading() -> None:
    """Commit what the scope has read, where it has read at all: most requests find what they need in memory."""
    if db.session.registry.has():
        db.session.commit()


def scope_settings(scope: Scope) -> dict[str, str]:
    """The transaction-local settings that the row-level policies read."""
    zone, actor = scope.zone, scope.actor
    ties = actor.ties | {zone.union_path} if zone else actor.ties
    return {
        "role": scope.plane.value,
        "hall.zone": str(zone.id) if zone else "",
        "hall.path": zone.union_path if zone else "",
        "hall.path_end": path_end(zone.union_path) if zone else "",
        "hall.account": str(actor.account_id or ""),
        "hall.member": str(actor.member_id or ""),
        "hall.ties": ",".join(sorted({above for tie in ties for above in ancestors(tie)})),
        "hall.reason": scope.reason,
    }


def take_role(connection: Connection) -> None:
    """Become the scope's plane for this transaction only: a pooled connection carries nothing over.

    BEGIN goes to the server together with the settings, which spares every transaction a round trip.
    """
    driver: Any = connection.connection.driver_connection
    try:
        driver.pgconn.send_query(_opening(*scope_settings(current_scope()).items()))
        result = driver.wait(execute(driver.pgconn))[-1]
        if result.status != ExecStatus.TUPLES_OK:
            raise psycopg.OperationalError(result.get_error_message())
    except psycopg.Error as fault:
        raise OperationalError("BEGIN", None, fault) from fault


@lru_cache(maxsize=1024)
def _opening(*settings: tuple[str, str]) -> bytes:
    calls = SQL(", ").join(SQL("set_config({}, {}, true)").format(name, value) for name, value in settings)
    return SQL("BEGIN; SELECT {}").format(calls).as_bytes()


def guard_engine(engine: Engine) -> None:
    """Make every transaction of the engine begin in the running scope's role, and refuse a login that walls don't bind."""
    wait_in_steps(engine)
    event.listen(engine, "connect", _check_first_login())
    event.listen(engine, "begin", take_role)


def _check_first_login() -> Callable[[Any, Any], None]:
    """Checks the login of a process's first connection, before anything runs on it."""
    checked: list[bool] = []

    def check(connection: Any, _: Any) -> None:
        if not checked:
            check_database_role(connection)
            checked.append(True)

    return check


def check_database_role(connection: Any) -> None:
    """Refuse a login that row-level security would not bind; takes a psycopg connection.

    Raises `UnsafeDatabaseRole` when the login is a superuser, has BYPASSRLS, inherits its planes' rights or owns a
    table: any of these would make the policies decoration.
    """
    row = connection.execute(
        """
        SELECT rolsuper OR rolbypassrls,
               rolinherit OR EXISTS (SELECT 1 FROM pg_roles p
                                     WHERE p.rolname = ANY (%s) AND pg_has_role(r.oid, p.oid, 'USAGE')),
               EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p'))
                   OR EXISTS (SELECT 1 FROM pg_roles p
                              WHERE p.rolname = 'hall_owner' AND pg_has_role(r.oid, p.oid, 'MEMBER'))
        FROM pg_roles r WHERE rolname = session_user
        """,
        ([plane.value for plane in Plane],),
    ).fetchone()
    connection.rollback()
    faults = (
        "is a superuser or has BYPASSRLS",
        "inherits its planes' rights (make it NOINHERIT)",
        "owns tables or may become their owner",
    )
    found = [fault for fault, is_so in zip(faults, row, strict=True) if is_so]
    if found:
        raise UnsafeDatabaseRole("the application's database login " + " and ".join(found))
