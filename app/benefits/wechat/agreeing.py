"""What a batch promises, against what its stock at WeChat Pay can give: WeChat is asked before the batch goes on and before it is approved."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _

from app.benefits.vouchers.models import VoucherBatch
from app.benefits.wechat.answers import Stock
from app.benefits.wechat.coupons import stock_of
from app.benefits.wechat.errors import StockAsleep, StockDiffers, StockUnknown, WeChatSilent
from app.benefits.wechat.pay import NO_STOCK, wechat_pay
from app.benefits.wechat.words import STOCK_STATES, trouble_of
from app.core.i18n import day
from app.core.money import yuan
from tenants.database import end_reading

FIELD = "stock_id"
GIVES = "running"


class Difference(NamedTuple):
    """A field of the batch that its stock does not bear out, in words, with what each of them says."""

    field: str
    what: str
    ours: object
    theirs: object


def ask_for_stock(batch_id: UUID) -> Stock | None:
    """The stock of a batch as WeChat has it now, asked between two transactions; None for a batch without one.

    Raises `StockUnknown`, `StockAsleep`, and `WeChatSilent` where WeChat does not say.
    """
    named = stock_of(batch_id)
    if named is None:
        return None
    stock_id = named.stock_id
    end_reading()
    found = wechat_pay().find_stock(stock_id)
    if found == NO_STOCK:
        raise StockUnknown(field=FIELD)
    if isinstance(found, str):
        raise WeChatSilent(trouble_of(found), field=FIELD)
    if found.status != GIVES:
        raise StockAsleep(STOCK_STATES.get(found.status, found.status), field=FIELD)
    return found


def require_agreement(batch: VoucherBatch, stock: Stock) -> None:
    """Raises `StockDiffers` where coupons of the stock are worth something else than the batch says, or WeChat would give fewer, to one person or in all,
    or for fewer days. A stock that has given anything is somebody else's already."""
    found = list(_differences(batch, stock))
    if found:
        said = [
            _("%(what)s: %(ours)s here, %(theirs)s at WeChat", what=each.what, ours=each.ours, theirs=each.theirs)
            for each in found
        ]
        raise StockDiffers("; ".join(said), field=found[0].field)


def _differences(batch: VoucherBatch, stock: Stock) -> Iterator[Difference]:
    if batch.value_cents != stock.value_cents:
        yield Difference("value", _("worth"), yuan(batch.value_cents), yuan(stock.value_cents))
    if batch.threshold_cents != stock.threshold_cents:
        yield Difference("threshold", _("for purchases from"), yuan(batch.threshold_cents), yuan(stock.threshold_cents))
    if batch.stock > stock.most:
        yield Difference("stock", _("pieces"), batch.stock, stock.most)
    if stock.given:
        yield Difference("stock", _("given"), 0, stock.given)
    if batch.per_member > stock.most_each:
        yield Difference("per_member", _("at most for one member"), batch.per_member, stock.most_each)
    if batch.valid_from < stock.first_day:
        yield Difference("valid_from", _("good from"), day(batch.valid_from), day(stock.first_day))
    if batch.last_day > stock.last_day:
        yield Difference("expires_on", _("last day, with the days of grace"), day(batch.last_day), day(stock.last_day))
