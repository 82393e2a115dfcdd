"""The calculation of a case on its pages, where its kind has rules for one."""

from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.core.forms import Form


def _show(case: Case, _refused: Form | None) -> Values | None:
    rules = find_kind(case.kind).rules
    return {"calculation": rules.calculation(case)} if rules else None


def _show_to_desk(case: Case, refused: Form | None) -> Values | None:
    rules, shown = find_kind(case.kind).rules, _show(case, refused)
    return {**shown, "warnings": rules.warnings(case)} if rules and shown else None


MEMBER = Panel("calculation", "casework/calculation.html", _show)
DESK = Panel("calculation", "casework/desk/calculation.html", _show_to_desk, is_beside=True)
