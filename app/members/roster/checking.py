"""The dry run: read the file, hold every row against the database, stage what was found. Writes no member."""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from app.core.clock import now
from app.core.coded_error import CodedError
from app.core.errors import Conflict
from app.core.heap import frozen_heap
from app.core.jobs import checkpoint
from app.core.platform import platform
from app.core.sheets import Row, Sheet, SheetError, SheetLimits, read_sheet
from app.core.sheets.cells import column_name
from app.members.roster.comparing import Decision, UnionPlace, decide
from app.members.roster.duplicates import Duplicates
from app.members.roster.headings import Columns, HeadingError, recognise
from app.members.roster.matching import find_people, index_entries
from app.members.roster.models import BatchState, ImportBatch, ImportRow, Outcome
from app.members.roster.parsing import Entry, RowParser
from app.members.roster.places import UnionPlaces
from app.members.roster.problems import Problem
from app.members.roster.reporting import describe
from app.members.roster.staging import stage
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7

Progress = Callable[[int, int], None]
LIMITS = SheetLimits(max_rows=200_000)
CHUNK = 5_000


def no_progress(_: int, __: int) -> None:
    """For callers that show nothing."""


def never() -> bool:
    """For callers that can't be called off."""
    return False


def upload_place(batch_id: UUID) -> str:
    """What an upload is sealed for."""
    return f"members_import_batches|{batch_id}"


def find_batch(batch_id: UUID) -> ImportBatch:
    """The running zone's import, locked until the transaction ends, so that two workers never run the same one."""
    batch = db.session.get(ImportBatch, (current_zone().id, batch_id), with_for_update=True, populate_existing=True)
    if batch is None:
        raise Conflict
    return batch


@frozen_heap()
def check_roster_in_steps(batch_id: UUID, progress: Progress = no_progress) -> ImportBatch:
    """Stage the uploaded file of a batch; commits chunk by chunk. Runs on the worker plane; starts anew when repeated.

    The batch ends `ready` with its counts, or `unreadable` with the reason; the upload is erased either way.
    """
    batch = find_batch(batch_id)
    if batch.state != BatchState.UPLOADED:
        db.session.commit()
        return batch
    db.session.execute(db.delete(ImportRow).where(ImportRow.batch_id == batch_id))
    batch.total, batch.counts = 0, {}
    try:
        _stage_all(batch, _open_upload(batch), progress)
    except _Overruled:
        db.session.rollback()
    except (SheetError, HeadingError) as fault:
        _refuse(batch, fault)
    batch = find_batch(batch_id)
    db.session.commit()
    return batch


class _Overruled(Exception):
    """The batch was discarded meanwhile, or another check of it has begun: what this one knows counts no more."""


def _hold(batch: ImportBatch, total: int) -> None:
    """Lock the batch, which must be as this check left it: waiting, with `total` rows staged."""
    db.session.flush()
    find_batch(batch.id)
    if batch.state != BatchState.UPLOADED or batch.total != total:
        raise _Overruled


def _refuse(batch: ImportBatch, fault: CodedError) -> None:
    db.session.rollback()
    find_batch(batch.id)
    if batch.state == BatchState.UPLOADED:
        db.session.execute(db.delete(ImportRow).where(ImportRow.batch_id == batch.id))
        batch.problem = {"code": fault.code, "params": fault.params}
        _end(batch, BatchState.UNREADABLE)
    db.session.commit()


def _end(batch: ImportBatch, state: BatchState) -> None:
    batch.state, batch.upload, batch.moved_at = state.value, None, now()


def _open_upload(batch: ImportBatch) -> Sheet:
    """The uploaded sheet; its bytes are let go of as soon as it is open."""
    data = platform().blobs.open(batch.upload or b"", upload_place(batch.id))
    db.session.expire(batch, ["upload"])
    return read_sheet(io.BytesIO(data), batch.filename, LIMITS)


def _stage_all(batch: ImportBatch, sheet: Sheet, progress: Progress) -> None:
    columns = recognise(sheet.headers)
    batch.columns = {field: [column_name(place), columns.headings[field]] for field, place in columns.places.items()}
    batch.ignored = [*columns.ignored, *sheet.other_sheets]
    checker = _Checker(batch, columns)
    for rows in _chunks(sheet.rows):
        _hold(batch, checker.total)
        checker.check(rows)
        batch.total, batch.counts, batch.moved_at = checker.total, dict(checker.counts), now()
        checkpoint()
        progress(checker.total, max(sheet.expected_rows, checker.total))
    _hold(batch, checker.total)
    _end(batch, BatchState.READY)
    db.session.commit()


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


class _Checker:
    """Checks the chunks of one sheet one after another, remembering who was already named."""

    def __init__(self, batch: ImportBatch, columns: Columns) -> None:
        self._zone = current_zone()
        self._batch_id = batch.id
        self._parser = RowParser(columns)
        self._places = UnionPlaces(self._zone)
        self._places.load([batch.default_union_id])
        self._default = self._places.by_id(batch.default_union_id)
        self._duplicates = Duplicates()
        self.counts: Counter[str] = Counter()
        self.total = 0

    def check(self, rows: list[Row]) -> None:
        entries = [self._parser.parse(line, cells) for line, cells in rows]
        usable = [entry for entry in entries if not entry.problems]
        index_entries(usable)
        self._places.prepare(entry.values["union"] for entry in entries if "union" in entry.values)
        unions = {entry.line: self._place(entry) for entry in entries}
        decisions = self._decide([entry for entry in usable if not entry.problems], unions)
        for entry in entries:
            entry.row_id = uuid7()
        stage(self._batch_id, entries, decisions, unions, describe(entries, decisions, unions, self._parser.cell))
        self.total += len(entries)
        self.counts.update(
            decisions[entry.line].outcome.value if entry.line in decisions else Outcome.REFUSED.value
            for entry in entries
        )  # fmt: skip
        self.counts["kept_too"] += sum(
            bool(decision.kept) for decision in decisions.values() if decision.outcome is Outcome.CHANGED
        )

    def _place(self, entry: Entry) -> UnionPlace | None:
        """Where the row puts the person; None where it says nothing. Notes a union that is not to be found."""
        name = entry.values.pop("union", None)
        if name is None:
            return None
        place, code = self._places.find(name)
        if code:
            entry.problems.append(Problem(code, self._parser.cell("union", entry.line)))
        return place

    def _decide(self, entries: list[Entry], unions: dict[int, UnionPlace | None]) -> dict[int, Decision]:
        """The decisions by line; what a row repeats or leaves open is noted as its problem instead."""
        single = [entry for entry in entries if not self._duplicates.note_entry(entry, self._parser.cell)]
        decisions: dict[int, Decision] = {}
        for entry, match in zip(single, find_people(single), strict=True):
            if match.code:
                entry.problems.append(Problem(match.code, self._parser.cell("phone", entry.line)))
                continue
            decision = decide(entry, unions[entry.line], match.known, self._zone.union_path)
            if decision.outcome is Outcome.REFUSED:
                entry.problems.append(Problem(decision.code, self._parser.cell(decision.field, entry.line)))
                continue
            if decision.known is not None and self._duplicates.note_person(decision.known.id, entry):
                continue
            if decision.outcome is Outcome.NEW and unions[entry.line] is None:
                if self._default is None:
                    entry.problems.append(Problem("no_union"))
                    continue
                unions[entry.line] = self._default
            decisions[entry.line] = decision
        return decisions


def staged_report(batch: ImportBatch) -> dict[str, Any]:
    """A batch as plain data, for programs."""
    return {
        "id": str(batch.id),
        "state": batch.state,
        "filename": batch.filename,
        "columns": batch.columns,
        "ignored": batch.ignored,
        "problem": batch.problem,
        "total": batch.total,
        "counts": batch.counts,
        "undo_counts": batch.undo_counts,
    }
