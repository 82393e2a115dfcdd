"""What staff do with cases: take steps, note, reveal, read. Every look at what a member told is recorded."""

from collections.abc import Iterable
from uuid import UUID

from app.casework.access.marking import mark_of, marked, thumbnail
from app.casework.access.rule import Part
from app.casework.access.standing import require_reading, standing_of
from app.casework.errors import CannotBeMarked
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.originals.keeping import find_original
from app.casework.paper_pages.drawing import drawn
from app.casework.queries import find_case, find_document, find_last_event, lock_cases, lock_for_adding
from app.casework.sealing import APPLICANT, unseal, unseal_notes
from app.casework.states import Step
from app.casework.steps import refusal, take_step
from app.casework.trail import add_event, record
from app.core.errors import DomainError, NotFound
from app.core.files import StoredFile, read_file
from app.core.pdf_files import PICTURE_TYPE
from tenants.context import Actor

NOTE = "note"


def staff_step(case: Case, action: str) -> Step:
    """A step of the case's table that staff take; raises `NotFound`."""
    step = find_kind(case.kind).table.find_step(action)
    if step is None or not step.who.is_staff:
        raise NotFound
    return step


def take_many(actor: Actor, module: str, case_ids: Iterable[UUID]) -> int:
    """Take every waiting case named of a module; those that moved on, are gone, or are the actor's own, are left. Returns how many."""
    taken = 0
    for case in lock_cases(module, case_ids):
        step = next((each for each in find_kind(case.kind).table.steps_from(case.state) if each.takes), None)
        if step is None or step.requires or refusal(actor, case, step, standing_of(actor, case)):
            continue
        take_step(actor, case.id, step.action, seen=case.mark)
        taken += 1
    return taken


def open_case(actor: Actor, case_id: UUID) -> Case:
    """The case as its reader may see it; the look is recorded, and the member can find out about it.

    Raises what `require_reading` does.
    """
    case, part = reading(actor, case_id)
    record(case, "read", part=part)
    return case


def readable(actor: Actor, case_id: UUID) -> Case:
    """The case, for who may read it; raises what `require_reading` does."""
    return reading(actor, case_id)[0]


def reads(actor: Actor, case_id: UUID) -> bool:
    """Whether the actor may read the case."""
    try:
        reading(actor, case_id)
    except DomainError:
        return False
    return True


def reading(actor: Actor, case_id: UUID) -> tuple[Case, Part]:
    """The case, and the part in it by which the actor may read it; raises what `require_reading` does."""
    case = find_case(case_id)
    return case, require_reading(actor, case)


def write_note(actor: Actor, case_id: UUID, note: str) -> None:
    """Add a line only staff see; the same words as the actor's own last line are a form sent twice."""
    case = lock_for_adding(readable(actor, case_id).id)
    last = find_last_event(case.id, (*find_kind(case.kind).table.actions, NOTE))
    is_own_note = last is not None and (last.action, last.account_id) == (NOTE, actor.account_id)
    if last is None or not is_own_note or unseal_notes([(last.id, last.note_cipher)]) != [note]:
        add_event(actor, case, NOTE, note, is_shown=False)


def reveal_applicant(actor: Actor, case_id: UUID, reason: str) -> dict[str, str]:
    """Name and phone in clear, for a reason that is kept where the member can read it."""
    case, part = reading(actor, case_id)
    record(case, "reveal", part=part, fields="name, phone", stated_reason=reason)
    return unseal(case, APPLICANT)


def read_document(actor: Actor, case_id: UUID, document_id: UUID) -> tuple[StoredFile, bytes]:
    """A paper marked with its viewer; the look is recorded. Raises `CannotBeMarked`."""
    case, part = reading(actor, case_id)
    stored, data = read_file(find_document(case.id, document_id).file_id)
    seen = marked(data, stored.media_type, mark_of(actor))
    record(case, "read_paper", part=part, document_id=str(document_id))
    return stored, seen


def read_page(actor: Actor, case_id: UUID, document_id: UUID, number: int) -> tuple[StoredFile, bytes]:
    """A paper that is a PDF, and the picture of a page of it, marked with its viewer; the look is recorded.

    Raises what `drawn` does.
    """
    case, part = reading(actor, case_id)
    stored, data = read_file(find_document(case.id, document_id).file_id)
    seen = marked(drawn(stored, data, number), PICTURE_TYPE, mark_of(actor))
    record(case, "read_paper", part=part, document_id=str(document_id), page=number)
    return stored, seen


def read_thumbnail(actor: Actor, case_id: UUID, document_id: UUID) -> tuple[StoredFile, bytes]:
    """A small copy of a picture, marked like the picture itself: part of reading the case. Raises `NotFound` for what is none."""
    case, part = reading(actor, case_id)
    stored, data = read_file(find_document(case.id, document_id).file_id)
    if not stored.media_type.startswith("image/"):
        raise NotFound
    record(case, "read", part=part)
    return stored, thumbnail(data, mark_of(actor))


def may_save_unmarked(actor: Actor, case_id: UUID) -> bool:
    return reading(actor, case_id)[1] is Part.HANDLER


def save_unmarked(actor: Actor, case_id: UUID, document_id: UUID, reason: str) -> tuple[StoredFile, bytes]:
    """A paper that can't be marked, for the handler alone and for a reason the member reads; what can be marked is.

    Raises `CannotBeMarked` for anybody else.
    """
    try:
        return read_document(actor, case_id, document_id)
    except CannotBeMarked:
        if not may_save_unmarked(actor, case_id):
            raise
    case, part = reading(actor, case_id)
    stored, data = read_file(find_document(case.id, document_id).file_id)
    record(case, "read_paper", part=part, document_id=str(document_id), stated_reason=reason)
    return stored, data


def save_original(actor: Actor, case_id: UUID, document_id: UUID, reason: str) -> tuple[StoredFile, bytes]:
    """A paper as it was sent, for the handler alone and for a reason the member reads. Raises `CannotBeMarked` for anybody else."""
    if not may_save_unmarked(actor, case_id):
        raise CannotBeMarked
    case, part = reading(actor, case_id)
    stored, data = read_file(find_original(case.id, document_id).file_id)
    record(case, "read_paper", part=part, document_id=str(document_id), is_original=True, stated_reason=reason)
    return stored, data
