"""Reads of messages and of answers to use again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.casework.conversation.models import Answer, CaseMessage
from app.casework.models import Case
from app.casework.sealing import seal_text, unseal_texts
from app.core.errors import NotFound
from app.core.files import StoredFile
from tenants.context import current_zone
from tenants.database import db

MOST_SHOWN = 200
"""The latest of a long conversation are shown."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is known of a message's file; `size` in bytes."""

    name: str
    size: int
    is_picture: bool


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message in clear; `is_new` while the other side has not read it."""

    id: UUID
    author: str
    actor_name: str
    at: datetime
    body: str
    is_new: bool
    attachment: Attachment | None


def list_messages(case: Case, *, for_member: bool, most: int | None = MOST_SHOWN) -> list[MessageLine]:
    """The latest of the conversation on a case (all for None), oldest first; a member does not see who among the staff wrote."""
    statement = (
        select(CaseMessage, StoredFile)
        .outerjoin(StoredFile, StoredFile.id == CaseMessage.file_id)
        .where(CaseMessage.case_id == case.id)
        .order_by(CaseMessage.id.desc())
        .limit(most)
    )
    found = db.session.execute(statement).all()[::-1]
    bodies = unseal_bodies([(message.id, message.body_cipher) for message, _file in found])
    return [
        MessageLine(
            message.id, message.author, "" if for_member else message.actor_name, message.sent_at, body,
            message.read_at is None, _attachment(file),
        )
        for (message, file), body in zip(found, bodies, strict=True)
    ]  # fmt: skip


def _attachment(file: StoredFile | None) -> Attachment | None:
    return None if file is None else Attachment(file.name, file.size, file.media_type.startswith("image/"))


def find_file_id(case: Case, message_id: UUID) -> UUID:
    """The file of a message of that very case; raises `NotFound`."""
    statement = select(CaseMessage.file_id).where(CaseMessage.id == message_id, CaseMessage.case_id == case.id)
    file_id = db.session.execute(statement).scalar_one_or_none()
    if file_id is None:
        raise NotFound
    return file_id


def seal_body(message_id: UUID, body: str) -> bytes:
    return seal_text(CaseMessage.__tablename__, "body_cipher", message_id, body)


def unseal_bodies(rows: list[tuple[UUID, bytes | None]]) -> list[str]:
    """The words of many messages, in their order."""
    return unseal_texts(CaseMessage.__tablename__, "body_cipher", rows)


def list_answers(module: str) -> list[Answer]:
    """The answers the zone keeps for a module, by title."""
    return list(db.session.execute(select(Answer).where(Answer.module == module).order_by(Answer.title)).scalars())


def find_answer(module: str, answer_id: UUID) -> Answer:
    """Raises `NotFound`."""
    answer = db.session.get(Answer, (current_zone().id, answer_id))
    if answer is None or answer.module != module:
        raise NotFound
    return answer
