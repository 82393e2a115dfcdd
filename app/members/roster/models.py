"""An import, its staged rows and the log that undoes it. All hold personal data sealed."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class BatchState(StrEnum):
    """uploaded → unreadable | ready → committing → committed → undoing → undone; before committing also → discarded.

    What is being committed may be undone too, as far as it was written.
    """

    UPLOADED = "uploaded"
    UNREADABLE = "unreadable"
    READY = "ready"
    COMMITTING = "committing"
    COMMITTED = "committed"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


class Outcome(StrEnum):
    """What the merge does with a row. Of `kept` rows only verified values differ, and those stay as they are."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"
    TRANSFER = "transfer"
    REFUSED = "refused"


class ImportBatch(ZoneScoped, db.Model):
    """One uploaded roster of a zone.

    `columns` maps our fields to the file's columns (`{"phone": ["C", "手机号"]}`), `ignored` names the others, `problem`
    says why the file can't be read (`code`, `params`), `counts` the rows by outcome. `cursor` is the last line that the
    running merge (counting up) or undoing (counting down) has dealt with, `moved_at` when it last got anywhere.
    """

    __tablename__ = "members_import_batches"

    state: Mapped[str] = mapped_column(default=BatchState.UPLOADED.value)
    filename: Mapped[str]
    default_union_id: Mapped[UUID] = mapped_column(ForeignKey("unions.id"))
    upload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ignored: Mapped[list[Any]] = mapped_column(default=list)
    problem: Mapped[dict[str, Any]] = mapped_column(default=dict)
    total: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undo_counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cursor: Mapped[int] = mapped_column(default=0)
    task_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None]
    created_by_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    moved_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    committed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportRow(ZoneScoped, db.Model):
    """One staged line. Its id becomes that of the member and membership it creates, so a repeated chunk makes no twins."""

    __tablename__ = "members_import_rows"

    batch_id: Mapped[UUID]
    line: Mapped[int]
    outcome: Mapped[str]
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    member_id: Mapped[UUID | None]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    report: Mapped[bytes | None] = mapped_column(LargeBinary)


class ImportChange(ZoneScoped, db.Model):
    """What one line did: the sealed values before and after. `refusal` says why it could not be undone."""

    __tablename__ = "members_import_changes"

    batch_id: Mapped[UUID]
    line: Mapped[int]
    member_id: Mapped[UUID]
    is_new_member: Mapped[bool]
    membership_id: Mapped[UUID | None]
    former_membership_id: Mapped[UUID | None]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    refusal: Mapped[str] = mapped_column(default="")
