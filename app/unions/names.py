"""What distinguishes the name of an employer, or of its union, from others, however people write it."""

import re

from app.core.halfwidth import letters_of

ENDINGS = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|公司)?(?:工会委员会|工会联合会|联合工会|工会)?$")


def core(name: str) -> str:
    """What distinguishes a name from others: 蓝港物流 for 蓝港物流有限公司, its 工会 and its 工会委员会."""
    return ENDINGS.sub("", letters_of(name))
