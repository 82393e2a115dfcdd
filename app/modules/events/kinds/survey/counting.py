"""Adding answers up: those of sheets as they stand, those of ballots once and for all when the box is opened."""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from app.core.audit import record
from app.core.platform import platform
from app.modules.events.kinds.survey.hiding import Count, together
from app.modules.events.kinds.survey.models import Ballot, FreeText, Sheet, Tally
from app.modules.events.kinds.survey.questions import Question
from app.modules.events.kinds.survey.settings import survey_of
from app.modules.events.models import Campaign
from tenants.database import db

AT_ONCE = 1_000
Given = tuple[UUID, dict[str, Any]]
"""A union, and the answers of somebody there by the number of the question."""
Counts = dict[UUID | None, Count]
"""By union; None: several that had too few."""
_lot = secrets.SystemRandom()


def count_answers(questions: Sequence[Question], given: Iterable[Given]) -> dict[int, Counts]:
    """How many answered each question and chose each number, by union; question 0 counts all who sent."""
    counts: dict[int, Counts] = {0: {}} | {question.number: {} for question in questions}
    by_number = {question.number: question for question in questions}
    for union_id, answers in given:
        counts[0].setdefault(union_id, Count()).answered += 1
        for name, answer in answers.items():
            question = by_number[int(name)]
            count = counts[question.number].setdefault(union_id, Count(chosen=[0] * question.choices))
            count.answered += 1
            for number in answer if isinstance(answer, list) else [answer] if question.choices else []:
                count.chosen[number - 1] += 1
    return counts


def list_sheets(campaign_id: UUID) -> Iterator[Given]:
    """The sheets of a named survey."""
    sheets = select(Sheet.union_id, Sheet.answers).where(Sheet.campaign_id == campaign_id)
    found: Any = db.session.execute(sheets, execution_options={"yield_per": AT_ONCE})
    yield from found


def is_counted(campaign_id: UUID) -> bool:
    return db.session.scalar(select(Tally.id).where(Tally.campaign_id == campaign_id).limit(1)) is not None


def count_for_good(campaign: Campaign) -> None:
    """Keep what came out of a closed survey; of an anonymous one nothing else is left. On the worker plane, in one transaction."""
    survey = survey_of(campaign)
    given = _take_out(campaign.id) if survey.is_anonymous else list(list_sheets(campaign.id))
    counts = count_answers(survey.questions, given)
    for question, by_union in counts.items():
        _keep(campaign.id, question, together(by_union) or {None: Count()})
    if survey.is_anonymous:
        _keep_texts(campaign.id, survey.questions, given)
    db.session.flush()
    record("events.survey_count", object_type="events_campaign", object_id=campaign.id, answers=len(given))


def _take_out(campaign_id: UUID) -> list[Given]:
    """All ballots, in an order drawn by lot; the box is empty then."""
    taken = db.session.execute(
        delete(Ballot).where(Ballot.campaign_id == campaign_id).returning(Ballot.id, Ballot.answers_cipher)
    )
    sealed = [(row.id, row.answers_cipher) for row in taken]
    _lot.shuffle(sealed)
    told = platform().cipher.decrypt_many(sealed, table=Ballot.__tablename__, column="answers_cipher")
    return [(UUID(each["union_id"]), each["answers"]) for each in map(json.loads, told)]


def _keep(campaign_id: UUID, question: int, by_union: Counts) -> None:
    for union_id, count in by_union.items():
        db.session.add(Tally(campaign_id=campaign_id, union_id=union_id, question=question, answered=count.answered,
                             chosen=count.chosen))  # fmt: skip


def _keep_texts(campaign_id: UUID, questions: Sequence[Question], given: Sequence[Given]) -> None:
    texts = [
        (question.number, answers[str(question.number)])
        for question in questions
        if not question.choices
        for _union_id, answers in given
        if str(question.number) in answers
    ]
    _lot.shuffle(texts)
    db.session.add_all(
        [FreeText(id=uuid4(), campaign_id=campaign_id, question=number, words=words) for number, words in texts]
    )
