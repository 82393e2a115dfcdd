"""Member pages of help."""

from app.casework.member_pages import case_pages
from app.casework.routes import add_routes
from app.modules.help.mutual_aid.member_pages import MEMBER_ROUTES

blueprint = case_pages("help", __name__)
add_routes(blueprint, MEMBER_ROUTES)
