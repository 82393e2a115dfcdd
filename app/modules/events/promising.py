"""What a campaign promises: vouchers, approved, enough of them, good when it closes and promised by no other campaign; and beans.

Whatever batch a campaign's settings name is promised by it, whatever its kind. Beans are kept apart in their budget once it is announced.
"""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONPATH

from app.benefits.beans.budgets import list_standings
from app.benefits.beans.issuing import budget_account
from app.benefits.beans.models import BeanBudget
from app.benefits.vouchers.batch_states import BatchState
from app.benefits.vouchers.granting import members_waiting
from app.benefits.vouchers.models import VoucherBatch
from app.benefits.vouchers.promises import take_batch_turn
from app.core.clock import CHINA
from app.modules.events.errors import NotReady
from app.modules.events.models import Campaign
from app.modules.events.states import State
from tenants.context import current_zone
from tenants.database import db

PROMISING = (State.SUBMITTED, State.REVIEWED, State.FROZEN, State.OPEN, State.CLOSED)
NAMED = "$.** ? (@ == $batch)"


def giving_key(campaign_id: UUID) -> str:
    """The name of a campaign's giving of vouchers: under it a member gets one of a batch."""
    return f"events:{campaign_id}"


def batch_choices() -> list[tuple[UUID, str]]:
    """The batches that may be promised, with what is left of each."""
    approved = select(VoucherBatch).where(
        VoucherBatch.state == BatchState.APPROVED, VoucherBatch.taken < VoucherBatch.stock
    )
    batches: Sequence[VoucherBatch] = db.session.scalars(approved.order_by(VoucherBatch.id.desc()).limit(200)).all()
    return [
        (each.id, _("%(title)s (%(left)s left)", title=each.title, left=each.stock - each.taken)) for each in batches
    ]


def budget_choices() -> list[tuple[UUID, str]]:
    """The budgets of the zone's own union of which something can be promised, with what is left of each."""
    return [
        (each.budget.id, _("%(title)s (%(left)s beans left)", title=each.budget.title, left=f"{each.available:,}"))
        for each in list_standings()
        if each.budget.union_id == current_zone().union_id and each.available > 0
    ]


def require_budget(budget_id: UUID | None, needed: int, *, field: str) -> BeanBudget:
    """The budget whose beans a campaign promises. Raises `NotReady`: beans of a union below are for its members alone."""
    budget = db.session.get(BeanBudget, (current_zone().id, budget_id)) if budget_id else None
    if budget is None or budget.union_id != current_zone().union_id:
        raise NotReady(_("Beans are promised of a budget of the zone’s own union: choose another."), field=field)
    left = budget_account(budget.id)[1]
    if left < needed:
        words = _("Only %(left)s beans are left of “%(title)s”, and the prizes need %(needed)s.",
                  left=f"{left:,}", title=budget.title, needed=f"{needed:,}")  # fmt: skip
        raise NotReady(words, field=field)
    return budget


def find_batch(batch_id: UUID) -> VoucherBatch | None:
    return db.session.get(VoucherBatch, (current_zone().id, batch_id))


def require_batch(campaign: Campaign, batch_id: UUID, *, pieces: int = 1, field: str = "batch_id") -> VoucherBatch:
    """The batch that a campaign promises. Raises `NotReady`; of two that promise one at the same moment the second is refused."""
    take_batch_turn(batch_id)
    batch = db.session.get(VoucherBatch, (current_zone().id, batch_id), populate_existing=True)
    if batch is None or batch.state != BatchState.APPROVED:
        raise NotReady(_("The vouchers are not approved: choose others."), field=field)
    if batch.taken >= batch.stock:
        raise NotReady(_("Nothing is left of these vouchers: choose others."), field=field)
    if batch.stock - batch.taken < pieces:
        left = batch.stock - batch.taken
        raise NotReady(_("Only %(left)s are left of “%(title)s”.", left=left, title=batch.title), field=field)
    if waiting := members_waiting(batch_id):
        words = _("%(waiting)s members are being given these vouchers by the benefits desk: wait until that is done, or choose others.",
                  waiting=f"{waiting:,}")  # fmt: skip
        raise NotReady(words, field=field)
    if campaign.closes_at.astimezone(CHINA).date() > batch.expires_on:
        raise NotReady(_("The vouchers expire before the campaign closes: choose others."), field=field)
    if other := title_of_promise(batch_id, but=campaign.id):
        raise NotReady(_("“%(title)s” gives these vouchers already: choose others.", title=other), field=field)
    return batch


def title_of_promise(batch_id: UUID, *, but: UUID | None = None) -> str | None:
    """The title of a campaign that promises the batch, other than this one."""
    names_it = func.jsonb_path_exists(
        Campaign.settings, cast(literal(NAMED), JSONPATH), func.jsonb_build_object("batch", str(batch_id))
    )
    others = select(Campaign.title).where(Campaign.id.is_distinct_from(but), Campaign.state.in_(PROMISING), names_it)
    return db.session.scalar(others.limit(1))
