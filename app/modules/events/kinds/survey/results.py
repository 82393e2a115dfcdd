"""What came out of a survey, as far as whoever reads it may know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from app.modules.events.kinds.survey.counting import Counts, count_answers, list_sheets
from app.modules.events.kinds.survey.hiding import FEWEST, Count, Shown, hide, hide_several, together, total_of
from app.modules.events.kinds.survey.models import FreeText, Sheet, Tally
from app.modules.events.kinds.survey.questions import MULTIPLE, SCALE, Question, skippable
from app.modules.events.kinds.survey.settings import survey_of
from app.modules.events.kinds.survey.words import labels_of
from app.modules.events.models import Campaign
from app.unions.models import Union
from tenants.database import db

MOST_TEXTS = 200
"""Texts that a page shows; the sheet has all."""


@dataclass(frozen=True, slots=True)
class Line:
    """How many answered, of everybody or in one union, and how many chose each number; None is hidden."""

    title: str
    answered: int
    numbers: Shown

    @property
    def mean(self) -> float | None:
        """Of a scale; none where a number is hidden, which it would tell."""
        shown = [number for number in self.numbers if number is not None]
        if not self.answered or len(shown) < len(self.numbers):
            return None
        return sum(step * number for step, number in enumerate(shown, start=1)) / self.answered


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of a question: `lines` are that of all and those of unions, none where only a few answered.

    None either where it `is_withheld`: how many were led to it would tell what is hidden of the answers that lead there.
    """

    question: Question
    labels: list[str]
    lines: list[Line]
    is_withheld: bool = False

    @property
    def is_scale(self) -> bool:
        return self.question.kind == SCALE


def find_results(
    campaign: Campaign, all_title: str, rest_title: str, *, for_members: bool = False
) -> list[Result] | None:
    """The results, None where there are none yet: those of an anonymous survey, and what members read, once it is settled.

    To staff a named survey hides nothing: they read the sheets.
    """
    survey = survey_of(campaign)
    questions, is_open_to_see = survey.questions, not survey.is_anonymous and not for_members
    if is_open_to_see:
        counts = count_answers(questions, list_sheets(campaign.id))
    elif campaign.settled_at is not None:
        counts = _read_tallies(campaign.id, questions)
    else:
        return None
    names = union_names({key for by_union in counts.values() for key in by_union}) | {None: rest_title}
    results = [_result(each, counts[each.number], names, all_title, hides=not is_open_to_see) for each in questions]
    return results if is_open_to_see else _withhold(results, skippable(questions))


def _withhold(results: Sequence[Result], skipped: set[int]) -> list[Result]:
    """Once answers that lead on hide a number, how many answered what not everybody is asked would tell it.

    Such later questions lose the lines of unions, all of them, as one line that is missing tells something too; where a number of
    all is hidden, they lose the line of all as well.
    """
    kept, hides_all, hides_some = [], False, False
    for each in results:
        if each.question.number in skipped and hides_some:
            each = replace(each, lines=[] if hides_all else each.lines[:1], is_withheld=hides_all)  # noqa: PLW2901
        if each.question.jumps:
            hides_all = hides_all or not each.lines or None in each.lines[0].numbers
            hides_some = hides_some or hides_all or any(None in line.numbers for line in each.lines)
        kept.append(each)
    return kept


def _read_tallies(campaign_id: UUID, questions: Sequence[Question]) -> dict[int, Counts]:
    counts: dict[int, Counts] = {0: {}} | {question.number: {} for question in questions}
    for each in db.session.scalars(select(Tally).where(Tally.campaign_id == campaign_id)):
        counts[each.question][each.union_id] = Count(each.answered, list(each.chosen))
    return counts


def union_names(unions: set[UUID | None]) -> dict[UUID | None, str]:
    """By union, in the order of their places."""
    found = select(Union.id, Union.name).where(Union.id.in_(unions - {None})).order_by(Union.path)
    return {row.id: row.name for row in db.session.execute(found)}


def _result(
    question: Question, counts: Counts, names: dict[UUID | None, str], all_title: str, *, hides: bool
) -> Result:
    labels = labels_of(question)
    by_union = together(counts) if hides else {key: count for key, count in counts.items() if count.answered}
    whole = total_of(by_union)
    whole.chosen = whole.chosen or [0] * len(labels)
    if hides and 0 < whole.answered < FEWEST:
        return Result(question, labels, [])
    keys = [key for key in names if key in by_union] if len(by_union) > 1 else []
    groups = [by_union[key] for key in keys] or [whole]
    numbers = _numbers(question, groups, hides=hides)
    titled = [(all_title, whole), *((names[key], by_union[key]) for key in keys)]
    lines = [Line(title, count.answered, line) for (title, count), line in zip(titled, numbers, strict=True)]
    return Result(question, labels, lines)


def _numbers(question: Question, groups: Sequence[Count], *, hides: bool) -> list[Shown]:
    """The line of all, and those of the groups where there are several."""
    whole = total_of(dict(enumerate(groups)))
    lines = [whole, *groups] if len(groups) > 1 else [whole]
    if not hides or not question.choices:
        return [list(each.chosen) for each in lines]
    return hide_several(groups) if question.kind == MULTIPLE else hide([each.chosen for each in groups])


def list_texts(campaign: Campaign, question: Question, limit: int | None = MOST_TEXTS) -> Sequence[str]:
    """What people wrote, in no order; of an anonymous survey nothing where fewer than `FEWEST` did."""
    if not survey_of(campaign).is_anonymous:
        words = Sheet.answers[str(question.number)].astext
        written = select(words).where(Sheet.campaign_id == campaign.id, words.is_not(None)).order_by(Sheet.id)
        return db.session.scalars(written.limit(limit)).all()
    mixed = select(FreeText.words).where(FreeText.campaign_id == campaign.id, FreeText.question == question.number)
    found = db.session.scalars(mixed.order_by(FreeText.id).limit(limit)).all()
    return found if len(found) >= FEWEST else []


def list_answered(campaign_id: UUID) -> Iterator[Sheet]:
    """The sheets of a named survey, in the order in which they came."""
    sheets = select(Sheet).where(Sheet.campaign_id == campaign_id).order_by(Sheet.id)
    yield from db.session.scalars(sheets, execution_options={"yield_per": 1_000})
