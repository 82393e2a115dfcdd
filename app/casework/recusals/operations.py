"""A member objects to their handler; whoever decides at the desk lets others deal with the case, or refuses and says why."""

from uuid import UUID

from app.casework.access.conflicts import list_conflicted
from app.casework.access.keeping import keep_from, lock_whole
from app.casework.access.standing import reading_of
from app.casework.assignment.choosing import is_suited
from app.casework.assignment.errors import NobodyToGiveTo
from app.casework.assignment.operations import HAND_ON, give
from app.casework.assignment.queries import IN_HANDS
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.queries import find_own_case, lock_case
from app.casework.recusals.errors import NobodyToObjectTo, ObjectedAlready
from app.casework.recusals.models import ASK, GRANT, REFUSE, CaseRecusal
from app.casework.recusals.queries import find_against, find_recusal, reason_of, words_of
from app.casework.sealing import seal_text
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.seen import ChangedMeanwhile, require_seen
from app.identity.queries import Colleague
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

GRANTED = "granted"
REFUSED = "refused"


def ask_recusal(actor: Actor, case_id: UUID, reason: str, *, seen: str) -> None:
    """Object to whoever has a case of one's own; sent twice it is asked once. `seen` is the case's mark, so that it meets
    the handler who had it then.

    Raises `NobodyToObjectTo`, `ObjectedAlready`, `ChangedMeanwhile`, `NotFound`.
    """
    case = lock_case(find_own_case(actor, case_id).id)
    if case.handler_id is None or case.phase not in IN_HANDS:
        raise NobodyToObjectTo
    if (before := find_against(case.id, case.handler_id)) is not None:
        if reason_of(before) != reason:
            raise ObjectedAlready
        return
    require_seen(seen, case.mark)
    recusal_id = uuid7()
    db.session.add(
        CaseRecusal(
            id=recusal_id, case_id=case.id, member_id=case.member_id, handler_id=case.handler_id,
            handler_name=case.handler_name,
            reason_cipher=seal_text(CaseRecusal.__tablename__, "reason_cipher", recusal_id, reason),
        )
    )  # fmt: skip
    db.session.flush()
    add_event(actor, case, ASK, is_shown=True)
    record(case, ASK)


def grant_recusal(actor: Actor, case_id: UUID, recusal_id: UUID, to: Colleague | None) -> None:
    """Keep the handler from the case and, if they have it still, give it `to` a colleague. Granted twice it is granted once.

    Raises `NobodyToGiveTo`, and what `open_recusal` does.
    """
    case, recusal = open_recusal(actor, case_id, recusal_id)
    if recusal.answer == GRANTED and recusal.answered_by == actor.account_id:
        return
    _require_open(recusal)
    source, is_with_them = case.state, has_still(case, recusal)
    if is_with_them and (to is None or not _may_have(to, case, recusal)):
        raise NobodyToGiveTo(field="handler")
    keep_from(actor, case, recusal.handler_id)
    _answer(actor, case, recusal, GRANTED, GRANT, source)
    if is_with_them and to is not None:
        give(actor, case, to, HAND_ON, "")


def refuse_recusal(actor: Actor, case_id: UUID, recusal_id: UUID, words: str) -> None:
    """Let the handler go on, for reasons the member reads. Refused twice alike it is refused once. Raises like `open_recusal`."""
    case, recusal = open_recusal(actor, case_id, recusal_id)
    is_theirs = (recusal.answer, recusal.answered_by) == (REFUSED, actor.account_id)
    if is_theirs and words_of(recusal) == words:
        return
    _require_open(recusal)
    recusal.words_cipher = seal_text(CaseRecusal.__tablename__, "words_cipher", recusal.id, words)
    _answer(actor, case, recusal, REFUSED, REFUSE, case.state)


def open_recusal(actor: Actor, case_id: UUID, recusal_id: UUID) -> tuple[Case, CaseRecusal]:
    """The case, held, and the objection, for who decides on its kind and has nothing to do with the case.

    Whoever is objected to finds none. Raises `NotFound` and what `reading_of` and `lock_whole` do.
    """
    case = lock_whole(case_id)
    if not actor.may(find_kind(case.kind).decide):
        raise NotFound
    reading_of(actor, case)
    return case, find_recusal(case.id, recusal_id)


def has_still(case: Case, recusal: CaseRecusal) -> bool:
    """Whether the case is in the hands of who was objected to."""
    return case.handler_id == recusal.handler_id and case.phase in IN_HANDS


def _may_have(to: Colleague, case: Case, recusal: CaseRecusal) -> bool:
    return to.account_id != recusal.handler_id and is_suited(to, case, list_conflicted(case.id))


def _require_open(recusal: CaseRecusal) -> None:
    if recusal.answer is not None:
        raise ChangedMeanwhile


def _answer(actor: Actor, case: Case, recusal: CaseRecusal, answer: str, deed: str, source: str) -> None:
    recusal.answer, recusal.answered_at, recusal.answered_by = answer, now(), actor.account_id
    db.session.flush()
    add_event(actor, case, deed, source=source, is_shown=True)
    record(case, deed)
    kind = f"{case.module}.recusal_{answer}"
    notify(kind, case.member_id, {"number": case.number, "zone": current_zone().name},
           dedupe_key=f"{kind}:{recusal.id}", href=f"/{case.module}/{case.id}")  # fmt: skip
