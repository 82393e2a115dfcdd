"""Setting up budgets, and what is put into one and taken out of it again, which takes two people."""

from uuid import UUID

from app.benefits import proposals
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import BeanAppropriation, BeanBudget, BeanCatalogue
from app.benefits.papers import Step, made_before
from app.benefits.proposals import ProposalState
from app.benefits.rights import MANAGE
from app.core.audit import record
from app.core.errors import InvalidInput, NotFound
from app.unions.queries import find_in_subtree
from tenants.context import Actor, current_zone
from tenants.database import db


def set_up_budget(
    actor: Actor, budget_id: UUID, *, union_id: UUID, catalogue_id: UUID, title: str, year: int, cents_per_bean: int
) -> BeanBudget:
    """A budget without beans, of a union of the zone; sent twice it is one. Raises `InvalidInput` for a union or catalogue that is not there."""
    if not actor.may(MANAGE):
        raise NotFound
    zone_id = current_zone().id
    before = made_before(BeanBudget, budget_id)
    if before is not None:
        return before
    union = find_in_subtree(union_id, current_zone().union_path)
    if union is None:
        raise InvalidInput(field="union_id")
    if db.session.get(BeanCatalogue, (zone_id, catalogue_id)) is None:
        raise InvalidInput(field="catalogue_id")
    made = BeanBudget(id=budget_id, union_id=union.id, union_path=union.path, catalogue_id=catalogue_id, title=title,
                      year=year, cents_per_bean=cents_per_bean)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record("beans.set_up_budget", object_type="bean_budget", object_id=made.id)
    return made


def propose(
    actor: Actor, appropriation_id: UUID, *, budget_id: UUID, kind: TransactionKind, amount: int, ground: str
) -> BeanAppropriation:
    """Propose to put beans into a budget, or to take out what was not issued; sent twice it is one. Raises `NotFound`."""
    zone_id = current_zone().id
    before = made_before(BeanAppropriation, appropriation_id)
    if before is not None:
        return before
    if db.session.get(BeanBudget, (zone_id, budget_id)) is None:
        raise NotFound
    made = BeanAppropriation(
        id=appropriation_id, budget_id=budget_id, kind=kind, amount=amount, ground=ground,
        state=ProposalState.SUBMITTED, version=1, made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _remember("propose", made)
    return made


def take_step(actor: Actor, appropriation_id: UUID, step: Step, *, seen: str, reason: str = "") -> BeanAppropriation:
    """Decide on it; what is approved is in the ledger. Raises like `proposals.take_step`, and `NotEnoughBeans`."""
    found = proposals.take_step(actor, BeanAppropriation, appropriation_id, step, seen=seen, reason=reason)
    if step is proposals.APPROVE:
        kind = TransactionKind(found.kind)
        post(actor, kind, f"appropriation:{found.id}", [Move(found.amount, found.budget_id)], reason=found.ground)
    _remember(step.action, found)
    return found


def _remember(deed: str, about: BeanAppropriation) -> None:
    record(
        f"beans.{deed}_appropriation", object_type="bean_budget", object_id=about.budget_id, kind=about.kind,
        amount=about.amount, ground=about.ground,
    )  # fmt: skip
