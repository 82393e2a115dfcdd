"""Who may judge an objection to a grant: whoever decides here, and neither decided on it nor drafted its notice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, false, or_, select

from app.casework.access.conflicts import conflicted_by_case
from app.casework.assignment.choosing import is_suited
from app.casework.assignment.colleagues import list_here
from app.casework.kinds import CaseKind, casework_of, find_kind
from app.casework.models import Case, CaseEvent
from app.casework.states import Phase, Who
from app.identity.queries import Colleague
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Judges:
    """Who may judge an objection, by case. Whoever objects is among them: leaving them out would tell who it was."""

    apart: Mapping[UUID, list[Colleague]]

    def of(self, case_id: UUID, *others: UUID | None) -> list[str]:
        """Their names, but for the `others`: whoever drafted the notice or is asked to leave it to somebody else."""
        return [one.name for one in self.apart[case_id] if one.account_id not in others]


def judges_here(module: str, case_ids: Iterable[UUID]) -> Judges:
    """Who may decide in the running zone and had no hand in the decision on each case. Ends the running transaction."""
    cases = list(db.session.scalars(select(Case).where(Case.id.in_(set(case_ids)))))
    had_part, kept = who_decided(cases), conflicted_by_case(case.id for case in cases)
    people = list_here(casework_of(module).decide)
    return Judges(
        {
            case.id: [one for one in people if is_suited(one, case, had_part[case.id] | kept[case.id])]
            for case in cases
        }
    )  # fmt: skip


def who_decided(cases: Iterable[Case]) -> dict[UUID, set[UUID]]:
    """Who ever granted or refused something in each case, or decided on its appeal; also what is void since."""
    by_case: dict[UUID, set[UUID]] = {case.id: set() for case in cases}
    by_kind = {case.kind for case in cases}
    is_decision = (
        and_(Case.kind == kind, CaseEvent.action.in_(_decisions(find_kind(kind)))) for kind in sorted(by_kind)
    )
    deeds = select(CaseEvent.case_id, CaseEvent.account_id).join(Case, Case.id == CaseEvent.case_id)
    of_these = deeds.where(CaseEvent.case_id.in_(by_case), or_(false(), *is_decision))
    for case_id, account_id in db.session.execute(of_these):
        if account_id is not None:
            by_case[case_id].add(account_id)
    return by_case


def _decisions(kind: CaseKind) -> list[str]:
    return [step.action for step in kind.table.steps
            if step.who is Who.APPROVER and kind.table[step.target].phase is Phase.DECIDED]  # fmt: skip
