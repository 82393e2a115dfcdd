"""What a merchant asks of WeChat Pay, and an official account of WeChat; answers are signed.

Calls fail on demand: `POST /wechat/admin/faults` with one of `FAULTS`, and notices with `POST /wechat/admin/notices`. People who
choose the names in `NOT_FOR` at the OAuth page never get a coupon.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sandbox.faults import Faults
from sandbox.http import Environ, HungUp, Refused, StartResponse, answer, body_of, json_in, query_of

from .coupons import Coupons
from .keys import ensure_keys
from .notices import Notices
from .oauth import Codes, openid_of
from .signing import is_signed, signed_headers
from .stocks import Stocks, facts_in

MERCHANT, APP_ID, APP_SECRET = "1900000001", "wx5a6e64b0c0ffee00", "sandbox"
CODES = {
    "RULE_LIMIT": HTTPStatus.FORBIDDEN,
    "NOT_ENOUGH": HTTPStatus.FORBIDDEN,
    "USER_ACCOUNT_ABNORMAL": HTTPStatus.FORBIDDEN,
    "REQUEST_BLOCKED": HTTPStatus.FORBIDDEN,
    "MCH_NOT_EXISTS": HTTPStatus.NOT_FOUND,
    "RESOURCE_NOT_EXISTS": HTTPStatus.NOT_FOUND,
    "PARAM_ERROR": HTTPStatus.BAD_REQUEST,
    "SIGN_ERROR": HTTPStatus.UNAUTHORIZED,
    "FREQUENCY_LIMITED": HTTPStatus.TOO_MANY_REQUESTS,
    "SYSTEM_ERROR": HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""What WeChat Pay refuses, and under which status."""
FAULTS = {
    "timeout": "holds the call for `seconds`, does nothing and hangs up",
    "slow": "waits `seconds`, then answers",
    "lost": "does what it is asked and hangs up without an answer",
    "unsigned": "does what it is asked and answers under a signature that is not its own",
} | dict.fromkeys(CODES, "does nothing and answers so")
NOT_FOR = {openid_of("blocked"): "USER_ACCOUNT_ABNORMAL", openid_of("limited"): "RULE_LIMIT"}
_GIVE = re.compile(r"/v3/marketing/favor/users/([\w-]{1,128})/coupons")
_ONE = re.compile(r"/v3/marketing/favor/users/([\w-]{1,128})/coupons/(\d{1,20})")
_STOCK = re.compile(r"/v3/marketing/favor/stocks/(\d{1,20})")
_NUMBER = re.compile(r"[A-Za-z0-9|_*-]{1,128}")


def _refused(code: str) -> dict[str, Any]:
    return {"code": code, "message": f"沙箱：{code}"}


class WeChat:
    """WeChat with one merchant and one official account."""

    def __init__(self, folder: Path, notify_url: str = "") -> None:
        self.keys = ensure_keys(folder / "wechat", MERCHANT)
        self.coupons = Coupons(folder / "wechat.jsonl")
        self.stocks = Stocks(folder / "wechat-stocks.jsonl")
        self.notices = Notices(self.keys, MERCHANT, notify_url)
        self.codes = Codes()
        self.faults = Faults(FAULTS)
        self.counts: Counter[str] = Counter()

    def pay(self, environ: Environ, start_response: StartResponse, path: str) -> Iterable[bytes]:
        """One call of the API, by its path below `/v3`."""
        body, target = body_of(environ), str(environ["PATH_INFO"])
        if query := environ.get("QUERY_STRING"):
            target += f"?{query}"
        self.counts["calls"] += 1
        header, method = str(environ.get("HTTP_AUTHORIZATION", "")), str(environ["REQUEST_METHOD"])
        signed = is_signed(self.keys, MERCHANT, header, method, target, body)
        fault = self._misbehave()
        told = self._refusal(fault, signed) or self._do(method, path, body, query_of(environ))
        if fault == "lost":
            raise HungUp
        content = json.dumps(told, ensure_ascii=False).encode()
        over = b"another answer" if fault == "unsigned" else content
        status = CODES.get(told.get("code", ""), HTTPStatus.OK)
        return answer(start_response, content, "application/json", status, **signed_headers(self.keys, over))

    def _misbehave(self) -> str:
        """The failure of this call, if any is due, once it has waited."""
        fault = self.faults.take()
        if fault and fault.kind in {"timeout", "slow"}:
            time.sleep(fault.seconds)
        if fault and fault.kind == "timeout":
            raise HungUp
        return fault.kind if fault else ""

    def _refusal(self, fault: str, signed: bool) -> dict[str, Any]:
        return _refused(fault) if fault in CODES else {} if signed else _refused("SIGN_ERROR")

    def _do(self, method: str, path: str, body: bytes, query: Mapping[str, str]) -> dict[str, Any]:
        """What is told: of a refusal, its code."""
        if method == "POST" and (asked := _GIVE.fullmatch(path)):
            return self._give(asked[1], json_in(body))
        if method == "GET" and (asked := _GIVE.fullmatch(path)):
            return self._list(asked[1], query)
        if method == "GET" and (asked := _ONE.fullmatch(path)):
            found = self.coupons.find(asked[2], asked[1])
            return found.told(MERCHANT) if found else _refused("RESOURCE_NOT_EXISTS")
        if method == "GET" and (asked := _STOCK.fullmatch(path)):
            stock = self.stocks.find(asked[1])
            return stock.told(MERCHANT, self.coupons.count(asked[1])) if stock else _refused("RESOURCE_NOT_EXISTS")
        if method == "POST" and path == "/v3/marketing/favor/callbacks":
            self.notices.url = str(json_in(body).get("notify_url", ""))
            return {"notify_url": self.notices.url}
        return _refused("RESOURCE_NOT_EXISTS")

    def _list(self, openid: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Somebody's coupons of a stock: none that expired, page by page."""
        if query.get("creator_mchid") != MERCHANT or query.get("appid") != APP_ID:
            return _refused("PARAM_ERROR")
        offset, limit = (int(query.get(name) or usual) for name, usual in (("offset", 0), ("limit", 20)))
        found = [
            each
            for each in self.coupons.of(openid)
            if each.stock_id == query.get("stock_id") and each.status != "EXPIRED"
        ]
        shown = found[offset * limit : (offset + 1) * limit]
        return {
            "data": [each.told(MERCHANT) for each in shown],
            "total_count": len(found),
            "offset": offset,
            "limit": limit,
        }

    def _give(self, openid: str, order: dict[str, Any]) -> dict[str, Any]:
        stock, number = str(order.get("stock_id", "")), str(order.get("out_request_no", ""))
        if order.get("stock_creator_mchid") != MERCHANT:
            return _refused("MCH_NOT_EXISTS")
        if order.get("appid") != APP_ID or not _NUMBER.fullmatch(number) or not stock.isdecimal():
            return _refused("PARAM_ERROR")
        if openid in NOT_FOR:
            return _refused(NOT_FOR[openid])
        made = self.stocks.find(stock)
        if made is None:
            return _refused("RESOURCE_NOT_EXISTS")
        if made.status != "running":
            return _refused("NOT_ENOUGH")
        given = self.coupons.give(stock, openid, number, made.most, made.most_each)
        return _refused(given) if isinstance(given, str) else {"coupon_id": given.coupon_id}

    def access_token(self, environ: Environ) -> dict[str, Any]:
        """Whose a code is: errors come as 200 with an `errcode`, as WeChat gives them."""
        asked = query_of(environ)
        if (asked.get("appid"), asked.get("secret")) != (APP_ID, APP_SECRET):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        name, refused = self.codes.redeem(asked.get("code", ""))
        if refused:
            return {"errcode": refused, "errmsg": "code been used" if refused == 40163 else "invalid code"}
        told = {"access_token": "sandbox", "expires_in": 7200, "refresh_token": "sandbox", "openid": openid_of(name),
                "scope": "snsapi_base"}  # fmt: skip
        return told | ({"is_snapshotuser": 1} if name == "snapshot" else {})

    def order_faults(self, faults: Faults, environ: Environ) -> dict[str, int]:
        order = json_in(body_of(environ))
        try:
            waiting = faults.order(
                str(order.get("kind", "")), int(order.get("count", 1)), float(order.get("seconds", 2))
            )
        except (ValueError, TypeError) as error:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_fault", str(error)) from None
        return {"waiting": waiting}

    def make_stock(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """What the merchant does at its desk: make a stock, or change one."""
        try:
            facts = facts_in(told)
            stock = self.stocks.make(facts.pop("stock_id", ""), **facts)
        except ValueError as error:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_stock", str(error)) from None
        return stock.told(MERCHANT, self.coupons.count(stock.stock_id))

    def close(self) -> None:
        self.coupons.close()
        self.stocks.close()
