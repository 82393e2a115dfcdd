"""Keeping answers to use again: texts of a module's staff, in each zone its own."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.casework.conversation.errors import TitleTaken
from app.casework.conversation.models import Answer
from app.casework.conversation.queries import find_answer
from app.core import audit
from app.core.seen import require_seen
from tenants.context import current_zone
from tenants.database import db


def keep_answer(module: str, answer_id: UUID, title: str, body: str) -> Answer:
    """Keep a new answer; sent twice under one id it is one. Raises `TitleTaken`."""
    known = db.session.get(Answer, (current_zone().id, answer_id))
    if known is not None:
        return find_answer(module, answer_id)
    answer = Answer(zone_id=current_zone().id, id=answer_id, module=module, title=title, body=body)
    try:
        with db.session.begin_nested():
            db.session.add(answer)
    except IntegrityError:
        raise TitleTaken(field="title") from None
    _record(answer, "keep_answer")
    return answer


def change_answer(module: str, answer_id: UUID, title: str, body: str, *, seen: str) -> Answer:
    """Say an answer anew; raises `NotFound`, `ChangedMeanwhile`, `TitleTaken`."""
    answer = find_answer(module, answer_id)
    db.session.refresh(answer, with_for_update=True)
    if (answer.title, answer.body) == (title, body):
        return answer
    require_seen(seen, answer.mark, {"title": answer.title, "body": answer.body})
    same_title = select(Answer.id).where(Answer.module == module, Answer.title == title, Answer.id != answer.id)
    if db.session.execute(same_title).scalar_one_or_none() is not None:
        raise TitleTaken(field="title")
    answer.title, answer.body, answer.version = title, body, answer.version + 1
    db.session.flush()
    _record(answer, "keep_answer")
    return answer


def delete_answer(module: str, answer_id: UUID) -> None:
    """Raises `NotFound`."""
    answer = find_answer(module, answer_id)
    _record(answer, "delete_answer")
    db.session.delete(answer)


def _record(answer: Answer, verb: str) -> None:
    audit.record(f"{answer.module}.{verb}", object_type="case_answer", object_id=answer.id, title=answer.title)
