"""How a coupon is handed over to WeChat Pay: the steps there are. The database refuses any other."""

from dataclasses import dataclass
from enum import StrEnum


class HandOver(StrEnum):
    """A waiting one waits for its first day, or for its member's WeChat; of one that was sent, and more so of an unknown one, WeChat has not said whether it
    has it: it is sent again under the same number. An uncertain one WeChat would give no more, but may have given before: it is only asked about, until WeChat shows
    it or two people say what its merchant desk does. What was received or refused is so for good."""

    WAITING = "waiting"
    SENT = "sent"
    UNKNOWN = "unknown"
    UNCERTAIN = "uncertain"
    RECEIVED = "received"
    REFUSED = "refused"


UNDER_WAY = frozenset({HandOver.SENT, HandOver.UNKNOWN})
PERHAPS = UNDER_WAY | {HandOver.UNCERTAIN}
"""States in which WeChat may have given the coupon."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step from any of `sources` to `target`."""

    sources: frozenset[HandOver]
    target: HandOver


SEND = Step(frozenset({HandOver.WAITING}), HandOver.SENT)
LOSE = Step(UNDER_WAY, HandOver.UNKNOWN)
DOUBT = Step(UNDER_WAY, HandOver.UNCERTAIN)
RECEIVE = Step(PERHAPS, HandOver.RECEIVED)
REFUSE = Step(PERHAPS, HandOver.REFUSED)
