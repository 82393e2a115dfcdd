"""Taking a merge back: former values return, what it created goes, unless somebody touched it since."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core import audit
from app.core.clock import now
from app.core.heap import frozen_heap
from app.core.jobs import checkpoint
from app.members import sealing
from app.members.changes import roster_changed
from app.members.locking import one_writer
from app.members.retrying import Overtaken
from app.members.roster import sealed_rows
from app.members.roster.checking import CHUNK, Progress, find_batch, never, no_progress
from app.members.roster.chunking import Stride
from app.members.roster.comparing import IDENTITY_FIELDS, MEMBERSHIP_FIELDS, PERSON_FIELDS, Known
from app.members.roster.hanging import members_with_more, members_with_more_elsewhere
from app.members.roster.matching import find_owners, lock_people
from app.members.roster.models import BatchState, ImportBatch, ImportChange
from app.members.roster.reporting import old_values
from app.members.roster.restoring import end_memberships, remove_members, restore
from app.members.roster.states import begin_undo
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import is_within


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
    stride = Stride(chunk)
    while batch.state == BatchState.UNDOING and not is_cancelled():
        done = stride.take(lambda size: _undo_next(batch_id, size), lambda: _refuse_next(batch_id))
        if not done:
            return _finish(batch_id)
        progress(min(done, total), total)
    return batch


def _undo_next(batch_id: UUID, chunk: int) -> int:
    """Undo the next lines; returns how many lines are dealt with in all, 0 when none is left."""
    elsewhere = _used_elsewhere(batch_id, chunk)
    batch, logged = _next(batch_id, chunk)
    if not logged:
        db.session.commit()
        return 0
    one_writer()
    people = lock_people(change.member_id for change in logged)
    old = old_values(people.values())
    refusals = {change.id: code for change in logged if (code := _refusal(change, people, old))}
    refusals |= dict.fromkeys(_with_taken_documents(logged), "touched")
    free = [change for change in logged if change.id not in refusals]
    if not restore([change for change in free if not change.is_new_member], people):
        raise Overtaken
    for change in _take_out([change for change in free if change.is_new_member], elsewhere):
        refusals[change.id] = "in_use"
    return _note(batch, logged, refusals)


def _next(batch_id: UUID, chunk: int) -> tuple[ImportBatch, list[LoggedChange]]:
    """The next lines of a batch that is still to be undone."""
    batch = find_batch(batch_id)
    return batch, _load(batch_id, batch.cursor, chunk) if batch.state == BatchState.UNDOING else []


def _used_elsewhere(batch_id: UUID, chunk: int) -> set[UUID]:
    """Of the people the next lines made, those of whom another zone keeps something; no transaction is open after it."""
    batch = find_batch(batch_id)
    lines = (
        select(ImportChange.member_id, ImportChange.is_new_member)
        .where(ImportChange.batch_id == batch_id, ImportChange.line < batch.cursor)
        .order_by(ImportChange.line.desc()).limit(chunk)
    )  # fmt: skip
    made = [row.member_id for row in db.session.execute(lines) if row.is_new_member]
    db.session.commit()
    return members_with_more_elsewhere(made) if made else set()


def _take_out(made: list[LoggedChange], elsewhere: set[UUID]) -> list[LoggedChange]:
    """Delete the people a batch made; of those whom the platform knows more of, returned, only the membership ends."""
    used = elsewhere | members_with_more([change.member_id for change in made])
    stay = [change for change in made if change.member_id in used]
    stay += remove_members([change for change in made if change.member_id not in used])
    end_memberships(stay)
    return stay


def _refuse_next(batch_id: UUID) -> int:
    """Leave the one line that the database does not take back, so that the others are not held up by it."""
    batch, logged = _next(batch_id, 1)
    if not logged:
        db.session.commit()
        return 0
    return _note(batch, logged, {logged[0].id: "touched"})


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
    return {"person": person, "membership": "create", "before": dict.fromkeys(after), "after": after,
            "verified_at": None}  # fmt: skip


def _refusal(change: LoggedChange, people: dict[UUID, Known], old: dict[Any, dict[str, str]]) -> str:
    """Why a line must stay as it is; '' if everything it wrote still stands as written."""
    known = people.get(change.member_id)
    if known is None:
        return "touched"
    if not is_within(known.union_path or "", current_zone().union_path):
        return "touched"
    if known.is_verified and known.verified_at != change.log["verified_at"] and _touches_identity(change):
        return "verified"
    if "phone" in change.log["person"] and known.is_phone_proved and not change.is_new_member:
        return "proved"
    for name, (_, written) in change.log["person"].items():
        present = old[known.id][name] if name in old[known.id] else getattr(known, name)
        if present != written:
            return "touched"
    return "" if _membership_stands(change, known) else "touched"


def _touches_identity(change: LoggedChange) -> bool:
    """Whether undoing the line would take back something that a verification vouches for."""
    return change.is_new_member or any(name in IDENTITY_FIELDS for name in change.log["person"])


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


def _note(batch: ImportBatch, logged: list[LoggedChange], refusals: dict[UUID, str]) -> int:
    """Count the lines as dealt with and commit; returns how many are."""
    counts = Counter(batch.undo_counts)
    counts.update({"refused": len(refusals), "undone": len(logged) - len(refusals)})
    batch.undo_counts = dict(counts)
    batch.cursor, batch.moved_at = logged[-1].line, now()
    for code in set(refusals.values()):
        db.session.execute(
            db.update(ImportChange)
            .where(ImportChange.id.in_([key for key, reason in refusals.items() if reason == code]))
            .values(refusal=code)
        )
    done = sum(batch.undo_counts.values())
    roster_changed(current_zone().union_path)
    checkpoint()
    return done


def _finish(batch_id: UUID) -> ImportBatch:
    batch = find_batch(batch_id)
    if batch.state == BatchState.UNDOING:
        batch.state = BatchState.UNDONE.value
        batch.undone_at = batch.moved_at = now()
        audit.record("members.undo_import", object_type="import", object_id=batch_id, zone_id=current_zone().id,
                     counts=batch.undo_counts)  # fmt: skip
    db.session.commit()
    return batch
