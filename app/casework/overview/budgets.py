"""The year's budget of a module, as whoever decides its cases enters it."""

from sqlalchemy import select

from app.casework.kinds import casework_of
from app.casework.overview.models import CaseBudget
from app.core import audit
from app.core.clock import now
from app.core.errors import NotFound
from app.core.seen import require_seen
from tenants.context import Actor
from tenants.database import db

NONE_YET = "0"
"""The mark of a year without a budget."""


def find_budget(module: str, year: int) -> CaseBudget | None:
    statement = select(CaseBudget).where(CaseBudget.module == module, CaseBudget.year == year)
    return db.session.execute(statement).scalar_one_or_none()


def enter_budget(actor: Actor, module: str, year: int, cents: int, *, seen: str) -> CaseBudget:
    """Enter a year's budget, or another one in its place; the same entered twice is entered once.

    Raises `ChangedMeanwhile` where somebody else entered one after the page was opened.
    """
    if not actor.may(casework_of(module).decide):
        raise NotFound
    statement = select(CaseBudget).where(CaseBudget.module == module, CaseBudget.year == year).with_for_update()
    budget = db.session.execute(statement).scalar_one_or_none()
    if budget is not None and budget.cents == cents:
        return budget
    require_seen(seen, budget.mark if budget else NONE_YET, budget)
    if budget is None:
        budget = CaseBudget(module=module, year=year, cents=cents)
        db.session.add(budget)
    else:
        budget.cents, budget.version, budget.updated_at = cents, budget.version + 1, now()
    db.session.flush()
    audit.record(f"{module}.enter_budget", object_type="case", year=year, cents=cents)
    return budget
