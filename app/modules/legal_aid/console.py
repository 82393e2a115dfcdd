"""The desk's pages of legal aid, and those of its lawyers."""

from app.casework.desk_pages import case_desk
from app.casework.routes import REVIEW, add_routes
from app.modules.legal_aid import rights
from app.modules.legal_aid.hearings import calendar_pages
from app.modules.legal_aid.hearings import pages as hearings
from app.modules.legal_aid.lawyers import counsel_pages, pages, panel_pages

blueprint = case_desk("legal_aid", __name__, review=rights.REVIEW, decide=rights.DECIDE, retain="legal_aid.retain")
add_routes(
    blueprint,
    (
        *pages.DESK_ROUTES,
        *panel_pages.ROUTES,
        *counsel_pages.ROUTES,
        *hearings.DESK_ROUTES,
        *hearings.COUNSEL_ROUTES,
        *calendar_pages.DESK_ROUTES,
        *calendar_pages.COUNSEL_ROUTES,
    ),
    {REVIEW: rights.REVIEW, rights.MANAGE: rights.MANAGE, counsel_pages.COUNSEL: rights.COUNSEL},
)
