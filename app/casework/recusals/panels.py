"""Where a member objects to the handler of their case, and reads what was answered."""

from flask_babel import lazy_gettext as _

from app.casework.assignment.queries import IN_HANDS
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.recusals.inputs import RecusalSchema
from app.casework.recusals.models import ASK, GRANT, REFUSE
from app.casework.recusals.queries import find_last, words_of
from app.core.forms import Form
from app.core.modules import Text

EVENT_TITLES: dict[str, Text] = {
    ASK: _("Objected to the handler"),
    GRANT: _("The objection to the handler was granted"),
    REFUSE: _("The objection to the handler was refused"),
}


def _show(case: Case, refused: Form | None) -> Values | None:
    last = find_last(case.id)
    is_in_hand = case.handler_id is not None and case.phase in IN_HANDS
    may_object = is_in_hand and (last is None or last.handler_id != case.handler_id)
    if not (last or may_object or refused):
        return None
    form = refused or (Form(RecusalSchema, seen=case.mark) if may_object else None)
    return {"last": last, "words": words_of(last) if last else "", "form": form}


KEY = "recusal"
MEMBER = Panel(KEY, "casework/recusals/member.html", _show)
