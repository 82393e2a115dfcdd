"""Lets unused vouchers run longer: one person proposes it, another approves, background work does it.

What had expired takes a piece of the stock again and counts again where spending rules look; what can't is left out, as are all
that expired of a batch that is promised: their pieces are those of whom it is promised to.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, literal, select

from app.benefits import proposals, rules
from app.benefits.papers import Step, hold, made_before
from app.benefits.proposals import ProposalState
from app.benefits.vouchers.batch_errors import ExtensionWaiting, NotExtended, NotLater
from app.benefits.vouchers.caps import giving_of
from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherExtension
from app.benefits.vouchers.promises import promised_by, require_not_promised, take_batch_turn
from app.benefits.vouchers.states import EXTEND, VoucherState
from app.benefits.vouchers.steps import step_of
from app.benefits.vouchers.telling import tell_extended
from app.core.audit import record
from app.core.clock import now, today_in_china
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.core.outbox import emit
from tenants.context import Actor, current_zone
from tenants.database import db

EXTEND_VOUCHERS = "benefits.extend_vouchers"
_GOOD = EXTEND.sources - {VoucherState.EXPIRED}
AT_ONCE = 1_000
"""Vouchers in one transaction."""


def propose(
    actor: Actor, extension_id: UUID, *, batch_id: UUID, voucher_id: UUID | None, until: date, ground: str
) -> VoucherExtension:
    """Propose to let the unused vouchers of a batch, or one of them, run through `until`; sent twice it is one.

    Raises `NotFound`, `NotExtended` for WeChat coupons, `NotLater` where that lengthens nothing, `BatchPromised` where all that it would lengthen has expired,
    and `ExtensionWaiting` where another one is not over.
    """
    before = made_before(VoucherExtension, extension_id)
    if before is not None:
        return before
    batch = db.session.get(VoucherBatch, (current_zone().id, batch_id))
    if batch is None:
        raise NotFound
    if KINDS[batch.kind].is_in_wechat:
        raise NotExtended(field="until")
    made = VoucherExtension(
        id=extension_id, batch_id=batch_id, voucher_id=voucher_id, until=until, ground=ground,
        state=ProposalState.SUBMITTED, version=1, made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    if until < today_in_china() or not _next(made, None, 1):
        raise NotLater(field="until")
    if not _next(made, None, 1, _GOOD):
        require_not_promised(batch_id)
    with refused_as({"voucher_extensions_one_at_a_time": ExtensionWaiting}):
        db.session.add(made)
    _remember("propose", made)
    return made


def take_step(actor: Actor, extension_id: UUID, step: Step, *, seen: str, reason: str = "") -> VoucherExtension:
    """Decide on it; what is approved is carried out in the background. Raises like `proposals.take_step`."""
    found = proposals.take_step(actor, VoucherExtension, extension_id, step, seen=seen, reason=reason)
    _remember(step.action, found)
    if step is proposals.APPROVE:
        order_part(found.id, None)
    return found


def order_part(extension_id: UUID, after: UUID | None) -> None:
    """Order the work on the vouchers that come after one."""
    payload = {"extension_id": str(extension_id), "after": str(after or "")}
    emit(EXTEND_VOUCHERS, dedupe_key=f"{EXTEND_VOUCHERS}:{extension_id}:{after or ''}", payload=payload)


def extend_part(actor: Actor, extension_id: UUID, after: UUID | None) -> None:
    """Extend the next `AT_ONCE` vouchers, and order the work on those after them. On the worker plane."""
    found = hold(VoucherExtension, extension_id, "benefits.proposal")
    if found.state != ProposalState.APPROVED or found.done_at is not None:
        return
    pieces = _next(found, after, AT_ONCE)
    chosen = _with_room(found.batch_id, pieces)
    if chosen:
        step = step_of(actor, EXTEND, Voucher.id.in_(chosen), reason=found.ground, last_day=found.until)
        found.extended += db.session.execute(step).rowcount  # type: ignore[attr-defined]
        tell_extended(found, chosen)
    found.left_out += len(pieces) - len(chosen)
    if len(pieces) == AT_ONCE:
        order_part(found.id, pieces[-1].id)
    else:
        found.done_at = now()
        _remember("finish", found)
    db.session.flush()


def list_extensions(batch_id: UUID, limit: int = 20) -> Sequence[VoucherExtension]:
    """Those of a batch, the newest first."""
    query = select(VoucherExtension).where(VoucherExtension.batch_id == batch_id)
    return db.session.scalars(query.order_by(VoucherExtension.id.desc()).limit(limit)).all()


def runs_through(batch_id: UUID, voucher_id: UUID | None) -> tuple[date, date] | None:
    """The first and the last of the days through which the vouchers run that can be extended, of a batch or one of them; none where there is none."""
    query = select(func.min(Voucher.last_day), func.max(Voucher.last_day)).where(
        Voucher.batch_id == batch_id, Voucher.state.in_(EXTEND.sources)
    )
    if voucher_id:
        query = query.where(Voucher.id == voucher_id)
    first, last = db.session.execute(query).one()
    return (first, last) if first else None


def waiting_batches() -> set[UUID]:
    """The batches of which an extension waits for a second person."""
    query = select(VoucherExtension.batch_id).where(VoucherExtension.state == ProposalState.SUBMITTED)
    return set(db.session.scalars(query.distinct()))


def _next(
    extension: VoucherExtension, after: UUID | None, limit: int, states: Collection[VoucherState] = EXTEND.sources
) -> Sequence[Voucher]:
    query = select(Voucher).where(
        Voucher.batch_id == extension.batch_id, Voucher.state.in_(states), Voucher.last_day < extension.until
    )
    if extension.voucher_id:
        query = query.where(Voucher.id == extension.voucher_id)
    if after:
        query = query.where(Voucher.id > after)
    return db.session.scalars(query.order_by(Voucher.id).limit(limit)).all()


def _with_room(batch_id: UUID, pieces: Sequence[Voucher]) -> list[UUID]:
    """Those that are good still, and of those that expired the ones for which stock and spending rules have room, unless the stock is promised."""
    take_batch_turn(batch_id)
    batch = db.session.get_one(VoucherBatch, (current_zone().id, batch_id), populate_existing=True)
    room = 0 if promised_by(batch_id) else batch.stock - batch.taken
    over = [piece for piece in pieces if piece.state == VoucherState.EXPIRED][:room]
    by_key: dict[str, list[Voucher]] = defaultdict(list)
    for piece in over:
        by_key[piece.key].append(piece)
    refused = {
        (key, refusal.member_id)
        for key, given in by_key.items()
        for refusal in rules.register(giving_of(batch, key), _worth(batch, given))
    }
    good = [piece.id for piece in pieces if piece.state != VoucherState.EXPIRED]
    return good + [piece.id for piece in over if (piece.key, piece.member_id) not in refused]


def _worth(batch: VoucherBatch, pieces: Sequence[Voucher]):
    value = cast(literal(batch.value_cents), BigInteger).label("value_cents")
    return select(Voucher.member_id, value).where(Voucher.id.in_([piece.id for piece in pieces]))


def _remember(deed: str, about: VoucherExtension) -> None:
    record(
        f"vouchers.{deed}_extension", object_type="voucher_batch", object_id=about.batch_id, until=about.until.isoformat(),
        stated_reason=about.ground, extended=about.extended, left_out=about.left_out,
    )  # fmt: skip
