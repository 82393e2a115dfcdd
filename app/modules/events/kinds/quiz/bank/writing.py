"""Writing questions of the bank, bringing many in, and taking one out of use."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.audit import record
from app.core.clock import now
from app.core.seen import require_seen
from app.modules.events.kinds.quiz.bank.errors import QuestionTwice
from app.modules.events.kinds.quiz.bank.queries import find_question
from app.modules.events.kinds.quiz.bank.schemas import Written
from app.modules.events.kinds.quiz.models import Question
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn


def write_question(actor: Actor, question_id: UUID, written: Written) -> Question:
    """Add a question; sent twice it is one. Raises `QuestionTwice`."""
    before = db.session.get(Question, (current_zone().id, question_id))
    if before is not None:
        return before
    _require_new(written, question_id)
    made = Question(id=question_id, written_by_name=actor.name, **_columns(written))
    db.session.add(made)
    db.session.flush()
    _remember("events.quiz_write", question_id)
    return made


def change_question(actor: Actor, question_id: UUID, written: Written, *, seen: str) -> Question:
    """Write a question anew; campaigns that were announced keep it as it was. Raises `ChangedMeanwhile`, `QuestionTwice`."""
    found = find_question(question_id, lock=True)
    require_seen(seen, found.mark, found)
    _require_new(written, question_id)
    for name, value in _columns(written).items():
        setattr(found, name, value)
    found.version += 1
    found.written_by_name, found.written_at = actor.name, now()
    db.session.flush()
    _remember("events.quiz_write", question_id)
    return found


def retire_question(question_id: UUID, *, seen: str) -> None:
    """Take a question out of use: later campaigns do not ask it. Raises `ChangedMeanwhile`."""
    found = find_question(question_id, lock=True)
    require_seen(seen, found.mark, found)
    found.retired_at = now()
    db.session.flush()
    _remember("events.quiz_retire", question_id)


def bring_in(actor: Actor, questions: Sequence[Written]) -> int:
    """Add those that the bank does not have; how many that were."""
    rows = [
        {"zone_id": current_zone().id, "id": uuid7(), "written_by_name": actor.name, "right_options": each.right,
         **{name: value for name, value in _columns(each).items() if name != "right"}}
        for each in questions
    ]  # fmt: skip
    if not rows:
        return 0
    made = insert(Question.__table__).values(rows).on_conflict_do_nothing().returning(Question.__table__.c.id)  # type: ignore[arg-type]
    added = len(db.session.execute(made).all())
    record("events.quiz_import", object_type="events_quiz_bank", object_id=current_zone().id, added=added)
    return added


def _require_new(written: Written, question_id: UUID) -> None:
    take_turn(f"events.quiz_bank.{current_zone().id}")
    same = select(Question.id).where(
        Question.category == written.category, func.md5(Question.prompt) == func.md5(written.prompt),
        Question.id != question_id, Question.retired_at.is_(None),
    )  # fmt: skip
    if db.session.scalar(same.limit(1)):
        raise QuestionTwice(field="prompt")


def _columns(written: Written) -> dict:
    return asdict(written) | {"options": list(written.options)}


def _remember(action: str, question_id: UUID) -> None:
    record(action, object_type="events_quiz_question", object_id=question_id)
