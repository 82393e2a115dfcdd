"""Who somebody is at an official account: a page on which one chooses, a code for the browser, an openid for the code."""

import base64
import hashlib
import secrets
import threading
import time

CODE_LASTS = 300  # seconds


def openid_of(name: str) -> str:
    """The openid of whoever goes by this name: 28 characters that begin with an `o`, as WeChat's do."""
    digest = hashlib.sha256(f"openid of {name}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


class Codes:
    """Codes that are good once, for five minutes."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()
        self._lock = threading.Lock()

    def issue(self, name: str) -> str:
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._names[code] = name, time.monotonic() + CODE_LASTS
        return code

    def redeem(self, code: str) -> tuple[str, int]:
        """The name a code stands for and 0, or nothing and WeChat's number for why not."""
        with self._lock:
            name, until = self._names.pop(code, ("", 0.0))
            if code in self._used:
                return "", 40163
            if not name or until < time.monotonic():
                return "", 40029
            self._used.add(code)
            return name, 0
