"""The browser of the running request: its cookies, its address, what it calls itself."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from flask import Response, g, request

from app.core.clock import now
from app.core.platform import platform
from app.identity.operations.attempts import KNOWN_FOR, Attempt
from tenants.context import Plane, current_scope, scope
from tenants.database import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Those of requests that change nothing."""
LONGEST_DEVICE = 40
SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_APPS = (
    ("MicroMessenger", "微信 WeChat"), ("DingTalk", "钉钉 DingTalk"), ("AlipayClient", "支付宝 Alipay"),
    ("HuaweiBrowser", "华为浏览器 Huawei"), ("MiuiBrowser", "小米浏览器 Mi"),
    ("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


@contextmanager
def own_transaction() -> Iterator[None]:
    """Identity work that lasts whatever the request answers: a counted try, a code used up. Commits at its good end."""
    running = current_scope()
    with scope(Plane.IDENTITY, zone=running.zone, actor=running.actor):
        yield
        db.session.commit()


def session_cookie_name(scheme: str) -> str:
    """`__Host-` binds the cookie to this host and HTTPS; plain HTTP (development) can't use it."""
    return "__Host-hall" if scheme == "https" else "hall"


def nonce_cookie_name(scheme: str) -> str:
    """The cookie by which a host knows the browser it sent to sign in."""
    return "__Host-hall-nonce" if scheme == "https" else "hall_nonce"


def browser_cookie_name(scheme: str) -> str:
    """The cookie by which the sign-in host knows a browser again."""
    return "__Host-hall-browser" if scheme == "https" else "hall_browser"


def browser_secret() -> str:
    """The secret of this browser at the sign-in host, by which limits tell it from others; made where it has none."""
    if "browser_secret" not in g:
        kept = request.cookies.get(browser_cookie_name(platform().settings.scheme), "")
        g.browser_secret = kept if SECRET.fullmatch(kept) else secrets.token_urlsafe(32)
    return g.browser_secret


def keep_browser_secret(response: Response) -> Response:
    """Leave the browser its secret, for as long as browsers keep a cookie."""
    name = browser_cookie_name(platform().settings.scheme)
    if request.cookies.get(name) != browser_secret():
        set_host_cookie(response, name, browser_secret(), expires_at=now() + KNOWN_FOR)
    return response


def attempt_of(phone: str) -> Attempt:
    """The phone, tried from this browser and address."""
    return Attempt(phone, client_address(), browser_secret())


def set_host_cookie(response: Response, name: str, value: str, *, expires_at: datetime) -> None:
    """A cookie for this very host: no Domain, no script, no other site's posts."""
    seconds = max(int((expires_at - now()).total_seconds()), 0)
    response.set_cookie(
        name, value, max_age=seconds, path="/", httponly=True, samesite="Lax",
        secure=platform().settings.scheme == "https",
    )  # fmt: skip


def drop_host_cookie(response: Response, name: str) -> None:
    secure = platform().settings.scheme == "https"
    response.delete_cookie(name, path="/", httponly=True, samesite="Lax", secure=secure)


def client_address() -> str:
    """The client's network for limits: an IPv4 address, or the /64 of an IPv6 one, which is one household's."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address) if address.version == 4 else address.exploded[:19]


def user_agent() -> str:
    return request.headers.get("User-Agent", "")


def device_name(agent: str) -> str:
    """`Safari · iPhone`: enough for people to recognise their own device; '' when the browser says nothing known."""
    app = next((name for sign, name in _APPS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    found = " · ".join(filter(None, (app, system)))
    return found or re.sub(r"[^\w ./-]", "", agent)[:LONGEST_DEVICE]
