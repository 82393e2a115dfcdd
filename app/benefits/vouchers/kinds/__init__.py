"""The kinds of vouchers, one file each; `KINDS` finds them by key."""

from app.benefits.vouchers.kinds import amount, cake, goods, ticket_code, wechat
from app.benefits.vouchers.kinds.kind import Kind

KINDS: dict[str, Kind] = {part.KIND.key: part.KIND for part in (goods, amount, ticket_code, cake, wechat)}
