"""What a lawyer does with claims of their own: begins one, writes it and its receipts, claims the fee, withdraws."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete

from app.casework.errors import PaperRefused
from app.casework.models import Case
from app.casework.papers import CleanPaper, clean_paper
from app.casework.queries import lock_case
from app.casework.trail import record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.files import StoredFile, delete_file, read_file, save_file
from app.core.images import FORMATS, MB
from app.core.seen import require_seen
from app.core.uploads import Uploads
from app.modules.legal_aid.fees.errors import ClaimMovedOn, NothingToPay, ReceiptMissing, WorkNotDone, WorkNotTold
from app.modules.legal_aid.fees.models import FeeClaim, FeeReceipt
from app.modules.legal_aid.fees.moving import held, move, require_movable, seal_words
from app.modules.legal_aid.fees.queries import (
    calculation_of,
    find_live,
    find_own,
    find_receipt,
    list_done,
    list_receipts,
    standard_of,
    words_of,
)
from app.modules.legal_aid.fees.standards import Work
from app.modules.legal_aid.fees.states import CLAIM, EDITABLE, WITHDRAW, ClaimState, Hand
from app.modules.legal_aid.fees.time_to_claim import has_passed, require_in_time
from app.modules.legal_aid.lawyers.models import Assignment
from app.modules.legal_aid.lawyers.queries import find_accepted
from app.modules.legal_aid.rights import CLAIM_FEES
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

PURPOSE = "legal_aid.fee_receipt"
RECEIPTS = Uploads({**FORMATS, "PDF": "application/pdf"}, most_bytes=10 * MB, most=5)
"""What one claim takes."""
DRAFT, READ_RECEIPT = "draft_fee", "read_fee_receipt"


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a lawyer tells: minutes of work, travel costs in cents, and in words what was done."""

    minutes: int = 0
    travel_cents: int = 0
    told: str = ""


def begin_claim(actor: Actor, assignment_id: UUID, work: Work) -> FeeClaim:
    """A draft for a piece of work that is done; begun twice, in two tabs too, there is one.

    Raises `WorkNotDone`, `TooLateToClaim`, `NotFound`.
    """
    if not actor.may(CLAIM_FEES):
        raise NotFound
    assignment = find_accepted(actor, assignment_id)
    case = lock_case(assignment.case_id)
    if (known := find_live(actor, case.id, work)) is not None:
        return known
    require_in_time(assignment)
    if case.accounts_only_since:
        raise WorkNotDone
    done = next((one for one in list_done(actor) if (one.assignment.id, one.work) == (assignment_id, work)), None)
    if done is None:
        raise WorkNotDone
    claim = FeeClaim(
        zone_id=current_zone().id, id=uuid7(), case_id=case.id, member_id=case.member_id, assignment_id=assignment_id,
        lawyer_id=done.assignment.lawyer_id, lawyer_name=done.assignment.lawyer_name, account_id=actor.account_id,
        lawyer_member_id=actor.member_id, work=work, done_on=done.done_on, state=ClaimState.DRAFT,
    )  # fmt: skip
    db.session.add(claim)
    db.session.flush()
    _record(case, DRAFT, claim)
    return claim


def can_begin_anew(claim: FeeClaim) -> bool:
    """Whether the work of a claim is still in time to be claimed, once it is withdrawn."""
    return not has_passed(db.session.get_one(Assignment, (current_zone().id, claim.assignment_id)))


def save_claim(
    actor: Actor, claim_id: UUID, facts: ClaimFacts, receipts: Iterable[tuple[bytes, str]], *, seen: str | None
) -> FeeClaim:
    """Keep what was written of a claim, and add receipts (bytes, name); the same sent twice is kept once.

    Raises `ClaimMovedOn`, `ChangedMeanwhile`, `NotFound`, and `PaperRefused`, also for too many receipts.
    """
    claim, case = held(actor, Hand.LAWYER, claim_id)
    new = _new_receipts(claim, receipts)
    if facts == _facts_of(claim) and not new:
        return claim
    if claim.state not in EDITABLE:
        raise ClaimMovedOn
    require_seen(seen, claim.mark)
    claim.minutes, claim.travel_cents = facts.minutes, facts.travel_cents
    seal_words(claim, "told_cipher", facts.told)
    for clean in new:
        stored = save_file(clean.data, name=clean.name, media_type=clean.media_type, purpose=PURPOSE,
                           visibility="personal", member_id=case.member_id)  # fmt: skip
        db.session.add(FeeReceipt(case_id=case.id, member_id=case.member_id, claim_id=claim.id, file_id=stored.id,
                                  lawyer_member_id=claim.lawyer_member_id))  # fmt: skip
    claim.version += 1
    db.session.flush()
    _record(case, DRAFT, claim)
    return claim


def claim_fee(actor: Actor, claim_id: UUID) -> FeeClaim:
    """Hand a claim in as it is saved; handed in twice it is once. Its standard and amount are fixed the first time and anew
    with what was changed since. Raises `WorkNotTold`, `ReceiptMissing`, `NothingToPay`, `TooLateToClaim` for a draft,
    `ClaimMovedOn`, `NotFound`."""
    claim, case = held(actor, Hand.LAWYER, claim_id)
    if claim.state == ClaimState.CLAIMED:
        return claim
    require_movable(claim, CLAIM)
    if claim.state == ClaimState.DRAFT:
        require_in_time(db.session.get_one(Assignment, (current_zone().id, claim.assignment_id)))
    if claim.told_cipher is None:
        raise WorkNotTold(field="told")
    if claim.travel_cents and not list_receipts(claim.id):
        raise ReceiptMissing(field="receipts")
    amount_cents = calculation_of(claim)[-1].cents
    if not amount_cents:
        raise NothingToPay(field="hours")
    claim.standard, claim.amount_cents = standard_of(claim).to_json(), amount_cents
    claim.claimed_at = claim.claimed_at or now()
    move(actor, case, claim, CLAIM)
    return claim


def withdraw_claim(actor: Actor, claim_id: UUID, *, seen: str | None) -> None:
    """Take a claim back before it is approved; the work can be claimed anew. Raises `ClaimMovedOn`, `ChangedMeanwhile`, `NotFound`."""
    claim, case = held(actor, Hand.LAWYER, claim_id)
    if claim.state == ClaimState.WITHDRAWN:
        return
    require_seen(seen, claim.mark)
    move(actor, case, claim, WITHDRAW)


def remove_receipt(actor: Actor, claim_id: UUID, receipt_id: UUID) -> None:
    """Take a receipt out of a claim that is being written. Raises `ClaimMovedOn`, `NotFound`."""
    claim, case = held(actor, Hand.LAWYER, claim_id)
    if claim.state not in EDITABLE:
        raise ClaimMovedOn
    file_id = find_receipt(claim.id, receipt_id).file_id
    db.session.execute(delete(FeeReceipt).where(FeeReceipt.id == receipt_id))
    delete_file(file_id)
    claim.version += 1
    _record(case, DRAFT, claim)


def read_own_receipt(actor: Actor, claim_id: UUID, receipt_id: UUID) -> tuple[StoredFile, bytes]:
    """Raises `NotFound`."""
    return read_file(find_receipt(find_own(actor, claim_id).claim.id, receipt_id).file_id)


def _new_receipts(claim: FeeClaim, receipts: Iterable[tuple[bytes, str]]) -> list[CleanPaper]:
    """The receipts that are not there yet, each once."""
    there = {each.sha256 for each in list_receipts(claim.id)}
    clean = {sha256(paper.data).digest(): paper for paper in (clean_paper(*each) for each in receipts)}
    if len(there | clean.keys()) > RECEIPTS.most:
        raise PaperRefused(RECEIPTS.too_many(), field="receipts")
    return [paper for digest, paper in clean.items() if digest not in there]


def _facts_of(claim: FeeClaim) -> ClaimFacts:
    return ClaimFacts(claim.minutes, claim.travel_cents, words_of(claim, "told_cipher"))


def _record(case: Case, deed: str, claim: FeeClaim) -> None:
    record(case, deed, concerns_member=False, claim=str(claim.id))
