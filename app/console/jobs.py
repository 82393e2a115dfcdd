"""What workers do for the consoles."""

from flask_babel import lazy_gettext as _

from app.console.operations import finish_zone_in_steps
from app.console.zone_lists import PROVISION
from app.core.jobs import Lane, checkpoint, job
from tenants.context import Plane, current_actor, current_zone, scope


@job(PROVISION, title=_("Setting the zone up"), lane=Lane.LONG, even_closed=True)
def provision() -> None:
    """Do what is still to be done for the running zone, on the city's plane, and open it; each step is committed."""
    zone_id, actor = current_zone().id, current_actor()
    checkpoint()
    with scope(Plane.CITY, actor=actor, reason="provisioning from a list"):
        finish_zone_in_steps(actor, zone_id)
