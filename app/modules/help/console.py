"""The desk's pages of help: of its cases, their public notices, and mutual-aid plans."""

from app.casework.desk_pages import case_desk
from app.casework.originals import pages as originals
from app.casework.public_notice import desk_pages as public_notice
from app.casework.routes import DECIDE, REVIEW, add_routes
from app.modules.help.means.pages import ROUTES as MEANS_ROUTES
from app.modules.help.mutual_aid.operations import ENROL, SET_UP
from app.modules.help.mutual_aid.pages import DESK_ROUTES

blueprint = case_desk(
    "help", __name__, review="help.review", decide="help.approve", retain="help.retain", pay="help.pay"
)
add_routes(blueprint, public_notice.ROUTES, {REVIEW: "help.review", DECIDE: "help.approve"})
add_routes(blueprint, originals.DESK_ROUTES, {REVIEW: "help.review"})
add_routes(blueprint, MEANS_ROUTES, {REVIEW: "help.review"})
add_routes(blueprint, DESK_ROUTES, {SET_UP: SET_UP, ENROL: ENROL})
