"""What is owed to lawyers of a case, which is not erased before: fees that are claimed, and those that still can be."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.casework.models import Case
from app.core.i18n import day
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.fees.queries import WHEN_OVER, WITH_THE_LAWYER
from app.modules.legal_aid.fees.states import ClaimState
from app.modules.legal_aid.fees.time_to_claim import claim_by, is_in_time
from app.modules.legal_aid.hearings.models import Hearing
from app.modules.legal_aid.lawyers.models import Assignment
from tenants.database import db

OWED = (ClaimState.CLAIMED, ClaimState.RETURNED, ClaimState.APPROVED)


def is_owed() -> ColumnElement[bool]:
    """Of the columns of `Case`: a fee is claimed and neither paid nor refused, or can still be claimed."""
    claimed = exists().where(FeeClaim.case_id == Case.id, FeeClaim.state.in_(OWED))
    return or_(claimed, exists().where(Assignment.case_id == Case.id, _can_be_claimed()))


def list_owed(case: Case) -> list[str]:
    """What is owed, line by line, in words."""
    claimed = select(FeeClaim.lawyer_name).where(FeeClaim.case_id == case.id, FeeClaim.state.in_(OWED))
    names = db.session.scalars(claimed.distinct().order_by(FeeClaim.lawyer_name))
    to_claim = select(Assignment).join(Case, Case.id == Assignment.case_id)
    open_ones = db.session.scalars(to_claim.where(Case.id == case.id, _can_be_claimed()).order_by(Assignment.id))
    return [
        *(_("Lawyer %(name)s: a fee is claimed and neither paid nor refused", name=name) for name in names),
        *(_("Lawyer %(name)s: fees can be claimed until %(day)s", name=each.lawyer_name, day=day(last))
          for each in open_ones if (last := claim_by(each))),
    ]  # fmt: skip


def _can_be_claimed() -> ColumnElement[bool]:
    """Of the columns of `Assignment` and its `Case`: something that was done, or may have been, is not claimed yet and in time."""
    of_its_kind = [and_(Case.kind == kind, _is_unclaimed(work)) for kind, works in WHEN_OVER.items() for work in works]
    heard = exists().where(
        Hearing.case_id == Assignment.case_id, Hearing.outcome_cipher.is_not(None), Hearing.cancelled_at.is_(None),
        _is_unclaimed(Hearing.stage),
    )  # fmt: skip
    return and_(Assignment.account_id.is_not(None), is_in_time(), or_(*of_its_kind, heard))


def _is_unclaimed(work: Any) -> ColumnElement[bool]:
    """The lawyer of an assignment has handed in no claim for a work, which is one or a column of such."""
    return ~exists().where(
        FeeClaim.case_id == Assignment.case_id, FeeClaim.account_id == Assignment.account_id, FeeClaim.work == work,
        FeeClaim.state.not_in(WITH_THE_LAWYER),
    )  # fmt: skip
