"""What a request says, as WSGI has it."""

import sys
from functools import lru_cache
from io import BytesIO
from typing import Any

from app.site.door.rsgi import Scope
from app.site.front import Environ

ALWAYS: dict[str, Any] = {
    "SCRIPT_NAME": "", "wsgi.version": (1, 0), "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True,
    "wsgi.run_once": False, "wsgi.input_terminated": True,
}  # fmt: skip
UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
JOINED_BY = {"HTTP_COOKIE": "; "}
"""Between two headers of one name; others by a comma."""


def environ_of(asked: Scope) -> Environ:
    """The environment of a request whose body nobody has read: `wsgi.input` is empty.

    A header whose name holds an underscore is left out: it could pass itself off as one of a proxy's.
    """
    server, _, port = asked.server.rpartition(":")
    environ = {
        **ALWAYS, "REQUEST_METHOD": asked.method, "PATH_INFO": asked.path.encode().decode("latin-1"),
        "QUERY_STRING": asked.query_string, "SERVER_PROTOCOL": f"HTTP/{asked.http_version}", "SERVER_NAME": server,
        "SERVER_PORT": port, "REMOTE_ADDR": asked.client.rpartition(":")[0], "wsgi.url_scheme": asked.scheme, "wsgi.input": BytesIO(),
    }  # fmt: skip
    for name, value in asked.headers.items():
        key = _key_of(name)
        if key is None:
            continue
        environ[key] = f"{environ[key]}{JOINED_BY.get(key, ',')}{value}" if key in environ else value
    return environ


@lru_cache(maxsize=1024)
def _key_of(header: str) -> str | None:
    if "_" in header:
        return None
    return UNPREFIXED.get(header) or f"HTTP_{header.upper().replace('-', '_')}"
