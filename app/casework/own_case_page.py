"""A member's page of one of their cases: how it stands, what they told, and what the features of cases add."""

from types import MappingProxyType

from app.casework import display, operations, queries
from app.casework.employers import unions_at
from app.casework.features import EVENT_TITLES, MEMBER_PANELS
from app.casework.forms.answers import from_json
from app.casework.forms.display import answered
from app.casework.kinds import find_kind, may_fill_in
from app.casework.models import Case
from app.casework.panels import Failed, shown
from app.casework.sealing import ANSWERS, unseal
from app.casework.settings import current_settings
from app.casework.states import EDITABLE
from app.casework.steps import available
from app.core.theming import render
from tenants.context import current_actor


def own_case_page(case: Case, failed: Failed = MappingProxyType({})) -> str:
    """The page of a case that was handed in; `failed` forms of its parts are shown again."""
    actor, kind = current_actor(), find_kind(case.kind)
    history = queries.list_history(case.id, for_member=True)
    form = kind.forms[case.form_version]
    return render(
        "casework/case.html", case=case, kind=kind, state=kind.table[case.state], form=form, history=history,
        settings=current_settings(case.module), steps=display.progress(case, kind, history),
        reason=display.told_reason(case, history), papers=queries.list_papers(case.id),
        may_withdraw=any(step.action == operations.WITHDRAW for step in available(actor, case)),
        is_editable=case.phase in EDITABLE and may_fill_in(actor, kind),
        answers=answered(form, from_json(form, unseal(case, ANSWERS)), masked=False),
        panels=shown((*kind.own.member_panels, *MEMBER_PANELS), case, failed), kept_from=unions_at(case.blind_paths),
        titles={step.action: step.title for step in kind.table.steps} | EVENT_TITLES | dict(kind.own.event_titles),
    )  # fmt: skip
