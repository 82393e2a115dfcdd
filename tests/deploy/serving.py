"""The real application as granian serves it behind nginx, with a WSGI layer that makes trouble when the test wants it.

`DEPLOY_TEST=careless` offers every good answer for keeping, personal ones too: the worst an application could do to a cache.
Every answer names its rendering in `X-Rendering`; `/__seen` answers what reached the application.
"""

import itertools
import os
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, jsonify, request

from app.core.config import load_settings
from app.factory import create_app

renderings = itertools.count(1)
is_careless = os.environ.get("DEPLOY_TEST") == "careless"
process = uuid.uuid4().hex[:6]


class Troubled:
    """The application, with more said and less care taken."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def answer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            headers = [*headers, ("X-Rendering", f"{process}-{next(renderings)}")]
            if is_careless and status.startswith("200"):
                headers = [each for each in headers if each[0].lower() not in ("cache-control", "vary")]
                headers.append(("Cache-Control", "public, max-age=0, s-maxage=1"))
            return start_response(status, headers, *rest)

        return self._inner(environ, answer)


def _show_what_was_seen() -> Response | None:
    if request.path != "/__seen":
        return None
    return jsonify(
        address=request.remote_addr, host=request.host, is_secure=request.is_secure, headers=dict(request.headers)
    )


app = create_app(load_settings())
app.before_request_funcs.setdefault(None, []).insert(0, _show_what_was_seen)
app.wsgi_app = Troubled(app.wsgi_app)  # type: ignore[method-assign]
