"""Reads of casework: a member's own cases, and what pages show of one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.casework.errors import GoesOnElsewhere
from app.casework.kinds import CaseKind
from app.casework.models import Case, CaseDocument, CaseEvent
from app.casework.originals.models import CaseOriginal
from app.casework.sealing import unseal_notes
from app.casework.states import OVER, Phase
from app.core.errors import NotFound
from app.core.files import StoredFile
from tenants.context import Actor, current_zone
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a case, with what is known of its file; `size` in bytes. One that `has_original` is kept as it was sent, too."""

    id: UUID
    paper: str
    name: str
    media_type: str
    size: int
    has_original: bool = False

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line of the history, its note in clear."""

    action: str
    to_state: str
    visibility: str
    actor_name: str
    at: datetime
    note: str


def find_case(case_id: UUID) -> Case:
    """A case the plane may see; raises `NotFound`."""
    case = db.session.get(Case, (current_zone().id, case_id))
    if case is None:
        raise NotFound
    return case


def is_at_the_desk() -> ColumnElement[bool]:
    """The cases that the desk deals with, or did: neither drafts nor what is kept for the accounts alone."""
    return (Case.phase != Phase.DRAFT) & Case.accounts_only_since.is_(None)


def find_own_case(actor: Actor, case_id: UUID) -> Case:
    """A case of the actor's own; raises `NotFound` for anybody else's, and for one that the accounts alone keep."""
    case = find_case_or_vouchers(actor, case_id)
    if case.accounts_only_since:
        raise NotFound
    return case


def find_case_or_vouchers(actor: Actor, case_id: UUID) -> Case:
    """A case of the actor's own, also one that the accounts alone keep; raises `NotFound` for anybody else's."""
    case = find_case(case_id)
    if actor.member_id is None or case.member_id != actor.member_id:
        raise NotFound
    return case


def lock_case(case_id: UUID) -> Case:
    """The case as committed now, held until the transaction ends; raises `NotFound`."""
    statement = select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    case = db.session.execute(statement).scalar_one_or_none()
    if case is None:
        raise NotFound
    return case


def lock_for_adding(case_id: UUID) -> Case:
    """The case held as by `lock_case`, to add something to it; raises `GoesOnElsewhere`, `NotFound`."""
    case = lock_case(case_id)
    if case.is_elsewhere:
        raise GoesOnElsewhere
    return case


def lock_cases(module: str, case_ids: Iterable[UUID]) -> list[Case]:
    """Those of a module's cases that are there, as committed now, held until the transaction ends."""
    named = select(Case).where(Case.module == module, Case.id.in_(set(case_ids))).order_by(Case.id)
    return list(db.session.scalars(named.with_for_update().execution_options(populate_existing=True)))


def find_open_case(actor: Actor, kind: CaseKind) -> Case | None:
    """The member's case of a kind that a form goes on with: the draft or, of a single kind, whichever is open for the first time."""
    phases = [phase for phase in Phase if phase not in OVER] if kind.is_single else [Phase.DRAFT]
    statement = select(Case).where(
        Case.member_id == actor.member_id,
        Case.kind == kind.key,
        Case.phase.in_(phases),
        Case.appealed_at.is_(None),
        Case.reopened_at.is_(None),
    )
    return db.session.execute(statement).scalar_one_or_none()


def list_own_cases(actor: Actor, module: str, most: int = 50) -> list[Case]:
    """The member's cases with a module, newest first."""
    statement = select(Case).where(
        Case.member_id == actor.member_id, Case.module == module, Case.accounts_only_since.is_(None)
    )
    return list(db.session.execute(statement.order_by(Case.id.desc()).limit(most)).scalars())


def list_papers(case_id: UUID) -> list[Paper]:
    """The papers of a case, in the order they were sent."""
    rows = db.session.execute(
        select(
            CaseDocument.id,
            CaseDocument.paper,
            StoredFile.name,
            StoredFile.media_type,
            StoredFile.size,
            select(CaseOriginal.id).where(CaseOriginal.document_id == CaseDocument.id).exists(),
        )
        .join(StoredFile, StoredFile.id == CaseDocument.file_id)
        .where(CaseDocument.case_id == case_id)
        .order_by(CaseDocument.id)
    )
    return [Paper(*row) for row in rows]


def find_document(case_id: UUID, document_id: UUID) -> CaseDocument:
    """A paper of that very case; raises `NotFound`."""
    statement = select(CaseDocument).where(CaseDocument.id == document_id, CaseDocument.case_id == case_id)
    document = db.session.execute(statement).scalar_one_or_none()
    if document is None:
        raise NotFound
    return document


def find_last_event(case_id: UUID, actions: Collection[str]) -> CaseEvent | None:
    """The last line of the history that tells of one of these actions."""
    statement = select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.action.in_(actions))
    return db.session.execute(statement.order_by(CaseEvent.id.desc()).limit(1)).scalar_one_or_none()


def list_history(case_id: UUID, *, for_member: bool) -> list[HistoryLine]:
    """The history, oldest first; a member sees neither inner lines nor who among the staff acted."""
    statement = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
    if for_member:
        statement = statement.where(CaseEvent.visibility == "member")
    events = list(db.session.execute(statement).scalars())
    notes = unseal_notes([(event.id, event.note_cipher) for event in events])
    return [
        HistoryLine(
            event.action, event.to_state, event.visibility, "" if for_member else event.actor_name, event.at, note
        )
        for event, note in zip(events, notes, strict=True)
    ]
