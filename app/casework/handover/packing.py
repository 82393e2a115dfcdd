"""A case read whole in the zone it leaves, and written anew in the one it goes on in: every word sealed for its new place.

What staff wrote for themselves (inner lines, tasks, calls and visits) stays where it was written, and so does what a table of
another feature says; each names that (`OfACase.stays`), and the handler reads it before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.casework import clock_runs
from app.casework.assignment.operations import offer as give_to_handler
from app.casework.conversation.models import CaseMessage
from app.casework.conversation.queries import seal_body, unseal_bodies
from app.casework.handover.deeds import ARRIVE
from app.casework.handover.models import CaseHandover, CaseOrigin
from app.casework.kinds import find_kind
from app.casework.links.queries import list_merged_into
from app.casework.models import Case, CaseClock, CaseDocument, CaseEvent, CaseName
from app.casework.operations import make_findable, next_number
from app.casework.originals.models import CaseOriginal
from app.casework.pauses.models import CasePause
from app.casework.sealing import ANSWERS, APPLICANT, seal, seal_note, unseal, unseal_notes
from app.casework.states import Phase
from app.casework.trail import add_event, record
from app.core.files import StoredFile, copy_from_zone
from tenants.context import SYSTEM, current_zone
from tenants.database import db
from tenants.ids import uuid7

KEPT = (
    "member_id", "module", "kind", "is_single", "is_urgent", "needs_two_people", "form_version", "union_path", "blind_paths",
    "amount_requested_cents", "consent_version", "consented_at", "submitted_by", "submitted_at", "due_at", "paused_at",
    "answered_at", "answered_in_days", "answered_in_time",
)  # fmt: skip
CARRIED = (CaseName, CaseDocument, CaseOriginal, CaseMessage, CaseEvent, CaseClock, CasePause)
"""The tables of things of a case of which something goes along."""
AS_IT_STANDS = ("recommendation", "amount_recommended_cents", "recommended_by", "accepted_by")
"""What also stays of a case whose aid was granted before: it goes on where it stood."""
OF_A_CLOCK = (
    "clock", "started_at", "counted_from", "counted", "counted_unit", "due_at", "remind_at", "escalate_at", "paused_at", "time_left",
    "reminded_at", "found_late_at", "escalated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row with a text in clear, the file that belongs to it, and that as it was sent where it is kept so, too."""

    values: dict[str, Any]
    text: str = ""
    file: StoredFile | None = None
    original: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """A case in clear, in memory for as long as it is carried."""

    id: UUID
    number: str
    zone_id: UUID
    zone_name: str
    values: dict[str, Any]
    answers: dict[str, Any]
    applicant: dict[str, Any]
    clocks: list[Line]
    pauses: list[Line]
    history: list[Line]
    papers: list[Line]
    messages: list[Line]
    consent_version: str
    agreed_at: datetime


def pack(case: Case, handover: CaseHandover) -> Packed:
    """All that goes along; the case stood in `from_state` before it left."""
    cases = [case.id, *(merged.id for merged in list_merged_into(case.id))]
    kind, state = find_kind(case.kind), handover.from_state or case.state
    is_new_there = clock_runs.awaits_answer(case)
    values = _values(case, KEPT) | ({} if is_new_there else _values(case, AS_IT_STANDS))
    values["state"] = (kind.table.untaken or state) if is_new_there else state
    clocks = select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None))
    pauses = select(CasePause).where(CasePause.case_id == case.id).order_by(CasePause.id)
    return Packed(
        id=case.id, number=case.number or "", zone_id=case.zone_id, zone_name=current_zone().name, values=values,
        answers=unseal(case, ANSWERS), applicant=unseal(case, APPLICANT),
        clocks=[Line(_values(row, OF_A_CLOCK)) for row in db.session.scalars(clocks)],
        pauses=[Line(_values(row, ("paused_at", "resume_on"))) for row in db.session.scalars(pauses)],
        history=_history(case.id), papers=_papers(cases), messages=_messages(cases),
        consent_version=handover.consent_version or "", agreed_at=handover.answered_at or handover.proposed_at,
    )  # fmt: skip


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _history(case_id: UUID) -> list[Line]:
    """The lines that were told to the member."""
    told = select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.visibility == "member")
    lines = list(db.session.scalars(told.order_by(CaseEvent.id)))
    notes = unseal_notes([(line.id, line.note_cipher) for line in lines])
    names = ("action", "from_state", "to_state", "actor_name", "visibility", "at")
    return [Line(_values(line, names), note) for line, note in zip(lines, notes, strict=True)]


def _papers(cases: list[UUID]) -> list[Line]:
    sent = aliased(StoredFile)
    rows = db.session.execute(
        select(CaseDocument, StoredFile, sent)
        .join(StoredFile, StoredFile.id == CaseDocument.file_id)
        .outerjoin(CaseOriginal, CaseOriginal.document_id == CaseDocument.id)
        .outerjoin(sent, sent.id == CaseOriginal.file_id)
        .where(CaseDocument.case_id.in_(cases))
        .order_by(CaseDocument.id)
    ).all()
    return [Line(_values(paper, ("paper", "created_at")), file=file, original=sent) for paper, file, sent in rows]


def _messages(cases: list[UUID]) -> list[Line]:
    rows = db.session.execute(
        select(CaseMessage, StoredFile)
        .outerjoin(StoredFile, StoredFile.id == CaseMessage.file_id)
        .where(CaseMessage.case_id.in_(cases))
        .order_by(CaseMessage.id)
    ).all()
    bodies = unseal_bodies([(message.id, message.body_cipher) for message, _file in rows])
    names = ("author", "account_id", "actor_name", "sent_at", "read_at")
    return [
        Line(_values(message, names), body, file) for (message, file), body in zip(rows, bodies, strict=True)
    ]  # fmt: skip


def unpack(packed: Packed, case_id: UUID) -> Case:
    """The case in the running zone, under a number of its own, with the promise it had. Worker plane."""
    case = Case(zone_id=current_zone().id, id=case_id, phase=Phase.OPEN, **packed.values)
    case.number = next_number(find_kind(case.kind))
    seal(case, ANSWERS, packed.answers)
    seal(case, APPLICANT, packed.applicant)
    db.session.add(case)
    db.session.flush()
    make_findable(case, packed.applicant["name"])
    db.session.add_all(CaseClock(**_of(case), **line.values) for line in packed.clocks)
    db.session.add_all(CasePause(**_of(case), **line.values) for line in packed.pauses)
    for line in packed.history:
        event_id = uuid7()
        db.session.add(CaseEvent(**_of(case, event_id), **line.values, note_cipher=seal_note(event_id, line.text)))
    for line in packed.papers:
        _unpack_paper(case, line)
    for line in packed.messages:
        message_id = uuid7()
        db.session.add(
            CaseMessage(
                **_of(case, message_id),
                **line.values,
                body_cipher=seal_body(message_id, line.text),
                file_id=_copied(line.file),
            )
        )
    _note_arrival(case, packed)
    return case


def _unpack_paper(case: Case, line: Line) -> None:
    document_id = uuid7()
    db.session.add(CaseDocument(**_of(case, document_id), **line.values, file_id=_copied(line.file)))
    if line.original is not None:
        db.session.flush()
        db.session.add(CaseOriginal(**_of(case), document_id=document_id, file_id=_copied(line.original)))


def _of(case: Case, row_id: UUID | None = None) -> Mapping[str, Any]:
    return {"id": row_id or uuid7(), "case_id": case.id, "member_id": case.member_id}


def _copied(file: StoredFile | None) -> UUID | None:
    """The file's copy in this zone; one at a time: all of a case's may be two hundred megabytes."""
    return copy_from_zone(file).id if file else None


def _note_arrival(case: Case, packed: Packed) -> None:
    db.session.add(
        CaseOrigin(
            **_of(case), from_zone_id=packed.zone_id, from_case_id=packed.id, from_name=packed.zone_name,
            from_number=packed.number, consent_version=packed.consent_version, agreed_at=packed.agreed_at,
        )
    )  # fmt: skip
    event = add_event(SYSTEM, case, ARRIVE, f"{packed.zone_name} · {packed.number}", is_shown=True)
    record(case, ARRIVE, former=packed.number)
    give_to_handler(case, event)
    find_kind(case.kind).own.follow(case, event)
