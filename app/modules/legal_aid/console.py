"""The desk's pages of legal aid, and those of its lawyers."""

from app.casework.desk_pages import case_desk
from app.casework.routes import REVIEW, add_routes
from app.modules.legal_aid import rights
from app.modules.legal_aid.fees import claim_list_page, standards_page, statement_pages
from app.modules.legal_aid.fees import counsel_pages as counsel_fees
from app.modules.legal_aid.fees import desk_pages as fees
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
        *standards_page.ROUTES,
        *statement_pages.ROUTES,
        *claim_list_page.ROUTES,
        *fees.ROUTES,
        *counsel_fees.ROUTES,
    ),
    {REVIEW: rights.REVIEW, counsel_pages.COUNSEL: rights.COUNSEL}
    | {
        each: each
        for each in (rights.CLAIM_FEES, rights.MANAGE, rights.VIEW_FEES, rights.APPROVE_FEES, rights.PAY_FEES)
    },
)
