"""The wire to WeChat Pay's coupons (代金券): one is given, asked for, or counted; and what WeChat tells is read.

WeChat gives one coupon for a number, however often it is asked, so everything that is not certain is asked again. The merchant's number
stands in the address: `https://MERCHANT@api.mch.weixin.qq.com`. Logs hold codes, no openid.
Source: pay.weixin.qq.com, “代金券”.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import httpx
import orjson
import structlog
from flask import Flask, current_app

from app.benefits.wechat.answers import (
    Answer,
    NotFromWeChat,
    Notice,
    Said,
    Standing,
    Stock,
    answer_in,
    standing_in,
    stock_in,
)
from app.benefits.wechat.signing import KeysUnusable, MerchantKeys, authorization, is_from_wechat, opened, read_keys
from app.core.addresses import service_at
from app.core.config import Settings
from app.core.platform import EXTENSION as PLATFORM

EXTENSION = "wechat_pay"
PATIENCE = 10.0  # seconds for each step of a call
COUPONS = "/v3/marketing/favor/users"
A_PAGE, MOST_PAGES = 20, 5
"""Coupons in one answer of WeChat's, and answers that are read: more than a batch gives to one member."""
NO_STOCK = "RESOURCE_NOT_EXISTS"
"""WeChat knows no such stock of this merchant, or its coupons take no fixed amount off."""
log = structlog.get_logger()


class WeChatPay:
    """Keeps its connections; a process forked from this one opens its own. Keys are read when they are first needed."""

    def __init__(self, url: str, keys: Path, timeout: float = PATIENCE) -> None:
        service = service_at(url)
        self._merchant, self._url = service.name, service.url.rstrip("/")
        self._folder, self._timeout = keys, timeout
        self._keys: MerchantKeys | None = None
        self._client: httpx.Client | None = None
        self._owner = 0

    @property
    def is_there(self) -> bool:
        """Whether this installation has a merchant."""
        return bool(self._merchant)

    def give(self, openid: str, stock_id: str, number: str, app_id: str) -> Answer:
        """Have a coupon of a stock put into somebody's WeChat; never raises for what WeChat or a network does."""
        order = {"stock_id": stock_id, "out_request_no": number, "appid": app_id, "stock_creator_mchid": self._merchant}
        try:
            said = self._ask("POST", f"{COUPONS}/{quote(openid, safe='')}/coupons", orjson.dumps(order))
        except _Silence as silence:
            return Answer("unknown" if silence.may_have_arrived else "busy", code=silence.code)
        answer = answer_in(said)
        if answer.word != "received":
            log.warning("wechat coupon not received", word=answer.word, code=answer.code)
        return answer

    def find(self, openid: str, coupon_id: str, app_id: str) -> Standing | None:
        """How a coupon stands; None where WeChat does not say."""
        query = urlencode({"appid": app_id})
        try:
            said = self._ask("GET", f"{COUPONS}/{quote(openid, safe='')}/coupons/{quote(coupon_id, safe='')}?{query}")
        except _Silence:
            return None
        return standing_in(said.told) if said.status == 200 and said.is_signed else None

    def list_given(self, openid: str, stock_id: str, app_id: str) -> list[Standing] | None:
        """The coupons of a stock that somebody has in their WeChat; None where WeChat does not say. It names none that expired and may leave
        out others (全平台通用券), so that what is missing may have been given all the same."""
        found: list[Standing] = []
        for page in range(MOST_PAGES):
            asked = {
                "appid": app_id,
                "stock_id": stock_id,
                "creator_mchid": self._merchant,
                "offset": page,
                "limit": A_PAGE,
            }
            try:
                said = self._ask("GET", f"{COUPONS}/{quote(openid, safe='')}/coupons?{urlencode(asked)}")
            except _Silence:
                return None
            rows = said.told.get("data") or []
            if said.status != 200 or not said.is_signed or not isinstance(rows, list):
                return None
            found += [standing for row in rows if isinstance(row, dict) and (standing := standing_in(row))]
            if len(rows) < A_PAGE:
                break
        return found

    def find_stock(self, stock_id: str) -> Stock | str:
        """A stock as it stands, or the code of why WeChat does not say: `NO_STOCK` is certain."""
        query = urlencode({"stock_creator_mchid": self._merchant})
        try:
            said = self._ask("GET", f"/v3/marketing/favor/stocks/{quote(stock_id, safe='')}?{query}")
        except _Silence as silence:
            return silence.code
        if said.status >= 400:
            return said.code
        return (stock_in(said.told) or NO_STOCK) if said.status == 200 and said.is_signed else "bad_answer"

    def tell_where(self, notify_url: str) -> str:
        """Let WeChat tell this address what becomes of coupons; empty, or the code of why not."""
        try:
            said = self._ask(
                "POST",
                "/v3/marketing/favor/callbacks",
                orjson.dumps({"mchid": self._merchant, "notify_url": notify_url}),
            )
        except _Silence as silence:
            return silence.code
        return "" if said.status == 200 and said.is_signed else said.code

    def read(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """What WeChat tells. Raises `NotFromWeChat`."""
        try:
            keys = self._own_keys()
            if not is_from_wechat(keys, headers, body):
                raise NotFromWeChat
            told = orjson.loads(body)
            standing = standing_in(opened(keys, told["resource"]))
        except (KeysUnusable, ValueError, KeyError, TypeError):
            raise NotFromWeChat from None
        notice_id = told.get("id")
        if standing is None or not isinstance(notice_id, str) or not 0 < len(notice_id) <= 64:
            raise NotFromWeChat
        return Notice(notice_id, standing)

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self._client is not None and self._owner == os.getpid():
            self._client.close()
        self._client = None

    def _ask(self, method: str, path: str, body: bytes = b"") -> Said:
        url = f"{self._url}{path}"
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            keys = self._own_keys()
            headers = {"Authorization": authorization(keys, self._merchant, method, target, body)}
            response = self._connection().request(method, url, content=body or None, headers=headers)
            told = orjson.loads(response.content)
        except KeysUnusable as fault:
            log.error("wechat pay has no keys", reason=str(fault))  # noqa: TRY400 - the reason says all
            raise _Silence("keys", may_have_arrived=False) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise _Silence("unreachable", may_have_arrived=False) from None
        except httpx.TimeoutException:
            raise _Silence("timeout") from None
        except httpx.HTTPError:
            raise _Silence("unreachable") from None
        except orjson.JSONDecodeError:
            raise _Silence("bad_answer") from None
        signed = is_from_wechat(keys, response.headers, response.content)
        return Said(response.status_code, told if isinstance(told, dict) else {}, signed)

    def _own_keys(self) -> MerchantKeys:
        if self._keys is None:
            self._keys = read_keys(self._folder)
        return self._keys

    def _connection(self) -> httpx.Client:
        if self._client is None or self._owner != os.getpid():
            self._owner = os.getpid()
            # Proxies of the environment are not asked: addresses hold openids.
            self._client = httpx.Client(
                timeout=self._timeout, trust_env=False, follow_redirects=False,
                headers={"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "unionhall"},
            )  # fmt: skip
        return self._client


class _Silence(Exception):
    """A call without an answer, which may have reached WeChat or never left."""

    def __init__(self, code: str, *, may_have_arrived: bool = True) -> None:
        super().__init__(code)
        self.code, self.may_have_arrived = code, may_have_arrived


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions[PLATFORM].settings
    app.extensions[EXTENSION] = WeChatPay(settings.wechat_pay_url, settings.wechat_pay_keys)


def wechat_pay() -> WeChatPay:
    return current_app.extensions[EXTENSION]
