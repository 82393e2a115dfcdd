"""How a coupon is handed over to WeChat Pay: the steps there are. The database refuses any other."""

from dataclasses import dataclass
from enum import StrEnum


class HandOver(StrEnum):
    """A waiting one waits for its first day, or for its member's WeChat; of one that was sent, and more so of an unknown one, WeChat has not said whether it
    has it: it is sent again under the same number. What was received or refused is so for good."""

    WAITING = "waiting"
    SENT = "sent"
    UNKNOWN = "unknown"
    RECEIVED = "received"
    REFUSED = "refused"


UNDER_WAY = frozenset({HandOver.SENT, HandOver.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Step:
    """A step from any of `sources` to `target`."""

    sources: frozenset[HandOver]
    target: HandOver


SEND = Step(frozenset({HandOver.WAITING}), HandOver.SENT)
LOSE = Step(UNDER_WAY, HandOver.UNKNOWN)
RECEIVE = Step(UNDER_WAY, HandOver.RECEIVED)
REFUSE = Step(UNDER_WAY, HandOver.REFUSED)
