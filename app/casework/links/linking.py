"""Linking cases that have to do with each other.

A link is told to nobody who may not read both: it stands in no history, and what the trail says of it names neither the other
case nor that there is one to whom either is kept from.
"""

from dataclasses import dataclass
from uuid import UUID

from app.casework.errors import NotAdmitted
from app.casework.links.errors import LinkedAlready, UnknownCase
from app.casework.links.models import CaseLink, Relation
from app.casework.links.queries import find_link, find_numbered, list_links
from app.casework.models import Case
from app.casework.queries import find_case, lock_case
from app.casework.reviews import reads
from app.casework.sealing import seal_text, unseal_texts
from app.casework.trail import record
from app.core.clock import now
from app.core.errors import NotFound
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7

LINK = "link"
UNLINK = "unlink"


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link with its reason in clear, and the case at its other end."""

    link: CaseLink
    other: Case
    reason: str


def link_cases(actor: Actor, case_id: UUID, number: str, relation: Relation, reason: str) -> None:
    """Link a case with the one of that number; both are read by the actor. Sent twice they are linked once.

    Raises `UnknownCase`, `LinkedAlready`, and `NotAdmitted`.
    """
    other = find_numbered(number)
    if other is None or other.id == case_id or not reads(actor, other.id):
        raise UnknownCase(field="other_number")
    case, other = _lock_both(actor, case_id, other.id)
    if (held := find_link(case.id, other.id)) is not None:
        if (held.linked_by, held.relation, _reason_of(held)) != (actor.account_id, relation, reason):
            raise LinkedAlready(field="other_number")
        return
    link_id = uuid7()
    db.session.add(
        CaseLink(
            id=link_id, case_id=case.id, member_id=case.member_id, other_id=other.id, relation=relation,
            reason_cipher=seal_text(CaseLink.__tablename__, "reason_cipher", link_id, reason),
            linked_by=actor.account_id, linked_by_name=actor.name,
        )
    )  # fmt: skip
    _record(LINK, case, other)


def unlink_cases(actor: Actor, case_id: UUID, link_id: UUID) -> None:
    """Take a link away; its row stays as history. Sent twice it is taken away once. Raises `NotFound`, and as `link_cases`."""
    link = next((each for each in list_links(case_id) if each.id == link_id), None)
    if link is None:
        raise NotFound
    case, other = _lock_both(actor, link.case_id, link.other_id)
    db.session.refresh(link)
    if link.unlinked_at is None:
        link.unlinked_by, link.unlinked_by_name, link.unlinked_at = actor.account_id, actor.name, now()
        _record(UNLINK, case, other)


def list_readable_links(actor: Actor, case: Case) -> list[LinkLine]:
    """The links of a case whose other end the actor reads, too; those that hold first."""
    ends = [(link, link.other_id if link.case_id == case.id else link.case_id) for link in list_links(case.id)]
    seen = [(link, find_case(other_id)) for link, other_id in ends if reads(actor, other_id)]
    return [LinkLine(link, other, _reason_of(link)) for link, other in seen]


def _lock_both(actor: Actor, case_id: UUID, other_id: UUID) -> tuple[Case, Case]:
    """Both as committed now, one after the other in the order all take; raises `NotAdmitted` for who does not read both."""
    held = {each: lock_case(each) for each in sorted((case_id, other_id))}
    if not all(reads(actor, each) for each in held):
        raise NotAdmitted
    return held[case_id], held[other_id]


def _reason_of(link: CaseLink) -> str:
    return unseal_texts(CaseLink.__tablename__, "reason_cipher", [(link.id, link.reason_cipher)])[0]


def _record(deed: str, case: Case, other: Case) -> None:
    """In the trail of the one that is kept from somebody: whoever must not know of it reads nothing."""
    record(other if other.blind_paths else case, deed)
