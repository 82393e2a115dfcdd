"""Which time limits of the law run for a case, from when and until when; its handler may let one count from another day."""

from flask_babel import lazy_gettext as _

from app.casework.clock_runs import Limit, list_limits
from app.casework.deadlines import LIMIT_NEAR, LIMIT_OVER
from app.casework.file_export.parts import FilePart, Line
from app.casework.kinds import find_kind
from app.casework.limits.inputs import LimitSchema
from app.casework.limits.operations import CORRECT, INTERRUPT, is_under_way, list_changeable
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.queue import urgency
from app.core.forms import Form
from app.core.i18n import day
from app.core.modules import Text
from tenants.context import current_actor

KEY = "limits"
EVENT_TITLES: dict[str, Text] = {
    LIMIT_NEAR: _("Reminder: a time limit of the law is near"),
    LIMIT_OVER: _("Reminder: a time limit of the law has passed"),
    CORRECT: _("The day a time limit counts from was corrected"),
    INTERRUPT: _("A time limit was interrupted and begins anew"),
}


def shown(case: Case) -> Values | None:
    """The limits that run, each with how urgent it is."""
    limits = [(limit, urgency(limit.ends_at)) for limit in list_limits(case, find_kind(case.kind))]
    return {"limits": limits} if limits else None


def _show_to_member(case: Case, _failed: Form | None) -> Values | None:
    return shown(case)


def _show_to_desk(case: Case, failed: Form | None) -> Values | None:
    limits = shown(case)
    if limits is None and failed is None:
        return None
    changeable = list_changeable(case, find_kind(case.kind))
    may_change = bool(changeable) and is_under_way(case) and case.handler_id == current_actor().account_id
    form = failed or Form(LimitSchema, _first(changeable), seen=case.mark)
    return {
        "limits": limits["limits"] if limits else [],
        "form": form,
        "is_refused": failed is not None,
        "may_change": may_change,
        "choices": [(limit.clock.key, limit.clock.title) for limit in changeable],
        "may_interrupt": any(limit.clock.may_be_interrupted for limit in changeable),
    }


def _first(changeable: list[Limit]) -> dict[str, str]:
    """Where there is one limit it is chosen already."""
    return {"limit": changeable[0].clock.key} if len(changeable) == 1 else {}


def _in_file(case: Case, _for_member: bool) -> list[Line]:
    return [
        (limit.clock.title, f"{day(limit.counts_from)} – {day(limit.ends_at)}")
        for limit in list_limits(case, find_kind(case.kind))
    ]


FILE = FilePart(_("Time limits of the law"), _in_file)
DESK_PANEL = Panel(KEY, "casework/limits/desk.html", _show_to_desk, is_beside=True)
MEMBER_PANEL = Panel(KEY, "casework/limits/member.html", _show_to_member)
