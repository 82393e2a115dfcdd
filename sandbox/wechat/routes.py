"""Everything below `/wechat`, by path."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode

from sandbox.http import Environ, Refused, StartResponse, answer, answer_json, body_of, json_in, query_of

from .calls import APP_ID, WeChat
from .pages import holder_page, stocks_page, who_page

PREFIX = "/wechat"
HTML = "text/html; charset=utf-8"
Route = Callable[[WeChat, Environ, StartResponse], Iterable[bytes]]


def handle(wechat: WeChat, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request."""
    path = str(environ["PATH_INFO"]).removeprefix(PREFIX)
    if path.startswith("/v3/"):
        return wechat.pay(environ, start_response, path)
    route = _ROUTES.get((environ["REQUEST_METHOD"], path))
    if route is None:
        raise Refused(HTTPStatus.NOT_FOUND, "not_found")
    return route(wechat, environ, start_response)


def _access_token(wechat: WeChat, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """JSON that calls itself text, as WeChat's does."""
    return answer(start_response, json.dumps(wechat.access_token(environ)).encode(), "text/plain")


def _who(_: WeChat, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    asked = _asked(environ)
    return answer(start_response, who_page(asked["redirect_uri"], asked.get("state", "")), HTML)


def _holder(wechat: WeChat, _: Environ, start_response: StartResponse) -> Iterable[bytes]:
    return answer(start_response, holder_page(wechat.coupons.of()), HTML)


def _list(wechat: WeChat, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    found = wechat.coupons.of(query_of(environ).get("openid", ""))
    return answer_json(start_response, {"coupons": [asdict(each) for each in found]})


def _stocks(wechat: WeChat, _: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The merchant's desk."""
    page = stocks_page((stock, wechat.coupons.count(stock.stock_id)) for stock in wechat.stocks.all())
    return answer(start_response, page, HTML)


def _make_stock(wechat: WeChat, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if environ["PATH_INFO"].startswith(f"{PREFIX}/admin/"):
        return answer_json(start_response, wechat.make_stock(json_in(body_of(environ))))
    wechat.make_stock({name: values[0] for name, values in parse_qs(body_of(environ).decode()).items()})
    return answer(start_response, b"", HTML, HTTPStatus.SEE_OTHER, location=f"{PREFIX}/stocks")


def _stats(wechat: WeChat, _: Environ, start_response: StartResponse) -> Iterable[bytes]:
    return answer_json(start_response, dict(wechat.counts))


def _order_faults(wechat: WeChat, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    faults = wechat.notices.faults if environ["PATH_INFO"].endswith("/notices") else wechat.faults
    return answer_json(start_response, wechat.order_faults(faults, environ))


def _clear_faults(wechat: WeChat, _: Environ, start_response: StartResponse) -> Iterable[bytes]:
    wechat.faults.clear()
    wechat.notices.faults.clear()
    return answer_json(start_response, {"waiting": 0})


def _asked(environ: Environ) -> dict[str, str]:
    asked = query_of(environ)
    if not asked.get("redirect_uri", "").startswith(("http://", "https://")):
        raise Refused(HTTPStatus.BAD_REQUEST, "10003", "redirect_uri")
    if environ["PATH_INFO"].endswith("/authorize") and asked.get("appid") != APP_ID:
        raise Refused(HTTPStatus.BAD_REQUEST, "10012", "appid")
    return asked


def _confirm(wechat: WeChat, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    asked = _asked(environ)
    name = asked.get("name", "").strip()[:40] or "somebody"
    query = urlencode({"code": wechat.codes.issue(name), "state": asked.get("state", "")})
    way = f"{asked['redirect_uri']}{'&' if '?' in asked['redirect_uri'] else '?'}{query}"
    return answer(start_response, b"", HTML, HTTPStatus.FOUND, location=way)


def _change(wechat: WeChat, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    coupon_id = parse_qs(body_of(environ).decode()).get("coupon_id", [""])[0]
    change = wechat.coupons.use if environ["PATH_INFO"].endswith("/use") else wechat.coupons.expire
    coupon = change(coupon_id)
    if coupon is None:
        raise Refused(HTTPStatus.CONFLICT, "not_possible")
    wechat.notices.tell(coupon)
    return answer(start_response, b"", HTML, HTTPStatus.SEE_OTHER, location=f"{PREFIX}/")


_ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "/sns/oauth2/access_token"): _access_token,
    ("GET", "/connect/oauth2/authorize"): _who,
    ("GET", "/connect/oauth2/confirm"): _confirm,
    ("GET", "/"): _holder,
    ("POST", "/coupons/use"): _change,
    ("POST", "/coupons/expire"): _change,
    ("GET", "/stocks"): _stocks,
    ("POST", "/stocks"): _make_stock,
    ("POST", "/admin/stocks"): _make_stock,
    ("GET", "/admin/coupons"): _list,
    ("GET", "/admin/stats"): _stats,
    ("POST", "/admin/faults"): _order_faults,
    ("POST", "/admin/notices"): _order_faults,
    ("DELETE", "/admin/faults"): _clear_faults,
}
