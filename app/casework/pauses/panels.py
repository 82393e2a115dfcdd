"""That a case is paused, why and until when: for the desk, which may change it, and for the member."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.casework.models import Case
from app.casework.panels import Panel
from app.casework.pauses.inputs import PauseSchema
from app.casework.pauses.models import CasePause
from app.casework.pauses.operations import PAUSE, RESUME, may_be_paused
from app.casework.pauses.queries import find_pause
from app.casework.queries import find_last_event
from app.casework.sealing import unseal_notes
from app.core.forms import Form
from tenants.context import current_actor

EVENT_TITLES = {
    PAUSE: _("Paused"),
    RESUME: _("Resumed"),
}


def show_to_desk(case: Case, refused: Form | None) -> dict[str, Any] | None:
    pause, may_change = find_pause(case.id), case.handler_id == current_actor().account_id
    if pause is None and refused is None and not (may_change and may_be_paused(case)):
        return None
    form = refused or Form(PauseSchema, seen=case.mark)
    return {"pause": pause, "reason": _reason(pause), "form": form, "is_refused": refused is not None,
            "may_change": may_change}  # fmt: skip


def show_to_member(case: Case, _refused: Form | None) -> dict[str, Any] | None:
    pause = find_pause(case.id)
    return None if pause is None else {"pause": pause, "reason": _reason(pause)}


def _reason(pause: CasePause | None) -> str:
    line = find_last_event(pause.case_id, (PAUSE,)) if pause else None
    return unseal_notes([(line.id, line.note_cipher)])[0] if line else ""


DESK = Panel("pause", "casework/desk/pause_panel.html", show_to_desk, is_beside=True)
MEMBER = Panel("pause", "casework/pause_panel.html", show_to_member)
