"""The tables of benefits, known from the start: a member's copy names them before any page of theirs was opened."""

from app.benefits import checks  # noqa: F401
from app.benefits.beans import models as beans  # noqa: F401
from app.benefits.rules import models as rules  # noqa: F401
from app.benefits.vouchers import models as vouchers  # noqa: F401
from app.benefits.wechat import models as wechat  # noqa: F401
