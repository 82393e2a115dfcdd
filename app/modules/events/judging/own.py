"""What the actor judges, of every kind."""

from app.core.modules import load_provider
from app.modules.events.judging.duties import Duty
from app.modules.events.kinds import KINDS
from tenants.context import current_actor


def list_own(*, only_on: bool = False) -> list[Duty]:
    """What the actor judges, or of it what can be judged now; the latest first."""
    account_id = current_actor().account_id
    judged = [load_provider(kind.judged) for kind in KINDS.values() if kind.judged]
    found = [duty for each in judged for duty in each(account_id, only_on=only_on)]
    return sorted(found, key=lambda duty: duty.begins, reverse=True)


def count_own() -> int:
    """How many sheets the actor can write now and has not, for the menu: what is over is not looked at on every page."""
    return sum(duty.owed for duty in list_own(only_on=True))
