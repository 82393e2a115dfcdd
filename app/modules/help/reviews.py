"""What staff do with applications: take, return, recommend, decide, note, reveal, read. Maker ≠ checker."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.core import audit
from app.core.errors import NotFound
from app.core.files import StoredFile, read_file
from app.modules.help.errors import BeyondLimit, BeyondRecommendation, MissingAmount, OwnApplication
from app.modules.help.kinds import KINDS
from app.modules.help.models import Application
from app.modules.help.queries import find_application, find_document, find_last_event, lock_application
from app.modules.help.sealing import APPLICANT, unseal_document, unseal_notes
from app.modules.help.states import TRANSITIONS, State, Who
from app.modules.help.transitions import add_event, is_own, refusal, take_step
from tenants.context import Actor

NOTE = "note"


def review(actor: Actor, application_id: UUID, action: str, seen: str, inputs: dict[str, Any]) -> Application:
    """Take one staff step of the state table; raises what `transitions.take_step` and the step's own rule raise."""
    step = TRANSITIONS.get(action)
    if step is None or step.who is Who.APPLICANT:
        raise NotFound
    return take_step(actor, application_id, step, EFFECTS[action], seen=seen, inputs=inputs)


def _become_handler(application: Application, actor: Actor, _inputs: dict[str, Any]) -> None:
    application.handler_id = actor.account_id
    application.handler_name = actor.name


def _recommend(application: Application, actor: Actor, inputs: dict[str, Any]) -> None:
    """A recommendation to grant names the amount, within what this kind gives."""
    amount = None
    if inputs["recommendation"] == "grant":
        amount = inputs.get("amount_recommended")
        if not amount:
            raise MissingAmount(field="amount_recommended")
        if amount > KINDS[application.kind].most_cents:
            raise BeyondLimit(field="amount_recommended")
    application.recommendation = inputs["recommendation"]
    application.amount_recommended_cents = amount
    application.recommended_by = actor.account_id


def _approve(application: Application, actor: Actor, inputs: dict[str, Any]) -> None:
    """Grant what two people agree on: at most what was recommended."""
    if not inputs["amount_granted"]:
        raise MissingAmount(field="amount_granted")
    if application.recommendation != "grant" or inputs["amount_granted"] > (application.amount_recommended_cents or 0):
        raise BeyondRecommendation(field="amount_granted")
    application.amount_granted_cents = inputs["amount_granted"]
    application.decided_by = actor.account_id


def _refuse(application: Application, actor: Actor, _inputs: dict[str, Any]) -> None:
    application.decided_by = actor.account_id


def _nothing_more(_application: Application, _actor: Actor, _inputs: dict[str, Any]) -> None:
    """The step changes only what every step does."""


EFFECTS = {
    "take": _become_handler,
    "take_over": _become_handler,
    "return": _nothing_more,
    "recommend": _recommend,
    "send_back": _nothing_more,
    "approve": _approve,
    "refuse": _refuse,
}


def take_many(actor: Actor, application_ids: Iterable[UUID]) -> int:
    """Take every waiting application named; those that moved on, or are the actor's own, are left. Returns how many."""
    taken = 0
    for application_id in sorted(set(application_ids)):
        application = lock_application(application_id)
        step = TRANSITIONS["take"]
        if application.state not in step.sources or refusal(actor, application, step):
            continue
        take_step(actor, application_id, step, _become_handler, seen=application.mark)
        taken += 1
    return taken


def open_application(actor: Actor, application_id: UUID) -> Application:
    """The application as its reader may see it; the look is recorded, and the member can find out about it.

    Raises `NotFound` (also for a draft), `OwnApplication`.
    """
    application = _readable(actor, application_id)
    _record(application, "help.read", number=application.number)
    return application


def write_note(actor: Actor, application_id: UUID, note: str) -> None:
    """Add a line only staff see; the same words as the actor's own last line are a form sent twice."""
    application = lock_application(_readable(actor, application_id).id)
    last = find_last_event(application.id, (*TRANSITIONS, NOTE))
    is_own_note = last is not None and (last.action, last.account_id) == (NOTE, actor.account_id)
    if last is None or not is_own_note or unseal_notes([(last.id, last.note_cipher)]) != [note]:
        add_event(actor, application, NOTE, note, is_shown=False)


def reveal_applicant(actor: Actor, application_id: UUID, reason: str) -> dict[str, str]:
    """Name and phone in clear, for a reason that is kept where the member can read it."""
    application = _readable(actor, application_id)
    _record(application, "help.reveal", number=application.number, fields="name, phone", stated_reason=reason)
    return unseal_document(application, APPLICANT)


def read_document(actor: Actor, application_id: UUID, document_id: UUID) -> tuple[StoredFile, bytes]:
    """A paper's file for the desk; the look is recorded."""
    application = _readable(actor, application_id)
    document = find_document(application.id, document_id)
    _record(application, "help.read_paper", number=application.number, document_id=str(document.id))
    return read_file(document.file_id)


def _readable(actor: Actor, application_id: UUID) -> Application:
    if not actor.may("help.review"):
        raise NotFound
    application = find_application(application_id)
    if application.state == State.DRAFT:
        raise NotFound
    if is_own(actor, application):
        raise OwnApplication
    return application


def _record(application: Application, action: str, **detail: Any) -> None:
    audit.record(
        action,
        object_type="help_application",
        object_id=application.id,
        subject_member_id=application.member_id,
        **detail,
    )
