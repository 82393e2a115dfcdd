"""WeChat's official account (公众号) as far as it says who somebody is there: the web's OAuth with the scope `snsapi_base`, which asks
nothing of the person.

The app id and the secret stand in the address: `https://APPID:SECRET@api.weixin.qq.com`. Nothing here logs an openid, a code or the
secret; logs hold WeChat's error codes. Source: developers.weixin.qq.com, “网页授权”.
"""

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import structlog
from flask import Flask, current_app

from app.core.addresses import service_at
from app.core.config import Settings
from app.core.platform import EXTENSION as PLATFORM
from app.identity.errors import WeChatAway, WeChatIncomplete, WeChatRefused

EXTENSION = "official_account"
PATIENCE = 5.0  # seconds for each step of a call
CODE_IS_OVER = frozenset({40029, 40163})
"""The code is none, or was used before."""
log = structlog.get_logger()


class OfficialAccount:
    """Where people are sent to say who they are in WeChat, and where the answer is fetched."""

    def __init__(self, open_url: str, api_url: str) -> None:
        url, self._app_id, self._secret = service_at(api_url)
        self._api_url = url.rstrip("/")
        self._open_url = open_url.rstrip("/")

    @property
    def is_there(self) -> bool:
        """Whether this installation has one."""
        return bool(self._app_id)

    @property
    def app_id(self) -> str:
        return self._app_id

    @property
    def origin(self) -> str:
        """Where people are sent, as browsers name it."""
        parts = urlsplit(self._open_url)
        return f"{parts.scheme}://{parts.netloc}"

    def way_in(self, back: str, state: str) -> str:
        """The address at WeChat from which the person comes to `back` with a code and this `state`."""
        asked = {"appid": self._app_id, "redirect_uri": back, "response_type": "code", "scope": "snsapi_base",
                 "state": state}  # fmt: skip
        return f"{self._open_url}/connect/oauth2/authorize?{urlencode(asked, quote_via=quote)}#wechat_redirect"

    def openid_of(self, code: str) -> str:
        """Whose code this is. Raises `WeChatRefused` for one that is over, `WeChatIncomplete` for a visitor who is nobody yet, and
        `WeChatAway`."""
        told = self._fetch(
            {"appid": self._app_id, "secret": self._secret, "code": code, "grant_type": "authorization_code"}
        )
        if told.get("errcode"):
            log.warning("wechat refused a code", errcode=told["errcode"])
            raise WeChatRefused if told["errcode"] in CODE_IS_OVER else WeChatAway
        if told.get("is_snapshotuser") == 1:
            raise WeChatIncomplete
        openid = told.get("openid")
        if not isinstance(openid, str) or not 0 < len(openid) <= 128:
            raise WeChatAway
        return openid

    def _fetch(self, asked: dict[str, str]) -> dict[str, Any]:
        """The answer of a person's first page; proxies of the environment are not asked, as the secret goes along."""
        try:
            with httpx.Client(timeout=PATIENCE, trust_env=False, follow_redirects=False) as client:
                told = client.get(f"{self._api_url}/sns/oauth2/access_token", params=asked).json()
        except (httpx.HTTPError, ValueError) as fault:
            log.warning("wechat is away", reason=type(fault).__name__)
            raise WeChatAway from None
        return told if isinstance(told, dict) else {}


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions[PLATFORM].settings
    app.extensions[EXTENSION] = OfficialAccount(settings.wechat_open_url, settings.wechat_api_url)


def official_account() -> OfficialAccount:
    return current_app.extensions[EXTENSION]
