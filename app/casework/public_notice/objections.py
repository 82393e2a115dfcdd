"""Objecting to a line of a notice, and answering that. The applicant never learns who objected."""

from uuid import UUID

from sqlalchemy import func, select

from app.casework.kinds import CaseKind, casework_of, find_kind
from app.casework.models import Case
from app.casework.public_notice.errors import (
    NoticeOver,
    ObjectedBefore,
    OwnDecision,
    OwnObjection,
    TooManyObjections,
)
from app.casework.public_notice.judges import who_decided
from app.casework.public_notice.models import Finding, Notice, NoticeLine, Objection
from app.casework.public_notice.objection_queries import find_objection
from app.casework.public_notice.queries import find_notice, find_shown
from app.casework.queries import lock_case
from app.casework.reviews import readable
from app.casework.sealing import seal_text, unseal_texts
from app.casework.states import Step, Who
from app.casework.steps import take_step
from app.core import audit
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.seen import require_seen
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.turns import take_turn

MOST = 3
"""So many objections one member may make to one notice."""


def object_to(actor: Actor, module: str, notice_id: UUID, line_id: UUID, objection_id: UUID, words: str) -> Objection:
    """Object to a line of a notice that runs; sent twice under one id it is one.

    Raises `NoticeOver`, `TooManyObjections`, `ObjectedBefore`, `NotFound`.
    """
    notice = find_shown(module, notice_id)
    if actor.member_id is None or actor.account_id is None:
        raise NotFound
    take_turn(f"casework.objections.{notice.id}.{actor.member_id}")
    if sent := _find_sent(actor, notice, objection_id, words):
        return sent
    if not is_running(notice):
        raise NoticeOver
    if _count(actor, notice) >= MOST:
        raise TooManyObjections
    line = db.session.get(NoticeLine, (current_zone().id, line_id))
    if line is None or line.notice_id != notice.id:
        raise NotFound
    objection = Objection(
        zone_id=current_zone().id, id=objection_id, notice_id=notice.id, listing_id=line.id, member_id=actor.member_id,
        account_id=actor.account_id, name_cipher=_seal("name_cipher", objection_id, actor.name),
        words_cipher=_seal("words_cipher", objection_id, words),
    )  # fmt: skip
    db.session.add(objection)
    db.session.flush()
    _remember(objection, f"{module}.object", actor.member_id)
    return objection


def is_running(notice: Notice) -> bool:
    """Whether objections are still made."""
    return notice.ends_on is not None and today_in_china() <= notice.ends_on


def _find_sent(actor: Actor, notice: Notice, objection_id: UUID, words: str) -> Objection | None:
    """The objection that this very form has sent before."""
    sent = db.session.get(Objection, (current_zone().id, objection_id))
    if sent is None:
        return None
    if (sent.notice_id, sent.account_id) != (notice.id, actor.account_id):
        raise NotFound
    if unseal_texts(Objection.__tablename__, "words_cipher", [(sent.id, sent.words_cipher)]) != [words]:
        raise ObjectedBefore
    return sent


def _count(actor: Actor, notice: Notice) -> int:
    own = (Objection.notice_id == notice.id, Objection.member_id == actor.member_id)
    return db.session.execute(select(func.count(Objection.id)).where(*own)).scalar_one()


def read_objection(actor: Actor, module: str, objection_id: UUID) -> tuple[Objection, Case]:
    """An objection and its case, for who may decide and reads the case.

    Raises `OwnObjection`, `OwnDecision` for who drafted the notice or ever decided on the case, and what reading a case does.
    """
    if not actor.may(casework_of(module).decide):
        raise NotFound
    objection, case = find_objection(module, objection_id)
    readable(actor, case.id)
    if objection.account_id == actor.account_id:
        raise OwnObjection
    if actor.account_id in {find_notice(module, objection.notice_id).drafted_by, *who_decided([case])[case.id]}:
        raise OwnDecision
    return objection, case


def name_of(objection: Objection) -> str:
    """Who objects, in clear."""
    return unseal_texts(Objection.__tablename__, "name_cipher", [(objection.id, objection.name_cipher)])[0]


def answer_objection(
    actor: Actor, module: str, objection_id: UUID, finding: Finding, answer: str, *, seen: str | None = None
) -> None:
    """Dismiss an objection, or find it well-founded: then the case goes back for review. Who objected reads the answer.

    Sent twice it is answered once. Raises `ChangedMeanwhile` and what `read_objection` does.
    """
    objection, case = read_objection(actor, module, objection_id)
    db.session.refresh(objection, with_for_update=True)
    if objection.answered_by == actor.account_id and objection.finding == finding:
        return
    case = lock_case(case.id)
    require_seen(seen, objection.finding)
    objection.finding, objection.answered_by, objection.answered_at = finding, actor.account_id, now()
    objection.answer_cipher = _seal("answer_cipher", objection.id, answer)
    db.session.flush()
    _remember(objection, f"{module}.answer_objection", None)
    _tell(module, objection)
    if finding is Finding.WELL_FOUNDED and goes_back(case):
        take_step(actor, case.id, step_back(find_kind(case.kind)).action, seen=case.mark)


def goes_back(case: Case) -> bool:
    """Whether a well-founded objection sends a case back: a grant stands, be it granted anew since."""
    return case.state in step_back(find_kind(case.kind)).sources


def step_back(kind: CaseKind) -> Step:
    """The step by which a case of the kind goes back for review."""
    return next(step for step in kind.table.steps if step.who is Who.OBJECTION)


def _tell(module: str, objection: Objection) -> None:
    kind = f"{module}.objection_answered"
    notify(kind, objection.member_id, {"zone": current_zone().name}, dedupe_key=f"{kind}:{objection.id}",
           href=f"/{module}/notices/")  # fmt: skip


def _seal(column: str, objection_id: UUID, text: str) -> bytes:
    return seal_text(Objection.__tablename__, column, objection_id, text)


def _remember(objection: Objection, action: str, member_id: UUID | None) -> None:
    audit.record(action, object_type="case_objection", object_id=objection.id, subject_member_id=member_id)
