"""Which steps a member takes on the page of their case, and their forms."""

from app.casework.inputs import schema_of
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.states import SUBMIT, WITHDRAW, Phase, Step, Who
from app.casework.steps import available
from app.core.errors import NotFound
from app.core.forms import Form
from tenants.context import Actor

KEY = "own_steps"


class StepForm(Form):
    """The form of one step."""

    def __init__(self, step: Step) -> None:
        super().__init__(schema_of(step))
        self.step = step


def own_step(actor: Actor, case: Case, action: str) -> Step:
    """A step that is the member's; raises `NotFound`, also where it would begin something for who is no member any more."""
    step = find_kind(case.kind).table.find_step(action)
    if step is None or not _is_own(actor, case, step):
        raise NotFound
    return step


def list_own_steps(actor: Actor, case: Case) -> list[Step]:
    """Those that are possible as the case stands."""
    return [step for step in available(actor, case) if _is_own(actor, case, step)]


def _is_own(actor: Actor, case: Case, step: Step) -> bool:
    table = find_kind(case.kind).table
    begins = table[step.target].phase is Phase.OPEN
    from_over = any(table[source].phase.is_over for source in step.sources)
    is_asked_elsewhere = step.action in (SUBMIT, WITHDRAW) or from_over
    return step.who is Who.APPLICANT and not is_asked_elsewhere and (actor.is_member or not begins)
