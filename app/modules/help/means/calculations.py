"""The calculations of a case: kept when it is handed in, and again when its handler establishes other figures."""

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.casework.errors import NotTheHandler, WrongState
from app.casework.forms.answers import from_json
from app.casework.handover.deeds import ARRIVE
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseEvent
from app.casework.operations import SUBMIT
from app.casework.queries import lock_case
from app.casework.sealing import ANSWERS, seal_text, unseal, unseal_texts
from app.casework.states import Phase
from app.casework.trail import add_event, record
from app.core.clock import CHINA, now
from app.core.errors import NotFound
from app.core.seen import require_seen
from app.modules.help.means.assess import Assessment, assess
from app.modules.help.means.household import Household
from app.modules.help.means.in_force import rules_on
from app.modules.help.means.models import Basis, CaseMeans
from app.modules.help.means.questions import household_of
from app.modules.help.means.rules import Rules
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

ESTABLISH = "establish_means"


@dataclass(frozen=True, slots=True)
class Calculation:
    """A calculation as it is kept: the same rules and figures give the same lines whenever it is looked at."""

    id: UUID
    basis: Basis
    rules: Rules
    household: Household

    @property
    def assessment(self) -> Assessment:
        return assess(self.rules, self.household)

    @property
    def mark(self) -> str:
        """The mark of the figures as they stand (`app.core.seen`)."""
        return str(self.id)


def list_calculations(case_id: UUID) -> list[Calculation]:
    """The last calculation with the figures as typed and, where they were established since, the last with those."""
    statement = select(CaseMeans).where(CaseMeans.case_id == case_id).order_by(CaseMeans.id.desc())
    last: list[CaseMeans] = []
    for row in db.session.scalars(statement):
        if not last or row.basis == Basis.TYPED:
            last.append(row)
        if row.basis == Basis.TYPED:
            break
    sealed: list[tuple[UUID, bytes | None]] = [(row.id, row.household_cipher) for row in reversed(last)]
    texts = unseal_texts(CaseMeans.__tablename__, "household_cipher", sealed)
    return [
        Calculation(row.id, Basis(row.basis), Rules.from_json(row.rules), Household.from_json(json.loads(text)))
        for row, text in zip(reversed(last), texts, strict=True)
    ]


def find_calculation(case_id: UUID) -> Calculation | None:
    """The one that counts: with the figures as established, else as typed; None for a case whose form did not ask."""
    found = list_calculations(case_id)
    return found[-1] if found else None


def usual_cents(case: Case) -> tuple[int, int] | None:
    """From and to how much is usually granted to such a case; None where the rules say nothing of it."""
    found = find_calculation(case.id)
    return found.rules.usual_cents(find_kind(case.kind).name, found.assessment.tier) if found else None


def keep_typed(case: Case, event: CaseEvent) -> None:
    """When a case is handed in, or has come from another zone: its figures, and the rules of this day here."""
    if event.action not in (SUBMIT, ARRIVE):
        return
    form = find_kind(case.kind).forms[case.form_version]
    household = household_of(from_json(form, unseal(case, ANSWERS)))
    if household is not None:
        _keep(case, Basis.TYPED, rules_on(now().astimezone(CHINA).date(), current_zone().union_path), household)


def may_establish(actor: Actor, case: Case) -> bool:
    """Whether this actor may establish other figures: the case's handler, while a recommendation can still rest on them."""
    is_open = case.phase == Phase.OPEN and case.state not in find_kind(case.kind).states_to_decide
    return is_open and case.handler_id == actor.account_id


def establish(actor: Actor, case_id: UUID, household: Household, reason: str, *, seen: str) -> None:
    """Let other figures count, for a reason the member reads; the same ones sent twice are established once.

    Before the recommendation, which rests on them. Raises `NotTheHandler`, `WrongState`, `NotFound`, `ChangedMeanwhile`.
    """
    case = lock_case(case_id)
    if case.handler_id != actor.account_id:
        raise NotTheHandler
    last = find_calculation(case.id)
    if last is None:
        raise NotFound
    if last.basis is Basis.ESTABLISHED and last.household == household:
        return
    require_seen(seen, last.mark)
    if not may_establish(actor, case):
        raise WrongState
    _keep(case, Basis.ESTABLISHED, last.rules, household)
    add_event(actor, case, ESTABLISH, reason, is_shown=True)
    record(case, ESTABLISH)


def _keep(case: Case, basis: Basis, rules: Rules, household: Household) -> None:
    row_id = uuid7()
    sealed = seal_text(
        CaseMeans.__tablename__, "household_cipher", row_id, json.dumps(household.to_json(), ensure_ascii=False)
    )
    db.session.add(
        CaseMeans(id=row_id, case_id=case.id, member_id=case.member_id, basis=basis, rules=rules.to_json(),
                  household_cipher=sealed)
    )  # fmt: skip
    db.session.flush()
