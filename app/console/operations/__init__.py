"""Zones as the city union runs them; each deed audited. City plane."""

from app.console.operations.domains import add_domain, choose_primary, remove_domain, verify_domain_in_steps
from app.console.operations.provisioning import finish_zone_in_steps, provision_zone_in_steps, request_zone
from app.console.operations.states import (
    ADMINISTRATOR,
    appoint_administrator,
    change_state,
    find_zone,
    rename_zone,
)

__all__ = [
    "ADMINISTRATOR",
    "add_domain",
    "appoint_administrator",
    "change_state",
    "choose_primary",
    "find_zone",
    "finish_zone_in_steps",
    "provision_zone_in_steps",
    "remove_domain",
    "rename_zone",
    "request_zone",
    "verify_domain_in_steps",
]
