"""Taking a merge back: former values return, what it created goes, unless somebody touched it since."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core import audit
from app.core.clock import now
from app.core.jobs import checkpoint
from app.members import sealing
from app.members.locking import one_writer
from app.members.roster import sealed_rows
from app.members.roster.checking import CHUNK, Progress, find_batch, never, no_progress
from app.members.roster.comparing import MEMBERSHIP_FIELDS, PERSON_FIELDS, Known
from app.members.roster.heap import frozen_heap
from app.members.roster.matching import find_owners, load_people
from app.members.roster.merging import Overtaken, retried
from app.members.roster.models import BatchState, ImportBatch, ImportChange
from app.members.roster.reporting import old_values
from app.members.roster.restoring import remove_members, restore
from app.members.roster.states import begin_undo
from tenants.context import current_zone
from tenants.database import db


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """What one line did; `log` is described by `writing._log`."""

    id: UUID
    line: int
    member_id: UUID
    is_new_member: bool
    membership_id: UUID | None
    former_id: UUID | None
    log: dict[str, Any]


@frozen_heap()
def undo_roster_in_steps(
    batch_id: UUID, progress: Progress = no_progress, *, chunk: int = CHUNK, is_cancelled: Callable[[], bool] = never
) -> ImportBatch:
    """Undo a committed batch from its last line to its first; commits chunk by chunk and goes on where it ended.

    Each line is undone whole or, if its record was touched since, refused whole with the reason in its log entry.
    Runs on the worker plane. Raises `NotUndoable`.
    """
    batch = find_batch(batch_id)
    begin_undo(batch)
    total = db.session.scalar(select(func.count(ImportChange.id)).where(ImportChange.batch_id == batch_id)) or 0
    db.session.commit()
    while batch.state == BatchState.UNDOING and not is_cancelled():
        done = retried(lambda: _undo_next(batch_id, chunk))
        if not done:
            return _finish(batch_id)
        progress(min(done, total), total)
    return batch


def _undo_next(batch_id: UUID, chunk: int) -> int:
    """Undo the next lines; returns how many lines are dealt with in all, 0 when none is left."""
    batch = find_batch(batch_id)
    one_writer()
    logged = _load(batch_id, batch.cursor, chunk)
    if not logged:
        db.session.commit()
        return 0
    people = load_people(change.member_id for change in logged)
    old = old_values(people.values())
    refusals = {change.id: code for change in logged if (code := _refusal(change, people, old))}
    refusals |= dict.fromkeys(_with_taken_documents(logged), "touched")
    free = [change for change in logged if change.id not in refusals]
    if not restore([change for change in free if not change.is_new_member], people):
        raise Overtaken
    for change in remove_members([change for change in free if change.is_new_member]):
        refusals[change.id] = "in_use"
    _note(batch, logged, refusals)
    done = sum(batch.undo_counts.values())
    checkpoint()
    return done


def _load(batch_id: UUID, before_line: int, limit: int) -> list[LoggedChange]:
    rows = db.session.execute(
        select(ImportChange.id, ImportChange.line, ImportChange.member_id, ImportChange.is_new_member,
               ImportChange.membership_id, ImportChange.former_membership_id, ImportChange.sealed)
        .where(ImportChange.batch_id == batch_id, ImportChange.line < before_line)
        .order_by(ImportChange.line.desc()).limit(limit)
    ).all()  # fmt: skip
    logs = sealed_rows.unseal(sealed_rows.CHANGE, [(row.id, row.sealed) for row in rows])
    return [LoggedChange(*row[:6], _whole(log)) for row, log in zip(rows, logs, strict=True)]


def _whole(log: dict[str, Any]) -> dict[str, Any]:
    """The log of a new member spelt out like all others."""
    if "new" not in log:
        return log
    values = log["new"]
    person = {name: [None, values[name]] for name in (*PERSON_FIELDS, "id_kind") if name in values}
    after = {name: values.get(name) for name in MEMBERSHIP_FIELDS}
    return {"person": person, "membership": "create", "before": dict.fromkeys(after), "after": after}


def _refusal(change: LoggedChange, people: dict[UUID, Known], old: dict[Any, dict[str, str]]) -> str:
    """Why a line must stay as it is; '' if everything it wrote still stands as written."""
    known = people.get(change.member_id)
    if known is None:
        return "touched"
    if change.is_new_member and known.is_verified:
        return "verified"
    for name, (_, written) in change.log["person"].items():
        present = old[known.id][name] if name in old[known.id] else getattr(known, name)
        if present != written:
            return "touched"
    return "" if _membership_stands(change, known) else "touched"


def _with_taken_documents(logged: list[LoggedChange]) -> list[UUID]:
    """Changes whose former document meanwhile belongs to somebody else."""
    former = {
        sealing.document_index(change.log["person"]["id_kind"][0], number): change
        for change in logged
        if (number := change.log["person"].get("id_number", (None, None))[0])
    }
    owners = find_owners(list(former))
    return [former[index].id for index, owner in owners.items() if owner != former[index].member_id]


def _membership_stands(change: LoggedChange, known: Known) -> bool:
    kind = change.log["membership"]
    if kind == "none":
        return True
    expected = change.former_id if kind == "rewrite" else change.membership_id
    after = change.log["after"]
    return known.membership_id == expected and all(getattr(known, name) == after[name] for name in after)


def _note(batch: ImportBatch, logged: list[LoggedChange], refusals: dict[UUID, str]) -> None:
    counts = Counter(batch.undo_counts)
    counts.update({"refused": len(refusals), "undone": len(logged) - len(refusals)})
    batch.undo_counts = dict(counts)
    batch.cursor = logged[-1].line
    for code in set(refusals.values()):
        db.session.execute(
            db.update(ImportChange)
            .where(ImportChange.id.in_([key for key, reason in refusals.items() if reason == code]))
            .values(refusal=code)
        )


def _finish(batch_id: UUID) -> ImportBatch:
    batch = find_batch(batch_id)
    if batch.state == BatchState.UNDOING:
        batch.state = BatchState.UNDONE.value
        batch.undone_at = now()
        audit.record("members.undo_import", object_type="import", object_id=batch_id, zone_id=current_zone().id,
                     counts=batch.undo_counts)  # fmt: skip
    db.session.commit()
    return batch
