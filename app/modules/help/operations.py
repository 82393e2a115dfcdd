"""What a member does with an application of their own."""

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.files import StoredFile, delete_file, save_file
from app.core.identifiers import national_form
from app.members.models import Member
from app.members.sealing import PHONE, open_one
from app.modules.help import consent
from app.modules.help.errors import AlreadyOpen, BeyondLimit, DraftChanged, PaperRefused, PapersMissing, WrongState
from app.modules.help.kinds import KINDS
from app.modules.help.models import Application, Counter, Document
from app.modules.help.papers import PAPERS, PURPOSE, clean_paper
from app.modules.help.queries import find_document, find_open_application, find_own_application, lock_application
from app.modules.help.sealing import APPLICANT, DESCRIPTION, seal, seal_document, seal_typed, unseal_typed
from app.modules.help.states import EDITABLE, NUMBER, TRANSITIONS
from app.modules.help.transitions import take_step
from app.unions.models import Union
from tenants.context import Actor, current_zone
from tenants.database import db


def own_phone(actor: Actor) -> str:
    """The member's own mobile number as people write it, to begin a form with; empty if none is known."""
    sealed = db.session.execute(select(Member.phone_cipher).where(Member.id == actor.member_id)).scalar_one_or_none()
    return national_form(open_one(PHONE, actor.member_id, sealed)) if actor.member_id and sealed else ""


def save_draft(
    actor: Actor, kind: str, application_id: UUID, typed: dict[str, Any], *, page: str = "", seen: str | None = None
) -> Application:
    """Keep what was typed, in the member's open application of this kind; begins one under `application_id`.

    The same id sent twice is the same application. `page` is where it was typed, `seen` the page whose text that one
    began with. Raises `AlreadyOpen` when the open one can't be edited any more, `DraftChanged` when a third page has
    saved another text.
    """
    application = find_open_application(actor, kind) or _begin(actor, kind, application_id)
    if application.state not in EDITABLE:
        raise AlreadyOpen(application.id)
    saved, saved_on = unseal_typed(application)
    if seen is not None and saved_on not in ("", page, seen) and saved != typed:
        raise DraftChanged(saved_on, saved)
    seal_typed(application, typed, page)
    application.updated_at = now()
    db.session.flush()
    return application


def _begin(actor: Actor, kind: str, application_id: UUID) -> Application:
    """A new draft, or the one that a simultaneous request of the same member began first."""
    if actor.member_id is None or kind not in KINDS:
        raise NotFound
    draft = Application(zone_id=current_zone().id, id=application_id, member_id=actor.member_id, kind=kind, version=1)
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        return find_open_application(actor, kind) or find_own_application(actor, application_id)
    return draft


def attach_paper(actor: Actor, application: Application, paper: str, data: bytes, name: str) -> Document:
    """Add a paper to an application the member may edit; the same file again is the one already there.

    Raises `PaperRefused` (also for too many papers), `WrongState`, `NotFound` for a paper this kind does not have.
    """
    _require_editable(actor, application)
    if paper not in {known.key for known in KINDS[application.kind].papers}:
        raise NotFound
    clean = clean_paper(data, name)
    if existing := _same_paper(application, paper, hashlib.sha256(clean.data).digest()):
        return existing
    sent = db.session.execute(
        select(func.count(Document.id)).where(Document.application_id == application.id)
    ).scalar_one()
    if sent >= PAPERS.most:
        raise PaperRefused(PAPERS.too_many())
    stored = save_file(clean.data, name=clean.name, media_type=clean.media_type, purpose=PURPOSE,
                       visibility="personal", member_id=application.member_id)  # fmt: skip
    document = Document(application_id=application.id, member_id=application.member_id, file_id=stored.id, paper=paper)
    db.session.add(document)
    db.session.flush()
    return document


def _same_paper(application: Application, paper: str, digest: bytes) -> Document | None:
    statement = (
        select(Document)
        .join(StoredFile, StoredFile.id == Document.file_id)
        .where(Document.application_id == application.id, Document.paper == paper, StoredFile.sha256 == digest)
        .limit(1)
    )
    return db.session.execute(statement).scalar_one_or_none()


def remove_paper(actor: Actor, application: Application, document_id: UUID) -> None:
    """Take a paper back while the application may be edited; raises `NotFound`, `WrongState`."""
    _require_editable(actor, application)
    _delete_document(find_document(application.id, document_id))


def _delete_document(document: Document) -> None:
    db.session.delete(document)
    db.session.flush()
    delete_file(document.file_id)


def _require_editable(actor: Actor, application: Application) -> None:
    if actor.member_id is None or application.member_id != actor.member_id:
        raise NotFound
    if application.state not in EDITABLE:
        raise WrongState


def submit_application(actor: Actor, application_id: UUID, values: dict[str, Any]) -> Application:
    """Hand the application in, or again after it was returned. `values` is what `ApplicationSchema` gives.

    Sent twice it is handed in once. Raises `BeyondLimit`, `PapersMissing` (at their fields), `WrongState`, `NotFound`.
    """
    return take_step(actor, application_id, TRANSITIONS["submit"], _fill, inputs=values)


def _fill(application: Application, actor: Actor, values: dict[str, Any]) -> None:
    kind = KINDS[application.kind]
    if values["amount_requested"] > kind.most_cents:
        raise BeyondLimit(field="amount_requested")
    _require_papers(application)
    application.household_size = values["household_size"]
    application.monthly_income_cents = values["monthly_income"]
    application.amount_requested_cents = values["amount_requested"]
    seal(application, DESCRIPTION, values["description"])
    seal_document(application, APPLICANT, _applicant(application.member_id, values["contact_phone"]))
    application.consent_version = consent.CURRENT
    application.consented_at = now()
    application.submitted_by = actor.account_id
    application.submitted_at = now()
    application.number = application.number or _next_number()


def missing_papers(application: Application) -> list[str]:
    """The required papers that were not sent yet."""
    sent = set(db.session.execute(select(Document.paper).where(Document.application_id == application.id)).scalars())
    return [paper for paper in KINDS[application.kind].required_papers if paper not in sent]


def _require_papers(application: Application) -> None:
    for paper in missing_papers(application):
        raise PapersMissing(field=f"paper_{paper}")


def _applicant(member_id: UUID, phone: str) -> dict[str, str]:
    """Who applies, as of today: a later change of name or union does not rewrite the case."""
    name, union_path = db.session.execute(select(Member.name, Member.union_path).where(Member.id == member_id)).one()
    union = db.session.execute(select(Union.name).where(Union.path == union_path)).scalar_one_or_none()
    return {"name": name, "phone": phone, "union": union or ""}


def _next_number() -> str:
    """The zone's next number of the year; two submissions at once get two numbers."""
    year = today_in_china().year
    statement = (
        insert(Counter)
        .values(zone_id=current_zone().id, year=year, last=1)
        .on_conflict_do_update(index_elements=["zone_id", "year"], set_={"last": Counter.last + 1})
        .returning(Counter.last)
    )
    return NUMBER.format(year=year, number=db.session.execute(statement).scalar_one())


def withdraw_application(actor: Actor, application_id: UUID) -> Application:
    """Take an application back before it is decided; raises `WrongState`, `NotFound`."""
    return take_step(actor, application_id, TRANSITIONS["withdraw"], lambda *_: None)


def discard_draft(actor: Actor, application_id: UUID) -> None:
    """Delete a draft and its papers for good; raises `WrongState` for anything that was ever submitted."""
    find_own_application(actor, application_id)
    application = lock_application(application_id)
    if application.state != "draft":
        raise WrongState
    documents = db.session.execute(select(Document).where(Document.application_id == application.id)).scalars().all()
    for document in documents:
        _delete_document(document)
    db.session.delete(application)
    audit.record("help.discard", object_type="help_application", object_id=application_id,
                 subject_member_id=actor.member_id)  # fmt: skip
