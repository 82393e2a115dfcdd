"""Keeping answers to use again: texts of a module's staff, in each zone its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

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
    with _own_title():
        db.session.add(answer)
    _record(answer, "keep_answer")
    return answer


def change_answer(module: str, answer_id: UUID, title: str, body: str, *, seen: str) -> Answer:
    """Say an answer anew; raises `NotFound`, `ChangedMeanwhile`, `TitleTaken`."""
    answer = find_answer(module, answer_id)
    db.session.refresh(answer, with_for_update=True)
    if (answer.title, answer.body) == (title, body):
        return answer
    require_seen(seen, answer.mark, {"title": answer.title, "body": answer.body})
    with _own_title():
        answer.title, answer.body, answer.version = title, body, answer.version + 1
    _record(answer, "keep_answer")
    return answer


def delete_answer(module: str, answer_id: UUID) -> None:
    """Raises `NotFound`."""
    answer = find_answer(module, answer_id)
    _record(answer, "delete_answer")
    db.session.delete(answer)


@contextmanager
def _own_title() -> Iterator[None]:
    """What is written within has a title no other answer of the module has; raises `TitleTaken`."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError:
        raise TitleTaken(field="title") from None


def _record(answer: Answer, verb: str) -> None:
    audit.record(f"{answer.module}.{verb}", object_type="case_answer", object_id=answer.id, title=answer.title)
