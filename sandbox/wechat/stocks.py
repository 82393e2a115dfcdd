"""The stocks (批次) that the merchant has made at its desk: what a coupon of each takes off, how many there are and until when.

They outlive the process; `POST /wechat/admin/stocks` makes one or changes it, and `/wechat/stocks` is the desk for people.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

STATES = ("unactivated", "audit", "running", "paused", "stoped")
LASTS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock as the merchant has made it; days are those of China, money is in fen. What was given of it never comes back to it, though it expire."""

    stock_id: str
    value_cents: int
    threshold_cents: int
    most: int
    most_each: int
    first_day: str
    last_day: str
    status: str = "running"

    def told(self, merchant: str, given: int) -> dict[str, Any]:
        """How the API shows it."""
        return {
            "stock_id": self.stock_id, "stock_creator_mchid": merchant, "stock_name": f"立减金 {self.stock_id}",
            "status": self.status, "description": "沙箱里的批次", "create_time": f"{self.first_day}T00:00:00+08:00",
            "stock_use_rule": {
                "max_coupons": self.most, "max_amount": self.most * self.value_cents,
                "max_coupons_per_user": self.most_each, "coupon_type": "NORMAL", "combine_use": False,
                "fixed_normal_coupon": {
                    "coupon_amount": self.value_cents, "transaction_minimum": self.threshold_cents
                },
            },
            "available_begin_time": f"{self.first_day}T00:00:00+08:00",
            "available_end_time": f"{self.last_day}T23:59:59+08:00",
            "distributed_coupons": given, "no_cash": False, "singleitem": False, "stock_type": "NORMAL",
        }  # fmt: skip


class Stocks:
    """Safe between threads; every change is in the log before it counts."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._stocks: dict[str, Stock] = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            try:
                stock = Stock(**json.loads(line))
            except (ValueError, TypeError):
                continue  # the last line of a process that was killed
            self._stocks[stock.stock_id] = stock
        self._log = path.open("a", encoding="utf-8")

    def make(self, stock_id: str, **facts: Any) -> Stock:
        """Make a stock, or change what is said of one; what is not said is as it was, or usual. Raises `ValueError`."""
        with self._lock:
            known = self._stocks.get(stock_id)
            stock = Stock(**(asdict(known) if known else usual(stock_id)) | facts)
            _check(stock)
            self._log.write(json.dumps(asdict(stock)) + "\n")
            self._log.flush()
            self._stocks[stock_id] = stock
        return stock

    def find(self, stock_id: str) -> Stock | None:
        return self._stocks.get(stock_id)

    def all(self) -> list[Stock]:
        """Those there are, the newest first."""
        with self._lock:
            return list(self._stocks.values())[::-1]

    def close(self) -> None:
        self._log.close()


def usual(stock_id: str) -> dict[str, Any]:
    """A thousand coupons of five yuan, one for each, for three months."""
    today = datetime.now(UTC).astimezone().date()
    return {"stock_id": stock_id, "value_cents": 500, "threshold_cents": 0, "most": 1_000, "most_each": 1,
            "first_day": today.isoformat(), "last_day": (today + LASTS).isoformat()}  # fmt: skip


def facts_in(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a stock, in the kinds it needs. Raises `ValueError`."""
    kinds = {field.name: int if field.type is int else str for field in fields(Stock)}
    return {name: kinds[name](value) for name, value in told.items() if name in kinds and value != ""}


def _check(stock: Stock) -> None:
    if date.fromisoformat(stock.first_day) > date.fromisoformat(stock.last_day):
        raise ValueError("the last day is before the first")
    if not (stock.stock_id.isascii() and stock.stock_id.isdecimal() and len(stock.stock_id) <= 20):
        raise ValueError("a stock_id is up to 20 digits")
    if stock.status not in STATES:
        raise ValueError(f"unknown status: use one of {', '.join(STATES)}")
    if min(stock.value_cents, stock.most, stock.most_each) < 1 or stock.threshold_cents < 0:
        raise ValueError("amounts and numbers are above zero")
