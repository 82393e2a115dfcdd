"""What WeChat tells a merchant: that a coupon was used or has expired, again and again until the merchant's address takes it.

Notices fail on demand (`FAULTS`), as they do on the way: some come twice, late, in another order, or never.
"""

import json
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sandbox.faults import Faults

from .coupons import Coupon, stamp_now
from .keys import Keys
from .signing import sealed, signed_headers

FAULTS = {
    "twice": "is told twice, the second time under a signature of its own",
    "late": "waits `seconds`",
    "swapped": "waits for the next one, and comes after it",
    "never": "is never told",
}
PAUSES = (0.0, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 600.0)
"""Seconds before each attempt: WeChat's own are longer."""
EVENTS = {"USED": "COUPON.USE", "EXPIRED": "COUPON.EXPIRE"}
MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it leaves: `body` is the same at each attempt, its signature never."""

    id: str
    body: bytes


class Notices:
    """Tells `url`, in threads of their own; where there is none, notices wait in `kept` to be fetched."""

    def __init__(self, keys: Keys, merchant: str, url: str) -> None:
        self._keys, self._merchant = keys, merchant
        self.url = url
        self.faults = Faults(FAULTS)
        self.kept: deque[Notice] = deque(maxlen=MOST_KEPT)
        self._held_back: list[Notice] = []

    def tell(self, coupon: Coupon) -> None:
        notice = self._written(coupon)
        fault = self.faults.take()
        kind = fault.kind if fault else ""
        if kind == "never":
            return
        if kind == "swapped":
            self._held_back.append(notice)
            return
        self._leave(notice, fault.seconds if fault and kind == "late" else 0)
        if kind == "twice":
            self._leave(notice, 0)
        while self._held_back:
            self._leave(self._held_back.pop(), 0.5)

    def headers(self, notice: Notice, *, at: int | None = None) -> dict[str, str]:
        """The headers of one attempt."""
        return {"Content-Type": "application/json", **signed_headers(self._keys, notice.body, at=at)}

    def _written(self, coupon: Coupon) -> Notice:
        told: dict[str, Any] = {
            "id": str(uuid4()), "create_time": stamp_now(), "resource_type": "encrypt-resource",
            "event_type": EVENTS[coupon.status], "summary": "代金券通知",
            "resource": sealed(self._keys, coupon.told(self._merchant)),
        }  # fmt: skip
        return Notice(told["id"], json.dumps(told, ensure_ascii=False).encode())

    def _leave(self, notice: Notice, seconds: float) -> None:
        self.kept.append(notice)
        if self.url:
            threading.Thread(target=self._insist, args=(notice, seconds), daemon=True).start()

    def _insist(self, notice: Notice, seconds: float) -> None:
        time.sleep(seconds)
        for pause in PAUSES:
            time.sleep(pause)
            order = urllib.request.Request(self.url, data=notice.body, headers=self.headers(notice))  # noqa: S310
            try:
                with urllib.request.urlopen(order, timeout=5) as answer:  # noqa: S310 - the merchant's own address
                    if answer.status in {200, 204}:
                        return
            except (urllib.error.URLError, OSError):
                continue
