"""The hearings on a case's page: for the desk and the lawyer with the way to set them, for the member to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.casework.access.standing import reading_of
from app.casework.file_export.parts import FilePart, Line
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.core.clock import CHINA, now
from app.core.forms import Form
from app.core.i18n import moment
from app.modules.legal_aid.hearings.display import values_of
from app.modules.legal_aid.hearings.inputs import CancelSchema, HearingSchema, OutcomeSchema
from app.modules.legal_aid.hearings.operations import may_set, may_write_up
from app.modules.legal_aid.hearings.queries import HearingLine, list_of_case
from app.modules.legal_aid.hearings.words import STAGES
from tenants.context import current_actor
from tenants.ids import uuid7

KEY = "hearings"


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one hearing, each as it was refused or fresh."""

    line: HearingLine
    move: Form
    cancel: Form
    outcome: Form

    @property
    def is_ahead(self) -> bool:
        return self.line.hearing.cancelled_at is None and self.line.hearing.starts_at > now()

    @property
    def is_behind(self) -> bool:
        return self.line.hearing.cancelled_at is None and not self.is_ahead


def show(case: Case, refused: Form | None) -> Values | None:
    """A refused form knows by its `about` which hearing it is of; that of a new one has none."""
    lines = list_of_case(case.id)
    part = reading_of(current_actor(), case)
    may_change = may_set(case, part)
    if not lines and not may_change:
        return None
    about = getattr(refused, "about", None)
    new = refused if refused is not None and about is None else Form(HearingSchema, {"minutes": 120})
    return {
        "hearings": [_forms(line, refused if about == line.hearing.id else None) for line in lines],
        "form": new, "is_refused": new is refused, "once": uuid7(), "stages": list(STAGES.items()), "titles": STAGES,
        "may_change": may_change, "may_write_up": may_write_up(case, part), "this_minute": f"{now().astimezone(CHINA):%Y-%m-%dT%H:%M}",
    }  # fmt: skip


def _forms(line: HearingLine, refused: Form | None) -> Forms:
    def form(schema: type[Any], values: dict[str, Any]) -> Form:
        is_this = refused is not None and isinstance(refused.schema, schema)
        return refused if is_this and refused else Form(schema, values, seen=line.hearing.mark)

    return Forms(
        line,
        form(HearingSchema, values_of(line)),
        form(CancelSchema, {}),
        form(OutcomeSchema, {"hearing_outcome": line.outcome}),
    )


def _show_member(case: Case, _refused: Form | None) -> Values | None:
    lines = list_of_case(case.id)
    return {"hearings": lines, "titles": STAGES, "now": now()} if lines else None


def _in_file(case: Case, _for_member: bool) -> list[Line]:
    return [
        (f"{moment(line.hearing.starts_at)} · {STAGES[line.hearing.stage]}", "\n".join(_said_of(line)))
        for line in reversed(list_of_case(case.id))
    ]


def _said_of(line: HearingLine) -> Iterator[str]:
    yield from filter(None, (line.told[name] for name in ("forum", "docket", "place", "bring")))
    if line.hearing.cancelled_at:
        yield _("without the union") if line.was_dropped else _("cancelled")
    if line.outcome:
        yield line.outcome


FILE = FilePart(lazy_gettext("Hearings"), _in_file)
DESK = Panel(KEY, "legal_aid/desk/hearings_panel.html", show)
MEMBER = Panel(KEY, "legal_aid/hearings_panel.html", _show_member)
