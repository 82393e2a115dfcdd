"""What a member does with a case of their own."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.casework.employers import paths_to_keep_from
from app.casework.errors import AlreadyOpen, DraftChanged, PaperRefused, PapersMissing, TooManyToday, WrongState
from app.casework.forms import CaseForm
from app.casework.forms.answers import to_json
from app.casework.kinds import CONTACT, CaseKind, find_kind
from app.casework.models import Case, CaseCounter, CaseDocument, CaseName
from app.casework.originals.keeping import delete_original, keep_original
from app.casework.papers import PAPERS, PURPOSE, clean_paper
from app.casework.queries import find_document, find_open_case, find_own_case, lock_case
from app.casework.sealing import ANSWERS, APPLICANT, name_indexes, seal, seal_typed, unseal_typed
from app.casework.states import EDITABLE, SUBMIT, WITHDRAW, Phase
from app.casework.steps import take_step
from app.casework.trail import record
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.files import StoredFile, delete_file, save_file
from app.core.identifiers import national_form
from app.members.models import Member
from app.members.sealing import PHONE, open_one
from app.unions.models import Union
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

MOST_A_DAY = 10
"""How many cases of a module a member hands in within 24 hours."""
NUMBER = "{prefix}-{year}-{number:06d}"
"""A case's number, given when it is first submitted."""


def own_phone(actor: Actor) -> str:
    """The member's own mobile number as people write it, to begin a form with; empty if none is known."""
    sealed = db.session.execute(select(Member.phone_cipher).where(Member.id == actor.member_id)).scalar_one_or_none()
    return national_form(open_one(PHONE, actor.member_id, sealed)) if actor.member_id and sealed else ""


def save_draft(
    actor: Actor, kind: CaseKind, case_id: UUID, typed: dict[str, Any], *, page: str = "", seen: str | None = None
) -> Case:
    """Keep what was typed, in the member's case under `case_id` or else their open one of this kind; begins one if need be.

    The same id sent twice is the same case. `page` is where it was typed, `seen` the page whose text that one began with.
    Raises `AlreadyOpen` when the open one can't be edited any more, `DraftChanged` when a third page has saved another text,
    `EmployersZone` where the case must not be known.
    """
    kept_from = paths_to_keep_from(actor, kind, {})
    case = find_form_case(actor, kind, case_id) or _begin(actor, kind, case_id, kept_from)
    if case.phase not in EDITABLE:
        raise AlreadyOpen(case.id)
    saved, saved_on = unseal_typed(case)
    if seen is not None and saved_on not in ("", page, seen) and saved != typed:
        raise DraftChanged(saved_on, saved)
    seal_typed(case, typed, page)
    case.form_version = form_of(case).version
    case.updated_at = now()
    db.session.flush()
    return case


def form_of(case: Case) -> CaseForm:
    """The form a case is written on: a draft on the one in force, whatever was handed in on its own."""
    kind = find_kind(case.kind)
    return kind.form if case.phase == Phase.DRAFT else kind.forms[case.form_version]


def find_form_case(actor: Actor, kind: CaseKind, case_id: UUID | None) -> Case | None:
    """The case a form of this kind is about: the member's own of that id while it may be edited, else the open one."""
    statement = select(Case).where(
        Case.id == case_id, Case.member_id == actor.member_id, Case.kind == kind.key, Case.phase.in_(EDITABLE)
    )
    named = db.session.execute(statement).scalar_one_or_none() if case_id else None
    return named or find_open_case(actor, kind)


def _begin(actor: Actor, kind: CaseKind, case_id: UUID, kept_from: list[str]) -> Case:
    """A new draft, or the one that a simultaneous request of the same member began first."""
    if actor.member_id is None:
        raise NotFound
    draft = Case(
        zone_id=current_zone().id, id=case_id, member_id=actor.member_id, module=kind.module, kind=kind.key,
        is_single=kind.is_single, needs_two_people=kind.needs_two_people, form_version=kind.form.version,
        state=kind.table.first.key, version=1, blind_paths=kept_from,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        return find_open_case(actor, kind) or find_own_case(actor, case_id)
    return draft


def attach_paper(actor: Actor, case: Case, paper: str, data: bytes, name: str) -> CaseDocument:
    """Add a paper to a case the member may edit; the same file again is the one already there.

    Raises `PaperRefused` (also for too many papers), `WrongState`, `NotFound` for a paper this kind does not have.
    """
    _require_editable(actor, case)
    declared = next((known for known in form_of(case).papers if known.key == paper), None)
    if declared is None:
        raise NotFound
    clean = clean_paper(data, name)
    if existing := _same_paper(case, paper, hashlib.sha256(clean.data).digest()):
        return existing
    sent = db.session.execute(select(func.count(CaseDocument.id)).where(CaseDocument.case_id == case.id)).scalar_one()
    if sent >= PAPERS.most:
        raise PaperRefused(PAPERS.too_many())
    stored = save_file(clean.data, name=clean.name, media_type=clean.media_type, purpose=PURPOSE,
                       visibility="personal", member_id=case.member_id)  # fmt: skip
    document = CaseDocument(case_id=case.id, member_id=case.member_id, file_id=stored.id, paper=paper)
    db.session.add(document)
    db.session.flush()
    if declared.keeps_original and clean.media_type == "application/pdf":
        keep_original(document, data, clean.name)
    return document


def _same_paper(case: Case, paper: str, digest: bytes) -> CaseDocument | None:
    statement = (
        select(CaseDocument)
        .join(StoredFile, StoredFile.id == CaseDocument.file_id)
        .where(CaseDocument.case_id == case.id, CaseDocument.paper == paper, StoredFile.sha256 == digest)
        .limit(1)
    )
    return db.session.execute(statement).scalar_one_or_none()


def remove_paper(actor: Actor, case: Case, document_id: UUID) -> None:
    """Take a paper back while the case may be edited; raises `NotFound`, `WrongState`."""
    _require_editable(actor, case)
    _delete_document(find_document(case.id, document_id))


def _delete_document(document: CaseDocument) -> None:
    delete_original(document)
    db.session.delete(document)
    db.session.flush()
    delete_file(document.file_id)


def _require_editable(actor: Actor, case: Case) -> None:
    if actor.member_id is None or case.member_id != actor.member_id:
        raise NotFound
    if case.phase not in EDITABLE:
        raise WrongState


def submit_case(actor: Actor, case_id: UUID, answers: dict[str, Any]) -> Case:
    """Hand the case in, or again after it was returned. `answers` is what the form's schema gives.

    Sent twice it is handed in once. Raises `PapersMissing`, `TooManyToday`, `UnknownUnion`, `SeveralUnions` (at their fields),
    `EmployersZone`, `WrongState`, `NotFound`, and what its kind refuses.
    """
    find_own_case(actor, case_id)
    case = lock_case(case_id)
    if case.phase in EDITABLE:
        if case.submitted_at is None:
            _require_calm(case)
        _fill(actor, case, answers)
    return take_step(actor, case_id, SUBMIT)


def _require_calm(case: Case) -> None:
    """Nobody hands in more of a module in a day than the desk can take seriously; raises `TooManyToday`."""
    today = select(func.count(Case.id)).where(
        Case.member_id == case.member_id, Case.module == case.module, Case.submitted_at > now() - timedelta(days=1)
    )
    if db.session.execute(today).scalar_one() >= MOST_A_DAY:
        raise TooManyToday


def _fill(actor: Actor, case: Case, answers: dict[str, Any]) -> None:
    for paper in missing_papers(case, answers):
        raise PapersMissing(field=f"paper_{paper}")
    kind, form = find_kind(case.kind), form_of(case)
    kind.own.require_submission(actor, case, answers)
    name, union_path = db.session.execute(
        select(Member.name, Member.union_path).where(Member.id == case.member_id)
    ).one()
    union = db.session.execute(select(Union.name).where(Union.path == union_path)).scalar_one_or_none()
    kept_from = paths_to_keep_from(actor, kind, answers)
    number = case.number or next_number(kind)
    make_findable(case, name)
    for column, value in form.columns(answers).items():
        setattr(case, column, value)
    seal(case, ANSWERS, to_json(form, answers))
    # Who applies, as of today: a later change of name or union does not rewrite the case.
    seal(case, APPLICANT, {"name": name, "phone": answers[CONTACT], "union": union or ""})
    case.union_path, case.blind_paths = union_path or current_zone().union_path, kept_from
    case.form_version = form.version
    case.consent_version = kind.consent.version
    case.consented_at = now()
    case.submitted_by = actor.account_id
    case.submitted_at = case.submitted_at or now()
    case.number = number


def make_findable(case: Case, name: str) -> None:
    """Let the desk find the case by the beginnings of its applicant's name."""
    rows = [
        {"zone_id": case.zone_id, "id": uuid7(), "name_index": index, "case_id": case.id, "member_id": case.member_id}
        for index in name_indexes(case.zone_id, name)
    ]
    db.session.execute(insert(CaseName).on_conflict_do_nothing(), rows)


def missing_papers(case: Case, answers: dict[str, Any]) -> list[str]:
    """The required papers, by these answers, that were not sent yet."""
    statement = select(CaseDocument.paper).where(CaseDocument.case_id == case.id)
    sent = set(db.session.execute(statement).scalars())
    asked = form_of(case).papers_for(answers)
    return [paper.key for paper in asked if paper.is_required and paper.key not in sent]


def next_number(kind: CaseKind) -> str:
    """The zone's next number of the year; two submissions at once get two numbers.

    Where an employer must not know of a case, a gap in the numbers they see would tell: there they follow no order.
    """
    year = today_in_china().year
    if kind.is_employer_blind:
        return NUMBER.format(prefix=kind.number, year=year, number=10**9 + secrets.randbelow(9 * 10**9))
    statement = (
        insert(CaseCounter)
        .values(zone_id=current_zone().id, prefix=kind.number, year=year, last=1)
        .on_conflict_do_update(index_elements=["zone_id", "prefix", "year"], set_={"last": CaseCounter.last + 1})
        .returning(CaseCounter.last)
    )
    return NUMBER.format(prefix=kind.number, year=year, number=db.session.execute(statement).scalar_one())


def withdraw_case(actor: Actor, case_id: UUID) -> Case:
    """Take a case back before it is decided; raises `WrongState`, `NotFound`."""
    return take_step(actor, case_id, WITHDRAW)


def discard_draft(actor: Actor, case_id: UUID) -> None:
    """Delete a draft and its papers for good; raises `WrongState` for anything that was ever submitted."""
    find_own_case(actor, case_id)
    case = lock_case(case_id)
    if case.phase != Phase.DRAFT:
        raise WrongState
    record(case, "discard")
    db.session.flush()  # what the trail says of it is kept from whom the case is kept from, which only the case knows
    documents = db.session.execute(select(CaseDocument).where(CaseDocument.case_id == case.id)).scalars().all()
    for document in documents:
        _delete_document(document)
    db.session.delete(case)
