"""Doing a thing once however many ask for it at the same moment."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class _Flight(Generic[T]):
    def __init__(self) -> None:
        self.done = threading.Event()
        self.result: T | None = None


class SingleFlight(Generic[T]):
    """The first to ask does the work; those who ask meanwhile get its result, or None when it took too long or failed."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._flights: dict[Hashable, _Flight[T]] = {}
        self._lock = threading.Lock()

    def under_way(self, key: Hashable) -> bool:
        return key in self._flights

    def do(self, key: Hashable, work: Callable[[], T | None]) -> T | None:
        with self._lock:
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = _Flight()
        if not leads:
            return flight.result if flight.done.wait(self._patience) else None
        try:
            flight.result = work()
        finally:
            with self._lock:
                del self._flights[key]
            flight.done.set()
        return flight.result
