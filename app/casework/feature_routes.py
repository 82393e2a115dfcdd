"""The routes of features. Apart from their panels, since a view that refuses a form shows the page with all panels again."""

from app.casework.routes import Route

DESK_ROUTES: tuple[Route, ...] = ()
MEMBER_ROUTES: tuple[Route, ...] = ()
