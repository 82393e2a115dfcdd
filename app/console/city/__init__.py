"""The city console's pages: zones, their states, names and domains, lists of zones, locks, the audit trail."""

from app.console.city import audit, domains, lists, locks, new_zone, zone, zones
from app.console.city.frame import blueprint

__all__ = ["audit", "blueprint", "domains", "lists", "locks", "new_zone", "zone", "zones"]
