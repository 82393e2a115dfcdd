"""How a case stands with public notice, on its page: for the desk, and for its member."""

from flask_babel import lazy_gettext as _

from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.public_notice import promises
from app.casework.public_notice.drafting import LIST
from app.casework.public_notice.objection_queries import list_well_founded
from app.casework.public_notice.queries import may_be_listed
from app.casework.public_notice.standing import standing_of
from app.core.forms import Form
from app.core.modules import Text

KEY = "public_notice"
EVENT_TITLES: dict[str, Text] = {LIST: _("Put on public notice"), **promises.EVENT_TITLES}


def _show_desk(case: Case, _refused: Form | None) -> Values | None:
    is_listed, well_founded = may_be_listed(case, find_kind(case.kind)), list_well_founded(case.id)
    if not is_listed and not well_founded:
        return None
    return {"is_listed": is_listed, "standing": standing_of(case.id), "well_founded": well_founded}


def _show_member(case: Case, _refused: Form | None) -> Values | None:
    standing = standing_of(case.id)
    return {"standing": standing} if standing else None


DESK = Panel(KEY, "casework/desk/notice_panel.html", _show_desk, is_beside=True)
MEMBER = Panel(KEY, "casework/notice_panel.html", _show_member)
