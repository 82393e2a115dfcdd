"""How often one person may press one button, counted by each process in memory: where a count in the database would cost more than what it guards."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable

from app.core.errors import TooMany


class Presses:
    """At most `most` presses by one person within `seconds`, as far as one process knows: so many processes, so many times more.

    It remembers the newest `REMEMBERED` people.
    """

    REMEMBERED = 100_000

    def __init__(self, name: str, most: int, seconds: float) -> None:
        self._name, self._most, self._seconds = name, most, seconds
        self._seen: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, person: Hashable) -> bool:
        """Count one of this person, whether or not there is room for it."""
        return self._count(person)[1] <= self._most

    def count(self, person: Hashable) -> None:
        """Count one. Raises `TooMany` beyond the most there may be."""
        seconds_left, pressed = self._count(person)
        if pressed > self._most:
            raise TooMany(limit=self._name, retry_after=max(1, math.ceil(seconds_left)))

    def _count(self, person: Hashable) -> tuple[float, int]:
        """The seconds until this person's window ends, and how often they have pressed within it."""
        moment = time.monotonic()
        with self._lock:
            began, pressed = self._seen.pop(person, (moment, 0))
            if moment - began >= self._seconds:
                began, pressed = moment, 0
            self._seen[person] = (began, pressed + 1)
            while len(self._seen) > self.REMEMBERED:
                self._seen.popitem(last=False)
        return self._seconds - (moment - began), pressed + 1
