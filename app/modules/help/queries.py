"""Reads of help: a member's own applications, and what pages show of one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.core.clock import CHINA, now
from app.core.errors import NotFound
from app.core.files import StoredFile
from app.modules.help.models import Application, Document, Event
from app.modules.help.sealing import unseal_notes
from app.modules.help.states import OPEN, State
from tenants.context import Actor, current_zone
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of an application, with what is known of its file; `size` in bytes."""

    id: UUID
    paper: str
    name: str
    media_type: str
    size: int

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line of the history, its note in clear."""

    action: str
    to_state: str
    visibility: str
    actor_name: str
    at: datetime
    note: str


def find_application(application_id: UUID) -> Application:
    """An application the plane may see; raises `NotFound`."""
    application = db.session.get(Application, (current_zone().id, application_id))
    if application is None:
        raise NotFound
    return application


def find_own_application(actor: Actor, application_id: UUID) -> Application:
    """An application of the actor's own; raises `NotFound` for anybody else's."""
    application = find_application(application_id)
    if actor.member_id is None or application.member_id != actor.member_id:
        raise NotFound
    return application


def lock_application(application_id: UUID) -> Application:
    """The application as committed now, held until the transaction ends; raises `NotFound`."""
    statement = (
        select(Application)
        .where(Application.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    application = db.session.execute(statement).scalar_one_or_none()
    if application is None:
        raise NotFound
    return application


def find_open_application(actor: Actor, kind: str) -> Application | None:
    """The member's open application of a kind (a draft counts); there is at most one."""
    statement = select(Application).where(
        Application.member_id == actor.member_id, Application.kind == kind, Application.state.in_(OPEN)
    )
    return db.session.execute(statement).scalar_one_or_none()


def list_own_applications(actor: Actor, most: int = 50) -> list[Application]:
    """The member's applications, newest first."""
    statement = (
        select(Application).where(Application.member_id == actor.member_id).order_by(Application.id.desc()).limit(most)
    )
    return list(db.session.execute(statement).scalars())


def list_papers(application_id: UUID) -> list[Paper]:
    """The papers of an application, in the order they were sent."""
    rows = db.session.execute(
        select(Document.id, Document.paper, StoredFile.name, StoredFile.media_type, StoredFile.size)
        .join(StoredFile, StoredFile.id == Document.file_id)
        .where(Document.application_id == application_id)
        .order_by(Document.id)
    )
    return [Paper(*row) for row in rows]


def find_document(application_id: UUID, document_id: UUID) -> Document:
    """A paper of that very application; raises `NotFound`."""
    statement = select(Document).where(Document.id == document_id, Document.application_id == application_id)
    document = db.session.execute(statement).scalar_one_or_none()
    if document is None:
        raise NotFound
    return document


def find_last_event(application_id: UUID, actions: Collection[str]) -> Event | None:
    """The last line of the history that tells of one of these actions."""
    statement = select(Event).where(Event.application_id == application_id, Event.action.in_(actions))
    return db.session.execute(statement.order_by(Event.id.desc()).limit(1)).scalar_one_or_none()


def list_history(application_id: UUID, *, for_member: bool) -> list[HistoryLine]:
    """The history, oldest first; a member sees neither inner lines nor who among the staff acted."""
    statement = select(Event).where(Event.application_id == application_id).order_by(Event.id)
    if for_member:
        statement = statement.where(Event.visibility == "member")
    events = list(db.session.execute(statement).scalars())
    notes = unseal_notes([(event.id, event.note_cipher) for event in events])
    return [
        HistoryLine(
            event.action, event.to_state, event.visibility, "" if for_member else event.actor_name, event.at, note
        )
        for event, note in zip(events, notes, strict=True)
    ]


def count_waiting() -> int:
    """Applications nobody has taken yet."""
    return _count(Application.state == State.SUBMITTED)


def count_in_review() -> int:
    """Applications in review or waiting for a decision."""
    return _count(Application.state.in_([State.IN_REVIEW, State.RECOMMENDED]))


def count_approved_this_month() -> int:
    """Applications approved since the first of this month in China."""
    month = now().astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return _count((Application.state == State.APPROVED) & (Application.closed_at >= month))


def _count(condition) -> int:
    return db.session.execute(select(func.count(Application.id)).where(condition)).scalar_one()
