"""How a page takes a step of a proposal."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from app.benefits.proposal_words import DECIDED
from app.benefits.proposals import STEPS
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.transactions import finish
from app.unions.schemas import between
from tenants.context import current_actor

LONGEST_REASON = 200


class StepForm(Schema):
    """Why something is refused."""

    reason = fields.String(load_default="", validate=between(0, LONGEST_REASON))


def decide_on(
    take_step: Callable[..., Any],
    proposal_id: UUID,
    action: str,
    *,
    then: ResponseReturnValue,
    again: Callable[[], str],
    approved: str = "",
) -> ResponseReturnValue:
    """Take a step with the reason that was sent, tell what came of it (of an approval in the words of `approved`, where there are any) and answer
    `then`; where it was refused show the page `again`."""
    form = Form(StepForm)
    if not form.submit():
        flash(" ".join(text for texts in form.errors.values() for text in texts), "error")
        return again(), 422
    try:
        take_step(current_actor(), proposal_id, STEPS[action], seen=form.seen, reason=form.data["reason"])
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        flash(str(refusal.message), "error")
        return again(), refusal.status
    flash((approved if action == "approve" else "") or str(DECIDED[action]), "success")
    return then
