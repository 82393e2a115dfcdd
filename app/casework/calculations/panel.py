"""The calculation of a case on its pages, where its kind has one, and of a form before it is sent."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.casework.calculations.declarations import Calculation
from app.casework.file_export.parts import FilePart, Line
from app.casework.forms import yuan
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.own_features import Preview
from app.casework.panels import Panel, Values
from app.core.forms import Form


def previewed(calculation: Calculation) -> Preview:
    return Preview("casework/calculation_preview.html", {"calculation": calculation})


def _show(case: Case, _refused: Form | None) -> Values | None:
    calculation = find_kind(case.kind).own.calculation(case)
    return {"calculation": calculation} if calculation else None


def _in_file(case: Case, _for_member: bool) -> list[Line]:
    calculation = find_kind(case.kind).own.calculation(case)
    if calculation is None:
        return []
    each: list[Line] = [
        (line.words, f"{'−' if line.cents < 0 else ''}{yuan(abs(line.cents))}") for line in calculation.lines
    ]
    return [*each, (_("Calculated amount"), yuan(calculation.cents))]


def _show_to_desk(case: Case, refused: Form | None) -> Values | None:
    shown = _show(case, refused)
    return {**shown, "warnings": find_kind(case.kind).own.warnings(case)} if shown else None


FILE = FilePart(lazy_gettext("Calculation"), _in_file)
MEMBER = Panel("calculation", "casework/calculation.html", _show)
DESK = Panel("calculation", "casework/desk/calculation.html", _show_to_desk, is_beside=True)
