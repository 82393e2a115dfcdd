"""Members ask for their record to be set right; staff answer, and what is not verified is written at once."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.core import audit
from app.core.clock import now
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.identifiers import IdentifierError
from app.core.platform import platform
from app.members.changes import member_changed
from app.members.errors import VerifiedData
from app.members.models import Correction, Member
from app.members.operations import write_phone
from app.members.roster.comparing import IDENTITY_FIELDS
from app.members.roster.parsing import Unusable, parse_value
from app.members.roster.problems import sentence
from tenants.context import Actor, current_zone
from tenants.database import db

WRITABLE = ("name", "gender", "birth_date", "phone", "email", "education")
"""Fields that a granted request changes by itself; the others staff look into."""
_PLACE = {"table": "members_corrections", "column": "wanted"}


def request_correction(actor: Actor, correction_id: UUID, field: str, wanted: str) -> Correction:
    """Keep a member's request; the same id again is the same request. Raises `InvalidInput`."""
    if existing := db.session.get(Correction, (current_zone().id, correction_id)):
        return existing
    if actor.member_id is None:
        raise NotFound
    correction = Correction(
        id=correction_id, member_id=actor.member_id, field=field,
        wanted=platform().cipher.encrypt(_checked(field, wanted), row=correction_id, **_PLACE),
    )  # fmt: skip
    db.session.add(correction)
    db.session.flush()
    audit.record("members.request_correction", object_type="correction", object_id=correction_id,
                 subject_member_id=actor.member_id, field=field)  # fmt: skip
    return correction


def _checked(field: str, wanted: str) -> str:
    """The wanted value in our spelling, where the field has one."""
    if field not in WRITABLE:
        return wanted
    try:
        return parse_value(field, wanted)
    except (Unusable, IdentifierError) as fault:
        raise InvalidInput(sentence(fault.code, fault.params), field="wanted") from None


def wanted_value(correction: Correction) -> str:
    """What the member wants to be written, in clear."""
    return platform().cipher.decrypt(correction.wanted, row=correction.id, **_PLACE)


def answer_correction(actor: Actor, correction_id: UUID, *, grant: bool, answer: str) -> Correction:
    """Grant a request (and write it, where it is a plain field) or decline it with a reason.

    Raises `NotFound`, `VerifiedData`, `Conflict` when it was answered otherwise before.
    """
    correction = db.session.scalars(
        select(Correction).where(Correction.id == correction_id).with_for_update()
    ).one_or_none()
    if correction is None:
        raise NotFound
    status = "done" if grant else "declined"
    if correction.status == status:
        return correction
    if correction.status != "open":
        raise Conflict
    if grant and correction.field in WRITABLE:
        _write(correction)
    correction.status, correction.answer = status, answer
    correction.answered_by, correction.answered_at = actor.account_id, now()
    audit.record("members.answer_correction", object_type="correction", object_id=correction_id,
                 subject_member_id=correction.member_id, field=correction.field, status=status)  # fmt: skip
    db.session.flush()
    return correction


def _write(correction: Correction) -> None:
    member = db.session.get(Member, correction.member_id)
    if member is None:
        raise NotFound
    field, wanted = correction.field, wanted_value(correction)
    if member.verified_at is not None and field in IDENTITY_FIELDS:
        raise VerifiedData
    if field == "phone":
        write_phone(member, wanted)
    else:
        setattr(member, field, date.fromisoformat(wanted) if field == "birth_date" else wanted)
    member.updated_at = now()
    member_changed(member.id)
