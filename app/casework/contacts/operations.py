"""What staff write down of their work on a case. Each entry has an id of its form: sent twice it is kept once."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from app.casework.access.marking import mark_of, marked, thumbnail
from app.casework.calendar.in_force import work_calendar
from app.casework.contacts.models import CaseContact, CasePhoto, CaseTask, Way
from app.casework.contacts.queries import find_photo, find_task
from app.casework.errors import PaperRefused
from app.casework.models import Case
from app.casework.papers import clean_paper
from app.casework.queries import lock_case, lock_for_adding
from app.casework.reviews import readable, reading
from app.casework.sealing import seal_text
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.files import StoredFile, read_file, save_file
from app.core.images import FORMATS, MOST_BYTES
from app.core.uploads import Uploads
from app.identity.queries import Colleague
from tenants.context import Actor, current_zone
from tenants.database import db

PURPOSE = "casework.photo"
PHOTOS = Uploads(FORMATS, MOST_BYTES, most=6)
"""What one visit takes."""
TASK = "task"
TASK_DONE = "task_done"
CALL = "call"
VISIT = "visit"


def add_task(actor: Actor, case_id: UUID, task_id: UUID, title: str, assignee: Colleague, due_on: date) -> None:
    """Give somebody something to do for the case; what would be due on a day off is due on the next working day.

    Raises what `reviews.readable` does.
    """
    case = _held(actor, case_id)
    if db.session.get(CaseTask, (case.zone_id, task_id)) is not None:
        return
    task = CaseTask(
        id=task_id, case_id=case.id, member_id=case.member_id, assignee_id=assignee.account_id,
        assignee_name=assignee.name, due_on=work_calendar().working_day_from(due_on), created_by=actor.account_id,
        title_cipher=seal_text(CaseTask.__tablename__, "title_cipher", task_id, title),
    )  # fmt: skip
    db.session.add(task)
    _note(actor, case, TASK, title)


def finish_task(actor: Actor, case_id: UUID, task_id: UUID) -> None:
    """Note that a task is done, whoever did it; done twice it was done the first time. Raises `NotFound`."""
    case = lock_case(readable(actor, case_id).id)
    task, title = find_task(case.id, task_id)
    if task.done_at is None:
        task.done_at, task.done_by = now(), actor.account_id
        _note(actor, case, TASK_DONE, title)


def write_call(actor: Actor, case_id: UUID, call_id: UUID, told: dict[str, Any]) -> None:
    """Keep what was said on the phone. `told` is what `CallSchema` gives."""
    case = _held(actor, case_id)
    _write(actor, case, call_id, Way(told["way"]), told["call_at"],
           {"with_whom": told["with_whom"], "note": told["call_note"]})  # fmt: skip


def write_visit(
    actor: Actor, case_id: UUID, visit_id: UUID, told: dict[str, Any], photos: Iterable[tuple[bytes, str]]
) -> None:
    """Keep what was seen at home, with photos (bytes, name). `told` is what `VisitSchema` gives.

    Raises `PaperRefused`, also for too many photos; nothing is kept then.
    """
    case = _held(actor, case_id)
    visit = _write(actor, case, visit_id, Way.VISIT, told["visit_at"],
                   {"place": told["place"], "present": told["present"], "note": told["visit_note"]})  # fmt: skip
    for number, photo in enumerate(photos if visit is not None else ()):
        if number == PHOTOS.most:
            raise PaperRefused(PHOTOS.too_many())
        _attach(case, visit_id, *photo)


def _attach(case: Case, visit_id: UUID, data: bytes, name: str) -> None:
    clean = clean_paper(data, name)
    if not clean.media_type.startswith("image/"):
        raise PaperRefused(PHOTOS.wrong_format(name))
    stored = save_file(clean.data, name=clean.name, media_type=clean.media_type, purpose=PURPOSE,
                       visibility="personal", member_id=case.member_id)  # fmt: skip
    db.session.add(CasePhoto(case_id=case.id, member_id=case.member_id, contact_id=visit_id, file_id=stored.id))


def read_photo(actor: Actor, case_id: UUID, photo_id: UUID) -> tuple[StoredFile, bytes]:
    """A photo marked with its viewer; the look is recorded as that at any paper of the case."""
    case, part = reading(actor, case_id)
    stored, data = read_file(find_photo(case.id, photo_id).file_id)
    seen = marked(data, stored.media_type, mark_of(actor))
    record(case, "read_paper", part=part, document_id=str(photo_id))
    return stored, seen


def read_photo_thumbnail(actor: Actor, case_id: UUID, photo_id: UUID) -> tuple[StoredFile, bytes]:
    """A small copy of a photo, marked like the photo itself: part of reading the case."""
    case, part = reading(actor, case_id)
    stored, data = read_file(find_photo(case.id, photo_id).file_id)
    record(case, "read", part=part)
    return stored, thumbnail(data, mark_of(actor))


def _write(actor: Actor, case: Case, contact_id: UUID, way: Way, at: Any, told: dict[str, str]) -> CaseContact | None:
    """The new entry; None if it was there."""
    if db.session.get(CaseContact, (case.zone_id, contact_id)) is not None:
        return None
    contact = CaseContact(
        zone_id=current_zone().id, id=contact_id, case_id=case.id, member_id=case.member_id, way=way.value, at=at,
        account_id=actor.account_id, actor_name=actor.name,
        told_cipher=seal_text(CaseContact.__tablename__, "told_cipher", contact_id, json.dumps(told, ensure_ascii=False)),
    )  # fmt: skip
    db.session.add(contact)
    db.session.flush()
    _note(actor, case, CALL if way.is_call else VISIT)
    return contact


def _held(actor: Actor, case_id: UUID) -> Case:
    return lock_for_adding(readable(actor, case_id).id)


def _note(actor: Actor, case: Case, action: str, note: str = "") -> None:
    add_event(actor, case, action, note, is_shown=False)
    record(case, action)
