"""How a case stands with public notice, on its page: for the desk, and for its member."""

from flask_babel import lazy_gettext as _

from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.public_notice import promises
from app.casework.public_notice.drafting import LIST
from app.casework.public_notice.queries import may_be_listed
from app.casework.public_notice.standing import standing_of
from app.core.forms import Form
from app.core.modules import Text

KEY = "public_notice"
EVENT_TITLES: dict[str, Text] = {LIST: _("Put on public notice"), **promises.EVENT_TITLES}


def _show_desk(case: Case, _refused: Form | None) -> Values | None:
    return {"standing": standing_of(case.id)} if may_be_listed(case, find_kind(case.kind)) else None


def _show_member(case: Case, _refused: Form | None) -> Values | None:
    standing = standing_of(case.id)
    return {"standing": standing} if standing else None


DESK = Panel(KEY, "casework/desk/notice_panel.html", _show_desk, is_beside=True)
MEMBER = Panel(KEY, "casework/notice_panel.html", _show_member)
