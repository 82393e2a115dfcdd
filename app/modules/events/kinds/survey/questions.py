"""What a survey asks, and which way through it answers lead. Nothing here knows of forms or tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

SINGLE, MULTIPLE, SCALE, SHORT, LONG = "single", "multiple", "scale", "short", "long"
TEXTS = (SHORT, LONG)
HIGHEST = 5
"""A scale goes from 1 to this."""
MOST_LETTERS = {SHORT: 100, LONG: 1_000}
END = 0
"""Where a jump leads that ends the survey."""

Answer = int | list[int] | str
"""The number of an option, from 1, or of a step of the scale; the numbers of several; or a text."""
Answers = Mapping[int, Answer]
"""By the number of the question."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question by its `number`, from 1.

    `options` are those of a choice, or the words for both ends of a scale, if there are any. `jumps` leads from an option to the
    question that follows it, `then` from any other answer; without either the next one follows.
    """

    number: int
    kind: str
    prompt: str
    options: tuple[str, ...] = ()
    is_required: bool = False
    starts_page: bool = False
    jumps: Mapping[int, int] = field(default_factory=dict)
    then: int | None = None

    @property
    def choices(self) -> int:
        """How many numbers an answer is one of; none for a text."""
        return HIGHEST if self.kind == SCALE else 0 if self.kind in TEXTS else len(self.options)

    @property
    def is_fork(self) -> bool:
        return bool(self.jumps) or self.then is not None

    def after(self, answer: Answer | None) -> int:
        """The number that follows this answer, or none."""
        return self.jumps.get(answer, self._otherwise) if isinstance(answer, int) else self._otherwise

    @property
    def ways(self) -> set[int]:
        """All the numbers that can follow."""
        is_decided = self.kind == SINGLE and self.is_required and len(self.jumps) == len(self.options)
        return set(self.jumps.values()) | (set() if is_decided else {self._otherwise})

    @property
    def _otherwise(self) -> int:
        return self.number + 1 if self.then is None else self.then


Page = tuple[Question, ...]


def pages_of(questions: Sequence[Question]) -> list[Page]:
    """The questions that stand on one page each: none begins in the middle of one, or leads out of it."""
    targets = {way for question in questions if question.is_fork for way in question.ways}
    pages: list[list[Question]] = []
    for question in questions:
        before = questions[question.number - 2] if question.number > 1 else None
        if before is None or before.is_fork or question.starts_page or question.number in targets:
            pages.append([])
        pages[-1].append(question)
    return [tuple(page) for page in pages]


def path_of(questions: Sequence[Question], answers: Answers) -> Iterator[Page]:
    """The pages that somebody with these answers goes through, in their order."""
    begins = {page[0].number: page for page in pages_of(questions)}
    number = 1
    while number in begins:
        page = begins[number]
        yield page
        number = page[-1].after(answers.get(page[-1].number))


def backward_jumps(questions: Sequence[Question]) -> list[Question]:
    """The questions that lead back, to themselves, or to none there is."""
    last = len(questions)
    return [
        each
        for each in questions
        if any(way != END and not each.number < way <= last for way in each.ways if way != each.number + 1)
    ]


def unreachable(questions: Sequence[Question]) -> list[Question]:
    """The questions that no answers lead to."""
    reached = {1}
    for question in questions:
        if question.number in reached:
            reached |= question.ways
    return [each for each in questions if each.number not in reached]


def skippable(questions: Sequence[Question]) -> set[int]:
    """The numbers of the questions that some way through the survey leaves out."""
    return {each.number for each in questions if _ends_without(questions, each.number)}


def _ends_without(questions: Sequence[Question], number: int) -> bool:
    reached = {1} - {number}
    for question in questions:
        if question.number in reached:
            reached |= (question.ways if question.is_fork else {question.number + 1}) - {number}
    return bool(reached & {END, len(questions) + 1})


def read_answer(question: Question, typed: Sequence[str]) -> Answer | None:
    """The answer that a form sent, as texts; what makes no sense is none."""
    if question.kind in TEXTS:
        return "".join(typed[:1]).replace("\0", "").replace("\r\n", "\n").strip() or None
    numbers = sorted({number for number in range(1, question.choices + 1) if str(number) in typed})
    if question.kind == MULTIPLE:
        return numbers or None
    return numbers[0] if len(numbers) == 1 else None
