"""A bounded memory: what was used longest ago goes first when the bytes are used up."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    @property
    def size(self) -> int:
        """About how many bytes it keeps."""
        ...


T = TypeVar("T", bound=Sized)


class Kept(Generic[T]):
    """Values by key, together at most `most_bytes` large. Safe between threads."""

    def __init__(self, most_bytes: int) -> None:
        self.bytes = 0
        self._most = most_bytes
        self._entries: OrderedDict[Hashable, T] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
            return found

    def put(self, key: Hashable, value: T) -> None:
        """Keep a value; call it again when the value has grown."""
        with self._lock:
            self._drop(key)
            self._entries[key] = value
            self._sizes[key] = value.size
            self.bytes += value.size
            while self.bytes > self._most and self._entries:
                self._drop(next(iter(self._entries)))

    def forget(self, wanted: Callable[[T], bool]) -> None:
        """Forget every value that `wanted` says yes to."""
        with self._lock:
            for key in [key for key, value in self._entries.items() if wanted(value)]:
                self._drop(key)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._sizes.clear()
            self.bytes = 0

    def _drop(self, key: Hashable) -> None:
        if self._entries.pop(key, None) is not None:
            self.bytes -= self._sizes.pop(key)

    def __len__(self) -> int:
        return len(self._entries)
