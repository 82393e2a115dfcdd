"""What a module adds to its own cases alone: its `case_features.py` declares it as `FEATURES`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.casework.forms.reading import Answers
from app.casework.kinds import CaseKind
from app.casework.models import Case, CaseEvent
from app.casework.panels import Panel
from app.core.modules import Text
from app.core.platform import platform

Preview = Callable[[CaseKind, Answers], Mapping[str, Any] | None]
UsualCents = Callable[[Case], tuple[int, int] | None]


def _nothing(*_of: Any) -> None:
    """Nothing is said of it."""


@dataclass(frozen=True)
class OwnFeatures:
    """What pages of a module's cases show besides, and what else follows its steps, as with the features of every module.

    `preview` is shown in `preview_template` before a form is sent, from its answers. `usual_cents` are from and to how much
    is usually granted: a recommendation of anything else takes a note. `milestones` are what stands on the member's line of steps
    besides the steps of a kind, with their titles.
    """

    desk_panels: tuple[Panel, ...] = ()
    member_panels: tuple[Panel, ...] = ()
    event_titles: dict[str, Text] = field(default_factory=dict)
    milestones: dict[str, Text] = field(default_factory=dict)
    consequences: tuple[Callable[[Case, CaseEvent], None], ...] = ()
    preview: Preview = _nothing
    preview_template: str = ""
    usual_cents: UsualCents = _nothing


NONE = OwnFeatures()


def own_features(module: str) -> OwnFeatures:
    part = platform().modules[module].part("case_features")
    return part.FEATURES if part else NONE


def follow_in_module(case: Case, event: CaseEvent) -> None:
    """What follows a step in the case's own module."""
    for follow in own_features(case.module).consequences:
        follow(case, event)
