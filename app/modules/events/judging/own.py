"""What the actor judges, of every kind."""

from app.core.modules import load_provider
from app.modules.events.judging.duties import Duty, count_owed
from app.modules.events.kinds import KINDS
from tenants.context import current_actor


def list_own() -> list[Duty]:
    """What the actor judges, the latest first."""
    account_id = current_actor().account_id
    found = [duty for kind in KINDS.values() if kind.judged for duty in load_provider(kind.judged)(account_id)]
    return sorted(found, key=lambda duty: duty.begins, reverse=True)


def count_own() -> int:
    """How many sheets the actor can write now and has not."""
    return count_owed(list_own())
