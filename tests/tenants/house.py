"""Walls that can be taken away and put back, and the checks that watch them: each says in words what is missing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

import tenants.context
import tenants.isolation
from tenants.context import Plane, scope
from tenants.database import db, take_role
from tenants.errors import ForeignZone, NoScope, OpenTransaction, UnguardedStatement
from tenants.ids import uuid7
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.models import ZoneRevision
from tests.contracts.planting import connect_as_owner
from tests.contracts.rows import Scene, Whose
from tests.contracts.wrongs import measure, rewritten_revisions, wrong_columns, wrong_reach

HERE = allow_raw_sql("tests.walls", "shows that row-level security alone keeps zones apart")
R = ZoneRevision


class House:
    """The application over a planted database."""

    def __init__(self, app: Flask, settings: Any, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.settings, self.scene, self.patch = app, settings, scene, monkeypatch
        self.here, self.there = scene.owners[Whose.OWN].zone, scene.owners[Whose.ELSEWHERE].zone

    # What takes a wall away for the time of a block.

    @contextmanager
    def without_sql(self, take_away: str, put_back: str) -> Iterator[None]:
        with connect_as_owner(self.settings.database_owner_url) as owner:
            owner.execute(take_away)  # type: ignore[arg-type]
            owner.commit()
            try:
                yield
            finally:
                owner.execute(put_back)  # type: ignore[arg-type]
                owner.commit()

    @contextmanager
    def without_listener(self, target: Any, name: str, listener: Callable[..., Any]) -> Iterator[None]:
        event.remove(target, name, listener)
        try:
            yield
        finally:
            event.listen(target, name, listener)

    @contextmanager
    def without_stamp(self) -> Iterator[None]:
        with self.without_listener(Session, "before_flush", tenants.isolation._stamp_zone):
            yield

    @contextmanager
    def without_role(self) -> Iterator[None]:
        with self.without_listener(db.engine, "begin", take_role):
            yield

    @contextmanager
    def replaced(self, target: Any, name: str, value: Any) -> Iterator[None]:
        with self.patch.context() as patch:
            db.engine.clear_compiled_cache()
            patch.setattr(target, name, value)
            yield
        db.engine.clear_compiled_cache()

    def without_compiler(self) -> Any:
        return self.replaced(db.engine.dialect, "statement_compiler", PGDialect_psycopg.statement_compiler)

    def without_refusal(self) -> Any:
        return self.replaced(tenants.isolation, "names_zone_table", lambda _sql: False)

    def without_scope_check(self) -> Any:
        return self.replaced(tenants.context, "_open_checks", [])

    # What watches a wall: nothing to say while it stands.

    def catalogue(self, check: Callable[[psycopg.Connection[Any]], list[str]]) -> list[str]:
        with connect_as_owner(self.settings.database_owner_url) as owner:
            return check(owner)

    def walk(self, *wanted: str) -> list[str]:
        measured = measure(self.settings, self.scene, wanted)
        return self.catalogue(lambda owner: wrong_reach(owner, self.scene, measured, wanted))

    def columns(self) -> list[str]:
        return self.catalogue(lambda owner: wrong_columns(owner, self.scene))

    def revisions(self) -> list[str]:
        return rewritten_revisions(self.settings, self.scene)

    def foreign_row(self) -> list[str]:
        try:
            self._add_foreign_row()
        except ForeignZone:
            return []
        except ProgrammingError:
            pass
        return ["a row for another zone leaves the session"]

    def confinement(self) -> list[str]:
        with scope(Plane.CITY, zone=self.here, reason="test"):
            try:
                zones = set(db.session.execute(select(R.zone_id)).scalars())
            except UnguardedStatement as refusal:
                return [f"a statement is not confined: {refusal}"]
        return [] if zones == {self.here.id} else ["a statement is confined to no zone"]

    def text_refusal(self) -> list[str]:
        with scope(Plane.STAFF, zone=self.here):
            try:
                db.session.execute(text("SELECT count(*) FROM zone_revisions"))
            except UnguardedStatement:
                return []
        return ["text() on a zone's table runs"]

    def scope_check(self) -> list[str]:
        with scope(Plane.STAFF, zone=self.here):
            db.session.execute(select(R.id)).all()
            try:
                with scope(Plane.STAFF, zone=self.there):
                    return ["a scope is entered over an open transaction"]
            except OpenTransaction:
                return []

    def role(self) -> list[str]:
        with scope(Plane.STAFF, zone=self.here):
            user = db.session.execute(text("SELECT current_user")).scalar_one()
        return [] if user == Plane.STAFF else [f"a transaction runs as {user}"]

    # What still holds when a wall is away.

    def guard_confines(self) -> None:
        """The compiler alone: ordinary queries reach one zone, whatever policies show."""
        with scope(Plane.STAFF, zone=self.here):
            assert set(db.session.execute(select(R.zone_id)).scalars()) == {self.here.id}
            assert db.session.scalar(select(func.count(R.id)).where(R.zone_id == self.there.id)) == 0

    def guard_refuses_foreign_row(self) -> None:
        with pytest.raises(ForeignZone):
            self._add_foreign_row()

    def policies_keep_zones_apart(self) -> None:
        """Row-level security alone: SQL nobody confined sees one zone and changes no other."""
        with scope(Plane.STAFF, zone=self.here), raw_sql(HERE):
            assert set(db.session.execute(select(R.zone_id)).scalars()) == {self.here.id}
            changed = text("UPDATE zone_revisions SET note = 'x' WHERE zone_id = :id")
            assert db.session.execute(changed, {"id": self.there.id}).rowcount == 0  # type: ignore[attr-defined]
            db.session.rollback()

    def policies_refuse_foreign_row(self) -> None:
        with pytest.raises(ProgrammingError, match="row-level security"):
            self._add_foreign_row()

    def what_is_unconfined_is_refused(self) -> None:
        with scope(Plane.CITY, zone=self.here, reason="test"), pytest.raises(UnguardedStatement):
            db.session.execute(select(R.id, R.note))
        self.policies_keep_zones_apart()

    def sessions_stay_apart(self) -> None:
        with scope(Plane.STAFF, zone=self.here):
            mine = db.session.execute(select(R).where(R.status == "published")).scalar_one()
            with scope(Plane.STAFF, zone=self.there):
                theirs = db.session.execute(select(R).where(R.status == "published")).scalar_one()
                assert mine not in db.session
                assert theirs.zone_id == self.there.id
            assert mine in db.session

    def nothing_runs_outside_a_scope(self) -> None:
        with pytest.raises(NoScope):
            db.session.execute(select(1))

    def login_reads_no_row(self) -> None:
        """No policy is for the login: even with a right it sees nothing."""
        with self.without_role(), scope(Plane.STAFF, zone=self.here), raw_sql(HERE):
            assert db.session.execute(text("SELECT count(*) FROM files")).scalar_one() == 0

    def login_has_no_right(self) -> None:
        with scope(Plane.STAFF, zone=self.here), pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(select(R.id))

    def rows_of(self, table: str) -> Callable[[], None]:
        def check() -> None:
            assert self.walk(table) == []

        return check

    def _add_foreign_row(self) -> None:
        with scope(Plane.STAFF, zone=self.here):
            db.session.add(R(zone_id=self.there.id, id=uuid7(), number=90_000, status="discarded", document={}))
            db.session.flush()
