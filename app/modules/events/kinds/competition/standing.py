"""Where a contestant stands: the rounds they are in, as far as these are published."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Row

from app.modules.events.kinds.competition import queries
from app.modules.events.kinds.competition.appeals import list_own_appeals
from app.modules.events.kinds.competition.deciding import may_appeal
from app.modules.events.kinds.competition.models import JUDGES, SHEET, Appeal, Contestant, Criterion, Round, Start
from app.modules.events.kinds.competition.states import TAKES_PART, AppealState


@dataclass(frozen=True, slots=True)
class Own:
    """A round somebody is in; what they came to (`start`, `given`, `appeals`) is there once its ranking is published.

    `given` are the criteria with the tenths of each judge, or those that were measured.
    """

    round: Round
    start: Start | None
    given: tuple[tuple[Criterion, tuple[int, ...]], ...]
    appeals: tuple[Appeal, ...]

    @property
    def may_appeal(self) -> bool:
        is_open = any(each.state == AppealState.OPEN for each in self.appeals)
        return self.start is not None and may_appeal(self.round) and not is_open


def list_own_rounds(contestant: Contestant) -> list[Own]:
    """The first round, and each one they went on to."""
    rounds, starts = queries.list_rounds(contestant.campaign_id), queries.list_own_starts(contestant.id)
    sheets = queries.list_own_sheets(start.id for start in starts.values())
    appeals = list_own_appeals(contestant.id)
    return [
        Own(each, start, tuple(_given(each, start, sheets.get(start.id, []))) if start else (),
            tuple(one for one in appeals if one.round_id == each.id))
        for each, start in _entered(contestant, rounds, starts)
    ]  # fmt: skip


def _entered(contestant: Contestant, rounds: Iterable[Round], starts: dict) -> Iterator[tuple[Round, Start | None]]:
    goes_on = contestant.state in TAKES_PART
    for each in rounds:
        start = starts.get(each.id)
        if not goes_on and start is None:
            return
        yield each, start
        goes_on = start is not None and start.goes_on and contestant.state in TAKES_PART


def _given(held: Round, start: Start, sheets: list[Row]) -> Iterator[tuple[Criterion, tuple[int, ...]]]:
    for place, criterion in enumerate(queries.list_criteria(held.id, JUDGES)):
        yield criterion, tuple(sheet.tenths[place] for sheet in sheets)
    yield from (
        (criterion, (tenths,))
        for criterion, tenths in zip(queries.list_criteria(held.id, SHEET), start.measured, strict=False)
    )
