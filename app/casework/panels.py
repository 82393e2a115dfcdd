"""The parts of a case's page that its features bring, for the desk and for the member.

A feature is a folder below `app.casework` with its own tables, operations, routes and templates; `app.casework.features`
lists them. Its panel says what it shows of a case. A form of a panel that was refused is shown in the page again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.casework.models import Case
from app.core.forms import Form

Values = Mapping[str, Any]
Failed = Mapping[str, Form]
"""The refused forms of a page, by the key of their panel."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What a feature shows on a case's page: `template` with what `show(case, refused form)` gives, or nothing for None.

    Within the template that is `panel`. `is_beside` puts it into the desk's second column.
    """

    key: str
    template: str
    show: Callable[[Case, Form | None], Values | None]
    is_beside: bool = False


@dataclass(frozen=True, slots=True)
class ShownPanel:
    template: str
    values: Values
    is_beside: bool


def shown(panels: Iterable[Panel], case: Case, failed: Failed) -> list[ShownPanel]:
    """The panels that have something to show of this case."""
    found = ((panel, panel.show(case, failed.get(panel.key))) for panel in panels)
    return [ShownPanel(panel.template, values, panel.is_beside) for panel, values in found if values is not None]
