"""Member pages of help: of cases, of public notices, and of mutual-aid plans."""

from app.casework.member_pages import case_pages
from app.casework.originals import pages as originals
from app.casework.payments import pages as payments
from app.casework.public_notice import pages as public_notice
from app.casework.routes import add_routes
from app.modules.help.mutual_aid.member_pages import MEMBER_ROUTES

blueprint = case_pages("help", __name__)
add_routes(blueprint, payments.MEMBER_ROUTES)
add_routes(blueprint, public_notice.ROUTES)
add_routes(blueprint, originals.MEMBER_ROUTES)
add_routes(blueprint, MEMBER_ROUTES)
