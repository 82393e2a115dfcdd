"""The warning on the desk's page of a case that something like it is there already."""

from typing import Any

from app.casework.duplicates.queries import list_like
from app.casework.models import Case
from app.casework.panels import Panel
from app.core.forms import Form
from tenants.context import current_actor


def show(case: Case, _refused: Form | None) -> dict[str, Any] | None:
    found = list_like(current_actor(), case)
    return {"cases": found} if found else None


PANEL = Panel("duplicates", "casework/desk/duplicates_panel.html", show)
