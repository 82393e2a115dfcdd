"""The audit trail: who did what to which object, written in the same transaction as the deed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    BindParameter,
    ColumnElement,
    FetchedValue,
    ForeignKey,
    Select,
    String,
    Uuid,
    bindparam,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from tenants.context import current_scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.isolation import RUNNING_ZONE
from tenants.models import PathText


class AuditEntry(db.Model):
    """One deed. `subject_member_id` is the person concerned, who may read the entry; whoever is tied to a union under one of the
    `blind_paths` may not."""

    __tablename__ = "audit_entries"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - some planes may write entries and not read them

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    plane: Mapped[str]
    account_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(default="")
    action: Mapped[str]
    object_type: Mapped[str] = mapped_column(default="")
    object_id: Mapped[str] = mapped_column(default="")
    subject_member_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(default="")
    blind_paths: Mapped[list[str]] = mapped_column(ARRAY(PathText), FetchedValue())
    at: Mapped[datetime] = mapped_column(server_default=db.func.clock_timestamp())


def record(
    action: str,
    *,
    object_type: str = "",
    object_id: object = "",
    subject_member_id: UUID | None = None,
    zone_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Write an entry for the running scope; `action` is `<module>.<verb>`, `detail` holds no personal data in clear."""
    scope = current_scope()
    db.session.add(
        AuditEntry(
            zone_id=scope.zone.id if scope.zone else zone_id,
            plane=scope.plane.value,
            account_id=scope.actor.account_id,
            actor_name=scope.actor.name,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            subject_member_id=subject_member_id,
            detail=detail,
            reason=scope.reason,
        )
    )


def entry(
    action: str, *, object_type: str, object_id: ColumnElement[str], detail: ColumnElement[dict[str, Any]]
) -> Select[*tuple[Any, ...]]:
    """Selects what `record` would write, for `written`; the scope is the one that the statement is executed in."""
    return select(
        _found(uuid7, Uuid()).label("id"),
        RUNNING_ZONE.label("zone_id"),
        _found(lambda: current_scope().plane.value, String()).label("plane"),
        _found(lambda: current_scope().actor.account_id, Uuid()).label("account_id"),
        _found(lambda: current_scope().actor.name, String()).label("actor_name"),
        literal(action).label("action"),
        literal(object_type).label("object_type"),
        object_id.label("object_id"),
        detail.label("detail"),
        _found(lambda: current_scope().reason, String()).label("reason"),
    )


def written(entries: Select[*tuple[Any, ...]]) -> CTE:
    """Writes entries in the statement that it is added to (`Select.add_cte`), which may be made once and kept."""
    names = list(entries.selected_columns.keys())
    return insert(AuditEntry).from_select(names, entries, include_defaults=False).cte("written")


def _found(find: Callable[[], Any], of: TypeEngine[Any]) -> BindParameter[Any]:
    """A value that is found when the statement is executed."""
    return bindparam(None, callable_=find, type_=of, unique=True)
