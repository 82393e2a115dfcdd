"""What a handler may raise to say more than "it failed"."""

from datetime import timedelta


class Postpone(Exception):
    """Not now: run the event again after `delay`. Does not count as a failed attempt."""

    def __init__(self, delay: timedelta, reason: str = "") -> None:
        self.delay = delay
        self.reason = reason
        super().__init__(reason)


class GiveUp(Exception):
    """Another attempt would fail too: the event becomes a dead letter at once, with this reason for staff."""


class Interrupted(BaseException):
    """The worker is to end: the event goes back as it was, to be run elsewhere from its last checkpoint.

    A BaseException, so that a handler's `except Exception` does not swallow it.
    """


class LeaseLost(BaseException):
    """Another worker has taken the event over: nothing more may be committed by this one."""
