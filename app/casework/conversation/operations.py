"""Writing messages on a case, and reading them."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from app.casework.access.marking import mark_of, marked
from app.casework.conversation.errors import ConversationOver, SentBefore, TooManyMessages
from app.casework.conversation.models import Author, CaseMessage
from app.casework.conversation.queries import find_file_id, seal_body, unseal_bodies
from app.casework.models import Case
from app.casework.papers import CleanPaper
from app.casework.queries import find_own_case, lock_for_adding
from app.casework.reviews import readable, reading
from app.casework.trail import record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.files import StoredFile, read_file, save_file
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.turns import take_turn

PURPOSE = "casework.message"
OPEN_AFTER_THE_END = timedelta(days=30)
MOST_A_DAY = 20
"""So many messages one side may send on a case within 24 hours."""


def may_write(case: Case) -> bool:
    """Whether messages may still be sent on a case that was handed in; of one that goes on elsewhere, they are sent there."""
    return not case.is_elsewhere and (case.closed_at is None or now() <= case.closed_at + OPEN_AFTER_THE_END)


def write_as_member(
    actor: Actor, case_id: UUID, message_id: UUID, body: str, paper: CleanPaper | None = None
) -> CaseMessage:
    """Send a message to whoever handles the case; sent twice under one id it is one.

    Raises `NotFound`, `ConversationOver`, `SentBefore`, `TooManyMessages`.
    """
    case = lock_for_adding(find_own_case(actor, case_id).id)
    if case.submitted_at is None:
        raise NotFound
    return _write(actor, case, message_id, body, paper, Author.MEMBER)


def write_as_staff(
    actor: Actor, case_id: UUID, message_id: UUID, body: str, paper: CleanPaper | None = None
) -> CaseMessage:
    """Send a message to the member, who is told that there is one; while they have not read it, not of a second one.

    Raises what `write_as_member` does, and `OwnCase`.
    """
    case = lock_for_adding(readable(actor, case_id).id)
    is_told = _has_unread(case, Author.STAFF)
    message = _write(actor, case, message_id, body, paper, Author.STAFF)
    if not is_told:
        _tell(case, message)
    return message


def _write(
    actor: Actor, case: Case, message_id: UUID, body: str, paper: CleanPaper | None, author: Author
) -> CaseMessage:
    take_turn(f"casework.messages.{case.id}")
    if sent := _find_sent(actor, case, message_id, body):
        return sent
    if not may_write(case):
        raise ConversationOver
    if _sent_today(case, author) >= MOST_A_DAY:
        raise TooManyMessages
    stored = _store(case, paper) if paper else None
    message = CaseMessage(
        zone_id=current_zone().id, id=message_id, case_id=case.id, member_id=case.member_id, author=author,
        account_id=actor.account_id, actor_name=actor.name if author is Author.STAFF else "",
        body_cipher=seal_body(message_id, body), file_id=stored.id if stored else None,
    )  # fmt: skip
    db.session.add(message)
    db.session.flush()
    record(case, "write_message")
    return message


def _find_sent(actor: Actor, case: Case, message_id: UUID, body: str) -> CaseMessage | None:
    """The message that this very form has sent before."""
    sent = db.session.get(CaseMessage, (current_zone().id, message_id))
    if sent is None:
        return None
    if (sent.case_id, sent.account_id) != (case.id, actor.account_id):
        raise NotFound
    if unseal_bodies([(sent.id, sent.body_cipher)]) != [body]:
        raise SentBefore
    return sent


def _sent_today(case: Case, author: Author) -> int:
    statement = select(func.count(CaseMessage.id)).where(
        CaseMessage.case_id == case.id, CaseMessage.author == author, CaseMessage.sent_at > now() - timedelta(days=1)
    )
    return db.session.execute(statement).scalar_one()


def _store(case: Case, paper: CleanPaper) -> StoredFile:
    return save_file(paper.data, name=paper.name, media_type=paper.media_type, purpose=PURPOSE, visibility="personal",
                     member_id=case.member_id)  # fmt: skip


def _has_unread(case: Case, author: Author) -> bool:
    unread = select(CaseMessage.id).where(
        CaseMessage.case_id == case.id, CaseMessage.author == author, CaseMessage.read_at.is_(None)
    )
    return db.session.execute(unread.limit(1)).scalar_one_or_none() is not None


def _tell(case: Case, message: CaseMessage) -> None:
    notify(
        f"{case.module}.message",
        case.member_id,
        {"number": case.number, "zone": current_zone().name},
        dedupe_key=f"{case.module}.message:{message.id}",
        href=f"/{case.module}/{case.id}",
    )


def note_read(case: Case, reader: Author) -> None:
    """What the other side has written on the case is read now."""
    db.session.execute(
        update(CaseMessage)
        .where(CaseMessage.case_id == case.id, CaseMessage.author == reader.other, CaseMessage.read_at.is_(None))
        .values(read_at=now())
    )


def read_own_attachment(actor: Actor, case_id: UUID, message_id: UUID) -> tuple[StoredFile, bytes]:
    """The file of a message on the member's own case."""
    return read_file(find_file_id(find_own_case(actor, case_id), message_id))


def read_attachment(actor: Actor, case_id: UUID, message_id: UUID) -> tuple[StoredFile, bytes]:
    """The file of a message marked with its viewer; the look is recorded like one at a paper. Raises `CannotBeMarked`."""
    case, part = reading(actor, case_id)
    stored, data = read_file(find_file_id(case, message_id))
    seen = marked(data, stored.media_type, mark_of(actor))
    record(case, "read_paper", part=part, message_id=str(message_id))
    return stored, seen
