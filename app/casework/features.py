"""What features add to the pages of cases: a new one is a folder beside this file and its lines here."""

from app.casework.panels import Panel
from app.casework.routes import Route

DESK_PANELS: tuple[Panel, ...] = ()
DESK_ROUTES: tuple[Route, ...] = ()
MEMBER_PANELS: tuple[Panel, ...] = ()
MEMBER_ROUTES: tuple[Route, ...] = ()
