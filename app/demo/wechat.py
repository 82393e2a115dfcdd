"""The merchant of the demo city at the sandbox's WeChat Pay. The sandbox does not run while the city is built: it is served here for that time,
out of the files that it finds when it starts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from werkzeug.serving import WSGIRequestHandler, make_server

from app.benefits.wechat.pay import EXTENSION, WeChatPay
from app.core.addresses import service_at
from app.core.config import SANDBOX_MERCHANT
from app.core.platform import platform
from sandbox.wsgi import Sandbox

MakeStock = Callable[[dict[str, Any]], object]


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: what the demo asks is no news."""


@contextmanager
def merchants_desk() -> Iterator[MakeStock | None]:
    """What makes a stock at WeChat, which answers in the block; None where the installation has another merchant than the sandbox's."""
    settings = platform().settings
    if not settings.wechat_pay_url or service_at(settings.wechat_pay_url).name != SANDBOX_MERCHANT:
        yield None
        return
    sandbox = Sandbox(settings.var / "sandbox", notify_url="")
    server = make_server("127.0.0.1", 0, sandbox, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    before, make_stock = current_app.extensions[EXTENSION], sandbox.wechat.make_stock
    served = WeChatPay(f"http://{SANDBOX_MERCHANT}@127.0.0.1:{server.port}/wechat", settings.var / "sandbox" / "wechat")
    current_app.extensions[EXTENSION] = served
    try:
        yield make_stock
    finally:
        current_app.extensions[EXTENSION] = before
        served.close()
        server.shutdown()
        thread.join()
        server.server_close()
        sandbox.close()
