"""The coupons that were given: each `out_request_no` once, whatever it was asked how often. They outlive the process."""

import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

LASTS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Coupon:
    """One coupon; `status` is WeChat's word: SENDED, USED or EXPIRED."""

    coupon_id: str
    stock_id: str
    openid: str
    out_request_no: str
    created_at: str
    status: str = "SENDED"
    used_at: str = ""

    def told(self, merchant: str) -> dict[str, Any]:
        """How the API shows it."""
        made = datetime.fromisoformat(self.created_at)
        shown: dict[str, Any] = {
            "stock_creator_mchid": merchant, "stock_id": self.stock_id, "coupon_id": self.coupon_id,
            "coupon_name": f"立减金 {self.stock_id}", "status": self.status, "description": "沙箱里的立减金",
            "create_time": self.created_at, "coupon_type": "NORMAL", "no_cash": False,
            "available_begin_time": self.created_at, "available_end_time": _stamp(made + LASTS), "singleitem": False,
        }  # fmt: skip
        if self.used_at:
            shown["consume_information"] = {
                "consume_time": self.used_at, "consume_mchid": merchant, "transaction_id": f"42000{self.coupon_id}"
            }  # fmt: skip
        return shown


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def stamp_now() -> str:
    return _stamp(datetime.now(UTC).astimezone())


class Coupons:
    """Safe between threads; every change is in the log before it is told."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._by_number: dict[str, Coupon] = {}
        self._by_id: dict[str, Coupon] = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            try:
                self._keep(Coupon(**json.loads(line)))
            except (ValueError, TypeError):
                continue  # the last line of a process that was killed
        self._ids = itertools.count(time.time_ns() // 1000)  # of no sandbox twice
        self._log = path.open("a", encoding="utf-8")

    def give(self, stock_id: str, openid: str, number: str, most: int = 10**9, most_each: int = 10**9) -> Coupon | str:
        """The coupon for a number, given now or before, or the code of why not: the number stood for something else, or the stock
        has given `most` already, or `most_each` to this person. What has expired was given."""
        with self._lock:
            known = self._by_number.get(number)
            if known is not None:
                return known if (known.stock_id, known.openid) == (stock_id, openid) else "PARAM_ERROR"
            given = [each for each in self._by_id.values() if each.stock_id == stock_id]
            if len(given) >= most:
                return "NOT_ENOUGH"
            if sum(each.openid == openid for each in given) >= most_each:
                return "RULE_LIMIT"
            return self._write(Coupon(str(next(self._ids)), stock_id, openid, number, stamp_now()))

    def use(self, coupon_id: str) -> Coupon | None:
        """Pay with it; None where it can't be."""
        return self._change(coupon_id, lambda coupon: replace(coupon, status="USED", used_at=stamp_now()))

    def expire(self, coupon_id: str) -> Coupon | None:
        """Let it expire; None where it can't."""
        return self._change(coupon_id, lambda coupon: replace(coupon, status="EXPIRED"))

    def find(self, coupon_id: str, openid: str) -> Coupon | None:
        found = self._by_id.get(coupon_id)
        return found if found and found.openid == openid else None

    def of(self, openid: str = "") -> list[Coupon]:
        """Those of one person, or all, the newest first."""
        with self._lock:
            found = [each for each in self._by_id.values() if not openid or each.openid == openid]
        return found[::-1]

    def count(self, stock_id: str) -> int:
        return sum(each.stock_id == stock_id for each in self.of())

    def close(self) -> None:
        self._log.close()

    def _change(self, coupon_id: str, change: Callable[[Coupon], Coupon]) -> Coupon | None:
        with self._lock:
            known = self._by_id.get(coupon_id)
            return self._write(change(known)) if known and known.status == "SENDED" else None

    def _write(self, coupon: Coupon) -> Coupon:
        self._keep(coupon)
        self._log.write(json.dumps(asdict(coupon), ensure_ascii=False) + "\n")
        self._log.flush()
        return coupon

    def _keep(self, coupon: Coupon) -> None:
        self._by_number[coupon.out_request_no] = self._by_id[coupon.coupon_id] = coupon
