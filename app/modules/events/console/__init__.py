"""Staff pages at `/console/events/`: the list of campaigns, writing one, and carrying it on."""

from app.modules.events.console import pages, taking_up, writing
from app.modules.events.console.frame import blueprint

__all__ = ["blueprint", "pages", "taking_up", "writing"]
