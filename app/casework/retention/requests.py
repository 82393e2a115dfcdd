"""A member asks to have a case erased, and staff answer. What is granted, or needs no answer, is erased by the job."""

from uuid import UUID

from app.casework.access.standing import reading_of
from app.casework.kinds import casework_of
from app.casework.models import Case
from app.casework.queries import find_own_case, lock_case
from app.casework.retention.errors import KeptWithAnother, OnHold, StillRunning
from app.casework.retention.models import CaseErasure
from app.casework.retention.queries import find_hold, find_request
from app.casework.sealing import seal_text, unseal_texts
from app.casework.states import Phase
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.outbox import emit
from app.core.seen import ChangedMeanwhile
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

ASK = "ask_erasure"
GRANT = "grant_erasure"
REFUSE = "refuse_erasure"
ERASE_JOB = "casework.erase"
GRANTED = "granted"
REFUSED = "refused"


def ask_erasure(actor: Actor, case_id: UUID) -> None:
    """Ask to have a case of one's own erased; asked twice it is asked once. Raises what `refusal_to_erase` gives, `NotFound`."""
    case = find_own_case(actor, case_id)
    take_turn(f"casework.erasure.{case.id}")
    if refusal := refusal_to_erase(case):
        raise refusal
    last = find_request(case.id)
    if last is not None and last.answer != REFUSED:
        return
    request = CaseErasure(id=uuid7(), case_id=case.id, member_id=case.member_id)
    db.session.add(request)
    db.session.flush()
    add_event(actor, case, ASK, is_shown=True)
    record(case, ASK)
    emit(ERASE_JOB, dedupe_key=f"{ERASE_JOB}:{request.id}", payload={})


def refusal_to_erase(case: Case) -> StillRunning | KeptWithAnother | None:
    """Why a case can't be erased as it stands; a hold is another matter, of which the member does not know."""
    if case.phase == Phase.MERGED:
        return KeptWithAnother()
    return None if Phase(case.phase).is_over else StillRunning()


def grant_erasure(actor: Actor, case_id: UUID, request_id: UUID) -> None:
    """Let a case be erased by the next run of the job. Granted twice it is granted once.

    Raises `OnHold`, what `refusal_to_erase` gives, and what `open_request` does.
    """
    case, request = open_request(actor, case_id, request_id)
    if request.answer == GRANTED and request.answered_by == actor.account_id:
        return
    _require_open(request)
    if find_hold(case.id) is not None:
        raise OnHold
    if refusal := refusal_to_erase(case):
        raise refusal
    _answer(actor, case, request, GRANTED, GRANT)
    emit(ERASE_JOB, dedupe_key=f"{ERASE_JOB}:{request.id}:{GRANTED}", payload={})


def refuse_erasure(actor: Actor, case_id: UUID, request_id: UUID, ground: str, words: str) -> None:
    """Refuse upon a ground of the law; the member reads both. Refused twice alike it is refused once. Raises like `open_request`."""
    case, request = open_request(actor, case_id, request_id)
    if _says_the_same(actor, request, ground, words):
        return
    _require_open(request)
    request.ground = ground
    request.words_cipher = seal_text(CaseErasure.__tablename__, "words_cipher", request.id, words)
    _answer(actor, case, request, REFUSED, REFUSE)


def require_retention(actor: Actor, case: Case) -> None:
    """Whoever keeps and erases has the permission for it and nothing to do with the case. Raises `NotFound` and like `reading_of`."""
    if not actor.may(casework_of(case.module).retain):
        raise NotFound
    reading_of(actor, case)


def open_request(actor: Actor, case_id: UUID, request_id: UUID) -> tuple[Case, CaseErasure]:
    """The case, held, and the request that an answer is meant for. Raises `NotFound` and what `require_retention` does."""
    case = lock_case(case_id)
    require_retention(actor, case)
    request = find_request(case.id)
    if request is None or request.id != request_id:
        raise NotFound
    return case, request


def _require_open(request: CaseErasure) -> None:
    if request.answer is not None:
        raise ChangedMeanwhile


def _says_the_same(actor: Actor, request: CaseErasure, ground: str, words: str) -> bool:
    if request.answer != REFUSED or request.answered_by != actor.account_id or request.ground != ground:
        return False
    return words_of_refusal(request) == words


def words_of_refusal(request: CaseErasure) -> str:
    """Why a request was refused; empty for another one."""
    return unseal_texts(CaseErasure.__tablename__, "words_cipher", [(request.id, request.words_cipher)])[0]


def _answer(actor: Actor, case: Case, request: CaseErasure, answer: str, deed: str) -> None:
    request.answer, request.answered_at, request.answered_by = answer, now(), actor.account_id
    add_event(actor, case, deed, is_shown=True)
    record(case, deed)
    notify(
        f"{case.module}.erasure_{answer}",
        case.member_id,
        {"number": case.number, "zone": current_zone().name},
        dedupe_key=f"{case.module}.erasure_{answer}:{request.id}",
        href=f"/{case.module}/" if answer == GRANTED else f"/{case.module}/{case.id}",
    )
