"""The letters on a case's page, in both languages."""

from app.casework.issuing.queries import list_letters
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.core.forms import Form

KEY = "letters"


def _show(case: Case, _refused: Form | None) -> Values | None:
    letters = list_letters(case)
    return {"letters": letters} if letters else None


MEMBER = Panel(KEY, "casework/letters.html", _show)
DESK = Panel(KEY, "casework/desk/letters.html", _show, is_beside=True)
