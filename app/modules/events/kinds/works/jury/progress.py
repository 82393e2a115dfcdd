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
    sitting, recused = [each for each in judges if each.dismissed_at is None], queries.list_recusals(campaign_id)
    free = {
        path: {judge.id for judge in sitting if not is_tied(judge.tied_paths, path)}
        for path in {each.union_path for each in works}
    }
    scoring = {each.id: free[each.union_path] - recused.get(each.id, {}).keys() for each in works}
    may = Counter(judge_id for judges in scoring.values() for judge_id in judges)
    return Progress(
        may,
        queries.count_handed_in(campaign_id),
        counting,
        {work_id: len(judges) for work_id, judges in scoring.items()},
        frozenset(each.id for each in works if len(counting.get(each.id, ())) < jury.least),
    )
