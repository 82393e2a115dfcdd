"""What kinds of legal aid add to what every case has: their lawyers, these lawyers' fees, and their hearings."""

from sqlalchemy import ColumnElement

from app.casework.models import Case, CaseEvent
from app.casework.own_features import OwnFeatures
from app.modules.legal_aid.fees import panel as fees
from app.modules.legal_aid.fees.accounts import leave_to_accounts
from app.modules.legal_aid.fees.owing import is_owed, list_owed
from app.modules.legal_aid.fees.words import EVENT_TITLES as FEE_TITLES
from app.modules.legal_aid.hearings import panel as hearings
from app.modules.legal_aid.hearings.ending import order_dropping
from app.modules.legal_aid.hearings.words import EVENT_TITLES as HEARING_TITLES
from app.modules.legal_aid.lawyers import assigning, panel
from app.modules.legal_aid.lawyers.waiting import is_nobody_free
from app.modules.legal_aid.lawyers.words import EVENT_TITLES as LAWYER_TITLES


class LegalAid(OwnFeatures):
    desk_panels = (panel.DESK, hearings.DESK, fees.DESK)
    member_panels = (panel.MEMBER, hearings.MEMBER)
    file_parts = (panel.FILE, hearings.FILE)
    event_titles = LAWYER_TITLES | HEARING_TITLES | FEE_TITLES
    milestones = HEARING_TITLES | {assigning.ACCEPT: LAWYER_TITLES[assigning.ACCEPT]}

    def waits_for_handler(self) -> ColumnElement[bool]:
        return is_nobody_free()

    def owes(self) -> ColumnElement[bool]:
        return is_owed()

    def list_owed(self, case: Case) -> list[str]:
        return list_owed(case)

    def leave_to_accounts(self, case: Case) -> None:
        leave_to_accounts(case.id)

    def follow(self, case: Case, event: CaseEvent) -> None:
        assigning.order_end(case, event)
        order_dropping(case, event)
