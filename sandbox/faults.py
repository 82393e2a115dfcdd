"""Failures on demand, ordered through `POST …/admin/faults` and used up one by one."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

OF_MESSAGES = {
    "timeout": "holds the call for `seconds`, does nothing and hangs up",
    "slow": "waits `seconds`, then answers",
    "500": "answers 500 and does nothing",
    "429": "answers 429 with Retry-After and does nothing",
    "partial": "takes and answers only the first half of the messages",
    "reset": "takes all messages and hangs up without an answer",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure; `seconds` matters to those that wait."""

    kind: str
    seconds: float


class Faults:
    """The failures still to come, of the kinds there are, first ordered first used; safe between threads."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._kinds = kinds
        self._waiting: deque[Fault] = deque()
        self._lock = threading.Lock()

    def order(self, kind: str, count: int, seconds: float) -> int:
        """Appends `count` failures and returns how many wait; raises `ValueError`."""
        if kind not in self._kinds:
            raise ValueError(f"unknown kind: use one of {', '.join(self._kinds)}")
        if not 1 <= count <= 10_000 or not 0 <= seconds <= 120:
            raise ValueError("count goes from 1 to 10000, seconds from 0 to 120")
        with self._lock:
            self._waiting.extend([Fault(kind, seconds)] * count)
            return len(self._waiting)

    def take(self) -> Fault | None:
        """The failure of this call, if any is due."""
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)
