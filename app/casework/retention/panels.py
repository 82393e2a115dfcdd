"""What a case's page says of its being kept: to the member, who may have it erased, and to the desk."""

from flask_babel import lazy_gettext as _

from app.casework.kinds import casework_of, find_kind
from app.casework.links.queries import find_last_goes_on
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.retention.duties import GROUNDS, duty_of, kept_until
from app.casework.retention.holds import END_HOLD, HOLD, REVIEW_HOLD
from app.casework.retention.queries import answer_by, find_hold, find_request
from app.casework.retention.requests import ASK, GRANT, GRANTED, REFUSE, REFUSED, words_of_refusal
from app.casework.states import Phase
from app.core.forms import Form
from app.core.modules import Text
from tenants.context import current_actor

EVENT_TITLES: dict[str, Text] = {
    ASK: _("Asked to have it erased"),
    GRANT: _("The erasure was granted"),
    REFUSE: _("The erasure was refused"),
    HOLD: _("Put on hold: it is not erased"),
    REVIEW_HOLD: _("The hold was looked at anew"),
    END_HOLD: _("The hold has ended"),
}


def _show_member(case: Case, refused: Form | None) -> Values:
    request = find_request(case.id)
    is_over = Phase(case.phase).is_over
    refused_before = request if request is not None and request.answer == REFUSED else None
    return {
        "form": refused,
        "goes_on": find_last_goes_on(case),
        "is_over": is_over,
        "duty": duty_of(case) if is_over else None,
        "until": kept_until(case, find_kind(case.kind)) if is_over else None,
        "asked": request if request is not None and request.answer is None else None,
        "answer_by": answer_by(request) if request is not None else None,
        "is_granted": request is not None and request.answer == GRANTED,
        "has_counsel": find_kind(case.kind).counsel is not None,
        "refused": refused_before,
        "ground": GROUNDS.get(refused_before.ground or "") if refused_before else None,
        "words": words_of_refusal(refused_before) if refused_before else "",
    }


def _show_desk(case: Case, _refused: Form | None) -> Values | None:
    request, hold = find_request(case.id), find_hold(case.id)
    may_retain = current_actor().may(casework_of(case.module).retain)
    asked = request if request is not None and request.answer is None else None
    if not (asked or hold or may_retain):
        return None
    until = kept_until(case, find_kind(case.kind)) if Phase(case.phase).is_over else None
    return {"hold": hold, "asked": asked, "answer_by": answer_by(asked) if asked else None, "until": until,
            "may_retain": may_retain}  # fmt: skip


MEMBER = Panel("retention", "casework/retention/member.html", _show_member)
DESK = Panel("retention", "casework/retention/desk_panel.html", _show_desk, is_beside=True)
