"""What features add to the pages of cases: a new one is a folder beside this file, its lines here and in `feature_routes`."""

from app.casework.access import panels as access
from app.casework.access.words import EVENT_TITLES as ACCESS_TITLES
from app.casework.appeals import panel as appeal
from app.casework.conversation import panels as conversation
from app.casework.issuing import panel as letters
from app.casework.panels import Panel
from app.casework.rating import panels as rating
from app.core.modules import Text

DESK_PANELS: tuple[Panel, ...] = (conversation.DESK, rating.DESK, access.TAKING_PART, letters.DESK)
MEMBER_PANELS: tuple[Panel, ...] = (letters.MEMBER, appeal.PANEL, conversation.MEMBER, rating.MEMBER, access.LOOKS)
EVENT_TITLES: dict[str, Text] = {**ACCESS_TITLES}
"""What lines of the history are called that are no step of a kind."""
