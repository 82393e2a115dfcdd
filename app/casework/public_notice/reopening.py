"""A decision that is void: the case is in review as if nothing had been recommended yet."""

from app.casework.forms.answers import from_json, written
from app.casework.kinds import CaseKind
from app.casework.models import Case
from app.casework.sealing import ANSWERS, seal_typed, unseal
from app.core.clock import now

VOID = (
    "recommendation", "amount_recommended_cents", "recommended_by", "accepted_by", "amount_granted_cents", "decided_by", "appealed_at",
    "appeal_decided_by", "appeal_withdrawn_at", "closed_at",
)  # fmt: skip


def reopen(case: Case, kind: CaseKind) -> None:
    """Take back who recommended and decided what; the form can be opened again, should it be returned to the member."""
    for column in VOID:
        setattr(case, column, None)
    case.reopened_at = now()
    form = kind.forms[case.form_version]
    seal_typed(case, written(form, from_json(form, unseal(case, ANSWERS))), "")
