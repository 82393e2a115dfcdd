"""Who could be given a case, and what keeps the others from it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select

from app.casework.access.conflicts import list_conflicted
from app.casework.access.rule import is_own
from app.casework.assignment.choosing import is_kept_from
from app.casework.forms.answers import from_json
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.sealing import ANSWERS, unseal
from app.core.clock import today_in_china
from app.identity.queries import Colleague
from app.modules.legal_aid.lawyers.models import Assignment, AssignmentState, Client, Lawyer
from app.modules.legal_aid.lawyers.parties import opponent_of
from app.modules.legal_aid.lawyers.queries import count_live, list_lawyers
from app.unions.names import core
from tenants.context import Actor
from tenants.database import db


class Hindrance(StrEnum):
    """What keeps a lawyer from a case; the first that holds is told. Up to `OWN` they are conflicts of interest.

    Who was `ASKED` before is not asked again by itself, but the desk may.
    """

    ACTS_FOR = "acts_for"
    FIRM_ACTS_FOR = "firm_acts_for"
    DECLARED = "declared"
    TIED = "tied"
    OWN = "own"
    UNWANTED = "unwanted"
    ASKED = "asked"
    INACTIVE = "inactive"
    NO_ACCOUNT = "no_account"


CONFLICTS = frozenset({Hindrance.ACTS_FOR, Hindrance.FIRM_ACTS_FOR, Hindrance.DECLARED, Hindrance.TIED, Hindrance.OWN})
ASKED = (AssignmentState.DECLINED, AssignmentState.LAPSED, AssignmentState.WITHDRAWN, AssignmentState.REPLACED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lawyer as the desk chooses among them: `load` counts the cases they have or are offered."""

    lawyer: Lawyer
    load: int
    works_in_field: bool
    hindrance: Hindrance | None

    @property
    def is_free(self) -> bool:
        return self.hindrance is None

    @property
    def can_be_asked(self) -> bool:
        return self.hindrance in (None, Hindrance.ASKED)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a case before any lawyer is looked at."""

    case: Case
    acting: frozenset[UUID]
    firms: frozenset[str]
    declared: frozenset[UUID]
    before: frozenset[tuple[UUID | str, str]]

    def was(self, lawyer: Lawyer, *states: AssignmentState) -> bool:
        """Whether the case had an assignment to them that ended so, be it before they were taken off the panel and came back."""
        return any((key, state) in self.before for key in (lawyer.id, lawyer.licence) for state in states)


def list_candidates(case: Case, colleagues: Collection[Colleague]) -> list[Candidate]:
    """The panel for a case: who is free first, then who works in its field, then who has least.

    `colleagues` are those who may act as lawyers in the zone, with their ties.
    """
    known, loads, subjects = _know(case), count_live(), subjects_of(case)
    accounts = {each.account_id: each for each in colleagues}
    found = [
        Candidate(
            each, loads.get(each.id, 0), bool(subjects & set(each.fields)), _hindrance(each, known, accounts.get(each.account_id) if each.account_id else None)
        )
        for each in list_lawyers()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.is_free, not one.works_in_field, one.load, one.lawyer.name))


def known_conflict(actor: Actor, case: Case, lawyer: Lawyer) -> Hindrance | None:
    """The conflict of interest between a lawyer who answers an offer and its case; ties were looked at with the offer, and
    the database shows nobody a case that is kept from their unions."""
    if is_own(actor, case):
        return Hindrance.OWN
    return _conflict(lawyer, _know(case))


def cannot_act(lawyer: Lawyer, case: Case, colleagues: Collection[Colleague]) -> bool:
    """Whether a lawyer who was given a case, or is offered it, can't act in it any more: a conflict of interest, a tie to the
    employer's union, no account that may sign in as a lawyer, or not on the panel today."""
    colleague = next((each for each in colleagues if each.account_id == lawyer.account_id), None)
    if colleague is None or _tie(colleague, case) or not lawyer.is_active(today_in_china()):
        return True
    if lawyer.account_id in list_conflicted(case.id):
        return True
    # What the case tells of the other side is unsealed only where the lawyer or their firm acts for somebody.
    return _acts_for_somebody(lawyer) and _conflict(lawyer, _know(case)) is not None


def _acts_for_somebody(lawyer: Lawyer) -> bool:
    firms = select(Lawyer.firm).where(Lawyer.id.in_(select(Client.lawyer_id)))
    return core(lawyer.firm) in map(core, db.session.scalars(firms))


def subjects_of(case: Case) -> frozenset[str]:
    """What a case is about, as its form asked."""
    answers = from_json(find_kind(case.kind).forms[case.form_version], unseal(case, ANSWERS))
    return frozenset(answers.get("claims") or ())


def _know(case: Case) -> _Known:
    opponent = opponent_of(case)
    acting = select(Client.lawyer_id, Lawyer.firm).join(Lawyer, Lawyer.id == Client.lawyer_id).where(
        or_(Client.name_index.in_(opponent.name_indexes), Client.uscc_index.in_(opponent.uscc_indexes))
    )  # fmt: skip
    rows = db.session.execute(acting).all()
    before = db.session.scalars(select(Assignment).where(Assignment.case_id == case.id)).all()
    return _Known(
        case,
        frozenset(row.lawyer_id for row in rows),
        frozenset(core(row.firm) for row in rows),
        frozenset(list_conflicted(case.id)),
        frozenset((key, each.state) for each in before for key in (each.lawyer_id, each.lawyer_licence)),
    )


def _hindrance(lawyer: Lawyer, known: _Known, colleague: Colleague | None) -> Hindrance | None:
    found = (
        _conflict(lawyer, known),
        _tie(colleague, known.case) if colleague else Hindrance.NO_ACCOUNT,
        Hindrance.UNWANTED if known.was(lawyer, AssignmentState.OBJECTED) else None,
        None if lawyer.is_active(today_in_china()) else Hindrance.INACTIVE,
        Hindrance.ASKED if known.was(lawyer, *ASKED) else None,
    )
    return next((each for each in found if each), None)


def _tie(colleague: Colleague, case: Case) -> Hindrance | None:
    if is_kept_from(colleague.ties, case):
        return Hindrance.TIED
    is_theirs = colleague.account_id == case.submitted_by or colleague.member_id == case.member_id
    return Hindrance.OWN if is_theirs else None


def _conflict(lawyer: Lawyer, known: _Known) -> Hindrance | None:
    """A conflict of one lawyer is one of their whole firm (律师执业行为规范)."""
    if lawyer.id in known.acting:
        return Hindrance.ACTS_FOR
    if core(lawyer.firm) in known.firms:
        return Hindrance.FIRM_ACTS_FOR
    return Hindrance.DECLARED if lawyer.account_id in known.declared else None
