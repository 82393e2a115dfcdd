"""How often one person may press one button, counted by each process in memory: where a count in the database would cost more than what it guards."""

import threading
import time

from app.core.errors import TooMany


class Presses:
    """At most `most` presses by one person in each window of `seconds`, of each process: so many processes, so many times more."""

    def __init__(self, name: str, most: int, seconds: int) -> None:
        self._name, self._most, self._seconds = name, most, seconds
        self._window = 0
        self._counts: dict[object, int] = {}
        self._lock = threading.Lock()

    def count(self, person: object) -> None:
        """Count one. Raises `TooMany` beyond the most there may be."""
        moment = time.time()
        with self._lock:
            window = int(moment // self._seconds)
            if window != self._window:
                self._window, self._counts = window, {}
            pressed = self._counts[person] = self._counts.get(person, 0) + 1
        if pressed > self._most:
            raise TooMany(limit=self._name, retry_after=self._seconds - int(moment % self._seconds))
