"""Reading the bank, as staff do."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.core.errors import NotFound
from app.modules.events.kinds.quiz.models import Question
from tenants.context import current_zone
from tenants.database import db

PAGE = 50
IN_USE = Question.retired_at.is_(None)


def find_question(question_id: UUID, *, lock: bool = False) -> Question:
    """A question in use; raises `NotFound`."""
    found = db.session.get(Question, (current_zone().id, question_id), with_for_update=lock, populate_existing=lock)
    if found is None or found.retired_at is not None:
        raise NotFound
    return found


def list_questions(category: str = "", kind: str = "", text: str = "", before: UUID | None = None) -> list[Question]:
    """A page of the bank, the newest first, and one more where there is a next page."""
    statement = select(Question).where(IN_USE).order_by(Question.id.desc()).limit(PAGE + 1)
    if category:
        statement = statement.where(Question.category == category)
    if kind:
        statement = statement.where(Question.kind == kind)
    if text:
        statement = statement.where(Question.prompt.contains(text, autoescape=True))
    if before:
        statement = statement.where(Question.id < before)
    return list(db.session.scalars(statement))


def count_by_category() -> Sequence[tuple[str, int]]:
    """The categories of the bank and how many questions each has."""
    counted = select(Question.category, func.count()).where(IN_USE).group_by(Question.category)
    return [(category, number) for category, number in db.session.execute(counted.order_by(Question.category))]
