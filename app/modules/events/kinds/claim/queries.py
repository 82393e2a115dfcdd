"""Reading who has one, and who waits."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, bindparam, func, select

from app.benefits.vouchers.batch_states import BatchState
from app.benefits.vouchers.models import Voucher, VoucherBatch
from app.benefits.vouchers.states import VoucherState
from app.core.clock import now, today_in_china
from app.modules.events.draws import queries as draws
from app.modules.events.kinds.claim.models import Waiting
from app.modules.events.kinds.claim.settings import Offer, offer_of
from app.modules.events.kinds.claim.states import State
from app.modules.events.models import Campaign
from app.modules.events.promising import giving_key
from app.modules.events.queries import require_announced
from tenants.context import current_zone
from tenants.database import db

IN_LINE = Waiting.state == State.WAITING


class Line(NamedTuple):
    """How many wait, and how many of them up to a place, which is whoever stands there."""

    standing: int
    waiting: int


WITH_LINE = select(
    Campaign, func.hold_claim_line(Campaign.id, bindparam("line", type_=String())).label("somebody_waits")
).where(Campaign.id == bindparam("campaign", type_=Uuid()))


def find_with_line(campaign_id: UUID) -> tuple[Campaign, bool]:
    """An announced campaign, and whether anybody waits: until the transaction ends nobody joins or leaves the line.

    In one statement, made once: a hot campaign runs it for each handful of claims. Raises `NotFound`.
    """
    row = db.session.execute(WITH_LINE, {"campaign": campaign_id, "line": line_of(campaign_id)}).one_or_none()
    campaign, somebody_waits = row or (None, False)
    return require_announced(campaign, kind="claim"), somebody_waits


def line_of(campaign_id: UUID) -> str:
    """Where those who change a campaign's line take turns."""
    return f"events.claim_line.{current_zone().id}.{campaign_id}"


def of_campaign(campaign: Campaign) -> tuple[ColumnElement[bool], ...]:
    """The vouchers that were given in a campaign and not made void: a void one is as none."""
    return (
        Voucher.batch_id == offer_of(campaign).batch_id,
        Voucher.key == giving_key(campaign.id),
        Voucher.state != VoucherState.VOID,
    )


def has_one(campaign: Campaign, member_id: UUID) -> bool:
    own = select(Voucher.id).where(*of_campaign(campaign), Voucher.member_id == member_id)
    return bool(db.session.scalar(select(own.exists())))


def find_waiting(campaign_id: UUID, member_id: UUID) -> Waiting | None:
    """How a member's waiting stands; None for who never waited."""
    own = select(Waiting).where(Waiting.campaign_id == campaign_id, Waiting.member_id == member_id)
    return db.session.scalar(own.execution_options(populate_existing=True))


def count_line(campaign_id: UUID, place: int = 0) -> Line:
    """The line as anybody may know it."""
    counted = func.claims_waiting(campaign_id, place).table_valued("standing", "waiting")
    standing, waiting = db.session.execute(select(counted.c.standing, counted.c.waiting)).one()
    return Line(int(standing), int(waiting))


def count_waiting(campaign: Campaign) -> int:
    """How many wait, in the order of joining or of the draw."""
    return (draws.count_line if offer_of(campaign).is_draw else count_line)(campaign.id).waiting


def may_give(offer: Offer) -> bool:
    """Whether who waits may still be given one: the waiting is not over, and the vouchers are given and good."""
    batch = db.session.execute(
        select(VoucherBatch.state, VoucherBatch.expires_on).where(VoucherBatch.id == offer.batch_id)
    ).one()
    is_over = offer.waits_until is not None and now() >= offer.waits_until
    return not is_over and batch.state == BatchState.APPROVED and today_in_china() <= batch.expires_on
