"""How much waits for whoever looks, as the second person, for the console's menu."""

from enum import StrEnum

from sqlalchemy import func, select

from app.benefits.beans.issue_states import IssueState
from app.benefits.beans.models import BeanAppropriation, BeanCatalogueChange, BeanIssue, BeanReclaim
from app.benefits.beans.reclaim_states import ReclaimState
from app.benefits.papers import Paper
from app.benefits.proposals import ProposalState
from app.benefits.rights import APPROVE
from app.benefits.vouchers.batch_states import BatchState
from app.benefits.vouchers.models import VoucherBatch, VoucherExtension, VoucherSettlement
from app.benefits.vouchers.settlement_states import SettlementState
from tenants.context import current_actor
from tenants.database import db


def count_budgets() -> int:
    """What is to be put into budgets or taken out, and changes of catalogues."""
    return _count((BeanAppropriation, ProposalState.SUBMITTED), (BeanCatalogueChange, ProposalState.SUBMITTED))


def count_issues() -> int:
    """Issues of beans, and what is to be taken back of one."""
    return _count((BeanIssue, IssueState.SUBMITTED), (BeanReclaim, ReclaimState.PROPOSED))


def count_vouchers() -> int:
    """Batches, and what is to run longer of one."""
    return _count((VoucherBatch, BatchState.SUBMITTED), (VoucherExtension, ProposalState.SUBMITTED))


def count_settlements() -> int:
    """Statements to be confirmed."""
    return _count((VoucherSettlement, SettlementState.DRAFT))


def _count(*papers: tuple[type[Paper], StrEnum]) -> int:
    """How many papers in these states somebody else made; none for who decides on none."""
    actor = current_actor()
    if not actor.may(APPROVE):
        return 0
    counts = (
        select(func.count()).where(table.state == state, table.made_by != actor.account_id) for table, state in papers
    )
    return sum(db.session.scalar(each) or 0 for each in counts)
