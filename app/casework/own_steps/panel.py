"""The forms of a member's steps on the page of their case."""

from app.casework.inputs import WORDS
from app.casework.models import Case
from app.casework.own_steps.forms import KEY, StepForm, list_own_steps
from app.casework.panels import Panel, Values
from app.core.forms import Form
from tenants.context import current_actor


def _show(case: Case, failed: Form | None) -> Values | None:
    """A form that was refused stays, with what was typed, even where its step is not possible any more."""
    forms = [StepForm(step) for step in list_own_steps(current_actor(), case)]
    if isinstance(failed, StepForm):
        actions = [form.step.action for form in forms]
        if failed.step.action in actions:
            forms[actions.index(failed.step.action)] = failed
        else:
            forms.append(failed)
    return {"case": case, "forms": forms, "words": WORDS} if forms else None


PANEL = Panel(KEY, "casework/own_steps/panel.html", _show)
