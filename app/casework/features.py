"""What features add to the pages of cases: a new one is a folder beside this file, its lines here and in `feature_routes`."""

from app.casework.panels import Panel
from app.core.modules import Text

DESK_PANELS: tuple[Panel, ...] = ()
MEMBER_PANELS: tuple[Panel, ...] = ()
EVENT_TITLES: dict[str, Text] = {}
"""What lines of the history are called that are no step of a kind."""
