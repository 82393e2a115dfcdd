"""Member pages of legal aid."""

from app.casework.member_pages import case_pages
from app.casework.routes import add_routes
from app.modules.legal_aid.hearings import calendar_pages
from app.modules.legal_aid.hearings import pages as hearings
from app.modules.legal_aid.lawyers import pages

blueprint = case_pages("legal_aid", __name__)
add_routes(blueprint, (*pages.MEMBER_ROUTES, *hearings.MEMBER_ROUTES, *calendar_pages.MEMBER_ROUTES))
