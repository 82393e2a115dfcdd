"""The calculation on pages: before an application is sent, on the member's page of it, and beside its papers at the desk."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from app.casework.file_export.parts import FilePart
from app.casework.file_export.parts import Line as FileLine
from app.casework.forms import yuan
from app.casework.forms.reading import Answers
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.own_features import Preview
from app.casework.panels import Panel
from app.casework.queries import find_last_event
from app.casework.sealing import unseal_notes
from app.core.clock import today_in_china
from app.core.forms import Form
from app.core.modules import Text
from app.modules.help.means.assess import Assessment, Line, assess
from app.modules.help.means.calculations import ESTABLISH, list_calculations, may_establish
from app.modules.help.means.in_force import rules_on
from app.modules.help.means.models import Basis
from app.modules.help.means.questions import household_of
from app.modules.help.means.rules import Rules, Tier
from app.modules.help.means.words import COLOURS, LINES, TIERS, meaning
from tenants.context import current_actor, current_zone

EVENT_TITLES: dict[str, Text] = {ESTABLISH: _("Figures of the household established")}
HEADS: dict[Basis, Text] = {Basis.TYPED: _("As typed"), Basis.ESTABLISHED: _("As established")}
LINES_TEMPLATE = "help/means_lines.html"
RESULTS = frozenset({"per_head", "left_per_head"})
"""The lines that are set against another one."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with what it comes to in each calculation; empty where that one has no such line."""

    title: Text
    texts: list[str]
    is_result: bool


def preview(answers: Answers) -> Preview | None:
    """The calculation as it would be if the form were sent today."""
    household = household_of(answers)
    if household is None:
        return None
    rules = rules_on(today_in_china(), current_zone().union_path)
    return Preview(LINES_TEMPLATE, _shown(rules, [("", assess(rules, household))]))


def show_to_member(case: Case, _refused: Form | None) -> dict[str, Any] | None:
    found = list_calculations(case.id)
    if not found:
        return None
    is_corrected = len(found) > 1
    heads = [(HEADS[each.basis] if is_corrected else "", each.assessment) for each in found]
    return _shown(found[0].rules, heads) | {"reason": _reason(case) if is_corrected else ""}


def show_to_desk(case: Case, _refused: Form | None) -> dict[str, Any] | None:
    found = list_calculations(case.id)
    if not found:
        return None
    last = found[-1]
    shown = _shown(last.rules, [(HEADS[each.basis], each.assessment) for each in found])
    return shown | {
        "tiers": [(TIERS[each.assessment.tier], COLOURS[each.assessment.tier]) for each in found],
        "usual": last.rules.usual_cents(find_kind(case.kind).name, last.assessment.tier),
        "reason": _reason(case) if len(found) > 1 else "",
        "may_establish": may_establish(current_actor(), case),
    }


def _shown(rules: Rules, calculated: list[tuple[Text, Assessment]]) -> dict[str, Any]:
    """The lines of one calculation or more side by side, and what the last of them comes to."""
    tier = calculated[-1][1].tier
    return {
        "heads": [head for head, _assessment in calculated if head],
        "lines": _lines([assessment for _head, assessment in calculated]),
        "tier": TIERS[tier],
        "is_above": tier is Tier.ABOVE,
        "meaning": meaning(tier),
        "rules": rules,
    }


def _lines(assessments: list[Assessment]) -> list[ShownLine]:
    by_key = [{line.key: line for line in assessment.lines} for assessment in assessments]
    return [
        ShownLine(title, [_text(lines.get(key)) for lines in by_key], key in RESULTS)
        for key, title in LINES.items()
        if any(key in lines for lines in by_key)
    ]


def _text(line: Line | None) -> str:
    if line is None:
        return ""
    return str(line.value) if line.counts_people else yuan(line.value)


def _reason(case: Case) -> str:
    event = find_last_event(case.id, (ESTABLISH,))
    return unseal_notes([(event.id, event.note_cipher)])[0] if event else ""


def _in_file(case: Case, for_member: bool) -> list[FileLine]:
    shown = show_to_member(case, None) if for_member else show_to_desk(case, None)
    if shown is None:
        return []
    each: list[FileLine] = [(line.title, " / ".join(text or "–" for text in line.texts)) for line in shown["lines"]]
    reason: list[FileLine] = [(EVENT_TITLES[ESTABLISH], shown["reason"])] if shown["reason"] else []
    return [*each, *reason]


FILE = FilePart(_("What your figures come to"), _in_file)
DESK = Panel("means", "help/desk/means_panel.html", show_to_desk, is_beside=True)
MEMBER = Panel("means", LINES_TEMPLATE, show_to_member)
