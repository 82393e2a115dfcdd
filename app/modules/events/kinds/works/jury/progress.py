"""How far a jury is: what each judge has still to score, and which works lack scores."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.modules.events.judging.ties import is_tied
from app.modules.events.kinds.works.jury import queries
from app.modules.events.kinds.works.settings import Jury


@dataclass(frozen=True, slots=True)
class Progress:
    """Of each judge how many works they may score and did; of each work what counts, and how many judges may score it."""

    may: Mapping[UUID, int]
    did: Mapping[UUID, int]
    counting: Mapping[UUID, list[list[int]]]
    judges: Mapping[UUID, int]
    lacking: frozenset[UUID]


def progress_of(campaign_id: UUID, jury: Jury) -> Progress:
    """Where the jury of a campaign stands now. `lacking` are the works that fewer judges scored than are needed."""
    works, judges = queries.list_works(campaign_id), queries.list_judges(campaign_id)
    counting = queries.list_counting(campaign_id)
    in_union = Counter(each.union_path for each in works)
    sitting = [each for each in judges if each.dismissed_at is None]
    free = {path: [judge.id for judge in sitting if not is_tied(judge.tied_paths, path)] for path in in_union}
    may: Counter[UUID] = Counter()
    for path, number in in_union.items():
        may.update(dict.fromkeys(free[path], number))
    return Progress(
        may,
        queries.count_handed_in(campaign_id),
        counting,
        {each.id: len(free[each.union_path]) for each in works},
        frozenset(each.id for each in works if len(counting.get(each.id, ())) < jury.least),
    )
