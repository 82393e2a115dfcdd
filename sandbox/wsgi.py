"""The WSGI application: providers' endpoints, the page of messages, and the desk for ordering failures."""

import hmac
import os
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from .channels import EMAIL, MOST_PER_CALL, SMS, Channel
from .faults import OF_MESSAGES, Fault, Faults
from .http import Environ, HungUp, Refused, StartResponse, answer, answer_json, hang_up, json_of, query_of
from .pages import STYLE, messages_page
from .store import Store
from .wechat.calls import WeChat
from .wechat.routes import PREFIX
from .wechat.routes import handle as handle_wechat

_LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1", ""}
Handler = Callable[["Sandbox", Environ, StartResponse], Iterable[bytes]]


class Sandbox:
    """One provider; its store is opened with the first call, so that importing it does nothing.

    `notify_url` is the merchant's address for what WeChat tells.
    """

    def __init__(self, folder: Path | None = None, key: str | None = None, notify_url: str | None = None) -> None:
        self._folder = folder or Path(os.environ.get("HALL_VAR") or "var") / "sandbox"
        self._key = key or os.environ.get("SANDBOX_KEY") or "sandbox"
        self._notify_url = notify_url if notify_url is not None else os.environ.get("SANDBOX_NOTIFY_URL", "")
        self._opening = threading.Lock()
        self._store: Store | None = None
        self._wechat: WeChat | None = None
        self.faults = Faults(OF_MESSAGES)

    @property
    def store(self) -> Store:
        with self._opening:
            if self._store is None:
                self._store = Store(self._folder)
            return self._store

    @property
    def wechat(self) -> WeChat:
        with self._opening:
            if self._wechat is None:
                self._wechat = WeChat(self._folder, self._notify_url)
            return self._wechat

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            _check_local(environ)
            if environ["PATH_INFO"].startswith(f"{PREFIX}/"):
                return handle_wechat(self.wechat, environ, start_response)
            handler = _ROUTES.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]), _nothing)
            return handler(self, environ, start_response)
        except HungUp:
            return hang_up(start_response)
        except Refused as refused:
            body = {"error": refused.code, "detail": refused.detail}
            return answer_json(start_response, body, refused.status, **refused.headers)

    def check_key(self, environ: Environ) -> None:
        given = str(environ.get("HTTP_X_API_KEY", ""))
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            raise Refused(HTTPStatus.UNAUTHORIZED, "bad_key")

    def close(self) -> None:
        for part in (self._store, self._wechat):
            if part is not None:
                part.close()


def _check_local(environ: Environ) -> None:
    """The page shows sign-in codes: only this machine may look, and no web page of another host through a browser."""
    host = str(environ.get("HTTP_HOST", "")).rsplit(":", 1)[0].lower()
    if environ.get("REMOTE_ADDR", "") not in _LOOPBACK:
        raise Refused(HTTPStatus.FORBIDDEN, "local_only")
    if host not in {"127.0.0.1", "localhost", "[::1]"} and not host.endswith(".localhost"):
        raise Refused(HTTPStatus.FORBIDDEN, "local_only")


def _send(channel: Channel) -> Handler:
    def handler(sandbox: Sandbox, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        sandbox.check_key(environ)
        messages = _messages_of(environ, channel)
        sandbox.store.count(f"{channel.name}_calls")
        fault = sandbox.faults.take()
        if fault:
            messages = _misbehave(fault, messages)
        results = sandbox.store.take(channel, messages)
        if fault and fault.kind == "reset":
            raise HungUp
        return answer_json(start_response, {"results": results})

    return handler


def _messages_of(environ: Environ, channel: Channel) -> list[dict[str, Any]]:
    messages = json_of(environ).get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused(HTTPStatus.BAD_REQUEST, "no_messages")
    if len(messages) > MOST_PER_CALL:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_many", f"at most {MOST_PER_CALL} in one call")
    for place, message in enumerate(messages):
        if detail := channel.fault_in(message):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_message", f"message {place}: {detail}")
    return messages


def _misbehave(fault: Fault, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages to take in spite of the failure; raises what ends the call otherwise."""
    if fault.kind in {"timeout", "slow"}:
        time.sleep(fault.seconds)
    if fault.kind == "timeout":
        raise HungUp
    if fault.kind == "500":
        raise Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "internal")
    if fault.kind == "429":
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "too_fast", retry_after=str(max(1, round(fault.seconds))))
    return messages[: (len(messages) + 1) // 2] if fault.kind == "partial" else messages


def _list(channel: Channel) -> Handler:
    def handler(sandbox: Sandbox, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        found = sandbox.store.latest(channel.name, query_of(environ).get(channel.receiver, ""))
        return answer_json(start_response, {"messages": [{**each["message"], "at": each["at"]} for each in found]})

    return handler


def _order_faults(sandbox: Sandbox, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    order = json_of(environ)
    try:
        waiting = sandbox.faults.order(
            str(order.get("kind", "")), int(order.get("count", 1)), float(order.get("seconds", 2))
        )
    except (ValueError, TypeError) as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_fault", str(error)) from None
    return answer_json(start_response, {"waiting": waiting})


def _clear_faults(sandbox: Sandbox, _: Environ, start_response: StartResponse) -> Iterable[bytes]:
    sandbox.faults.clear()
    return answer_json(start_response, {"waiting": 0})


def _stats(sandbox: Sandbox, _: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Whoever waits until the sandbox serves asks this: WeChat's keys are there then."""
    calls = {"wechat_calls": sandbox.wechat.counts["calls"], "faults_waiting": len(sandbox.faults)}
    return answer_json(start_response, {**sandbox.store.counts, **calls})


def _page(sandbox: Sandbox, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    receiver = query_of(environ).get("to", "")
    body = messages_page(sandbox.store.latest("", receiver), receiver, sandbox.store.counts.copy())
    return answer(start_response, body, "text/html; charset=utf-8")


def _nothing(_: Sandbox, __: Environ, ___: StartResponse) -> Iterable[bytes]:
    raise Refused(HTTPStatus.NOT_FOUND, "not_found")


def _style(_: Sandbox, __: Environ, start_response: StartResponse) -> Iterable[bytes]:
    return answer(start_response, STYLE, "text/css; charset=utf-8")


_ROUTES: dict[tuple[str, str], Handler] = {
    ("POST", "/sms/v1/batch"): _send(SMS),
    ("GET", "/sms/v1/messages"): _list(SMS),
    ("POST", "/email/v1/send"): _send(EMAIL),
    ("GET", "/email/v1/messages"): _list(EMAIL),
    ("POST", "/admin/faults"): _order_faults,
    ("DELETE", "/admin/faults"): _clear_faults,
    ("GET", "/stats"): _stats,
    ("GET", "/"): _page,
    ("GET", "/style.css"): _style,
}

app = Sandbox()
