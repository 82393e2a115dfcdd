"""Reads of tasks, calls and visits, in clear."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.casework.access.conflicts import may_know
from app.casework.contacts.models import CaseContact, CasePhoto, CaseTask, Way
from app.casework.kinds import casework_of
from app.casework.models import Case
from app.casework.sealing import unseal_texts
from app.core.clock import today_in_china
from app.core.errors import NotFound
from tenants.context import Actor
from tenants.database import db

MOST_TASKS = 200


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of a case; `number` is the case's."""

    id: UUID
    case_id: UUID
    number: str
    title: str
    assignee_name: str
    due_on: date
    done_at: datetime | None

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_on < today_in_china()


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A call or a visit; `told` by the names of its form."""

    way: Way
    at: datetime
    actor_name: str
    told: dict[str, str]
    photos: list[UUID]


def list_tasks(case_id: UUID) -> list[TaskLine]:
    """The tasks of a case: those to do by their day, then those done."""
    return _tasks(
        _task_rows()
        .where(CaseTask.case_id == case_id)
        .order_by(CaseTask.done_at.is_not(None), CaseTask.due_on, CaseTask.id)
    )


def list_own_tasks(actor: Actor, module: str) -> list[TaskLine]:
    """What an actor has to do for cases of a module, by its day; for who decides, also what nobody has.

    Of that the title is empty: it tells of a case that they may have no part in.
    """
    own = _task_rows().where(*_to_do(actor, module)).order_by(CaseTask.due_on, CaseTask.id).limit(MOST_TASKS)
    return [task if task.assignee_name else replace(task, title="") for task in _tasks(own)]


def count_own_tasks(actor: Actor, module: str) -> tuple[int, int]:
    """How many tasks `list_own_tasks` has for an actor, and how many of them are overdue."""
    overdue = func.count(CaseTask.id).filter(CaseTask.due_on < today_in_china())
    statement = select(func.count(CaseTask.id), overdue).join(Case, Case.id == CaseTask.case_id)
    row = db.session.execute(statement.where(*_to_do(actor, module))).one()
    return row[0], row[1]


def _to_do(actor: Actor, module: str) -> tuple[ColumnElement[bool], ...]:
    is_theirs = CaseTask.assignee_id == actor.account_id
    if actor.may(casework_of(module).decide):
        is_theirs = or_(is_theirs, and_(CaseTask.assignee_id.is_(None), may_know(actor)))
    return Case.module == module, is_theirs, CaseTask.done_at.is_(None)


def _task_rows():
    return select(
        CaseTask.id, CaseTask.case_id, Case.number, CaseTask.title_cipher, CaseTask.assignee_name, CaseTask.due_on,
        CaseTask.done_at,
    ).join(Case, Case.id == CaseTask.case_id)  # fmt: skip


def _tasks(statement) -> list[TaskLine]:
    rows = db.session.execute(statement).all()
    titles = _titles([(row.id, row.title_cipher) for row in rows])
    return [
        TaskLine(row.id, row.case_id, row.number, title, row.assignee_name, row.due_on, row.done_at)
        for row, title in zip(rows, titles, strict=True)
    ]


def find_task(case_id: UUID, task_id: UUID) -> tuple[CaseTask, str]:
    """A task of that very case and its title; raises `NotFound`."""
    statement = select(CaseTask).where(CaseTask.id == task_id, CaseTask.case_id == case_id)
    task = db.session.execute(statement).scalar_one_or_none()
    if task is None:
        raise NotFound
    return task, _titles([(task.id, task.title_cipher)])[0]


def _titles(rows: list[tuple[UUID, bytes | None]]) -> list[str]:
    return unseal_texts(CaseTask.__tablename__, "title_cipher", rows)


def list_contacts(case_id: UUID) -> list[ContactLine]:
    """The calls and visits of a case, the last first."""
    statement = select(CaseContact).where(CaseContact.case_id == case_id)
    contacts = db.session.execute(statement.order_by(CaseContact.at.desc(), CaseContact.id.desc())).scalars().all()
    told = unseal_texts(CaseContact.__tablename__, "told_cipher", [(each.id, each.told_cipher) for each in contacts])
    photos: dict[UUID, list[UUID]] = {each.id: [] for each in contacts}
    for photo in db.session.execute(
        select(CasePhoto).where(CasePhoto.case_id == case_id).order_by(CasePhoto.id)
    ).scalars():
        photos[photo.contact_id].append(photo.id)
    return [
        ContactLine(Way(each.way), each.at, each.actor_name, json.loads(text), photos[each.id])
        for each, text in zip(contacts, told, strict=True)
    ]


def find_photo(case_id: UUID, photo_id: UUID) -> CasePhoto:
    """A photo of that very case; raises `NotFound`."""
    statement = select(CasePhoto).where(CasePhoto.id == photo_id, CasePhoto.case_id == case_id)
    photo = db.session.execute(statement).scalar_one_or_none()
    if photo is None:
        raise NotFound
    return photo
