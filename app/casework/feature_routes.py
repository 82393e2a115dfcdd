"""The routes of features. Apart from their panels, since a view that refuses a form shows the page with all panels again."""

from app.casework.access import pages as access
from app.casework.appeals import pages as appeals
from app.casework.assignment import pages as assignment
from app.casework.contacts import pages as contacts
from app.casework.conversation import answer_pages as answers
from app.casework.conversation import pages as conversation
from app.casework.file_export import pages as file_export
from app.casework.handover import pages as handover
from app.casework.issuing import pages as letters
from app.casework.limits import pages as limits
from app.casework.links import pages as links
from app.casework.overview import page as overview
from app.casework.own_steps import pages as own_steps
from app.casework.paper_pages import pages as paper_pages
from app.casework.pauses import pages as pauses
from app.casework.payments import batches_page as payment_batches
from app.casework.payments import orders_page as payment_orders
from app.casework.rating import pages as rating
from app.casework.recusals import pages as recusals
from app.casework.retention import decisions_page as decisions
from app.casework.retention import pages as retention
from app.casework.routes import Route
from app.casework.stories import pages as stories

DESK_ROUTES: tuple[Route, ...] = (
    *access.ROUTES,
    *assignment.ROUTES,
    *pauses.ROUTES,
    *contacts.ROUTES,
    *conversation.DESK_ROUTES,
    *answers.ROUTES,
    *paper_pages.DESK_ROUTES,
    *letters.DESK_ROUTES,
    *overview.ROUTES,
    *file_export.DESK_ROUTES,
    *limits.ROUTES,
    *links.ROUTES,
    *retention.DESK_ROUTES,
    *recusals.DESK_ROUTES,
    *stories.DESK_ROUTES,
    *handover.DESK_ROUTES,
)
MEMBER_ROUTES: tuple[Route, ...] = (
    own_steps.ROUTE,
    *appeals.ROUTES,
    *conversation.MEMBER_ROUTES,
    *rating.ROUTES,
    *paper_pages.MEMBER_ROUTES,
    *letters.MEMBER_ROUTES,
    *file_export.MEMBER_ROUTES,
    *retention.MEMBER_ROUTES,
    *recusals.MEMBER_ROUTES,
    *stories.MEMBER_ROUTES,
    *handover.MEMBER_ROUTES,
)
PAYMENT_ROUTES: tuple[Route, ...] = (*payment_orders.DESK_ROUTES, *payment_batches.DESK_ROUTES, *decisions.ROUTES)
"""Those of the desk that only modules have which grant money."""
