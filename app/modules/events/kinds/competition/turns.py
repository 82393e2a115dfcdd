"""Who changes the people of a competition does so one after the other."""

from uuid import UUID

from tenants.context import current_zone
from tenants.turns import take_turn


def hold_people(campaign_id: UUID) -> None:
    """Wait until nobody else changes who takes part in a competition or judges it, to the end of the transaction: nobody does both."""
    take_turn(f"events.competition.judges.{current_zone().id}.{campaign_id}")
