"""What stands before Flask: the proxies' word on address and scheme, the page cache, posts that many send at once."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.site.cached_pages.layer import PageCache
from app.site.early_posts.layer import EarlyPosts
from app.site.front import Environ, Front, WsgiApp

EXTENSION = "hall_layers"


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers one by one, as the door asks them; `app.wsgi_app` is all of them, one behind the other, for a WSGI server."""

    front: Front
    pages: PageCache
    posts: EarlyPosts
    flask: WsgiApp
    proxies: ProxyFix | None
    """Whose word on address and scheme is taken."""

    def as_proxies_say(self, environ: Environ) -> Environ:
        """The environment with the address and scheme that trusted proxies name."""
        if self.proxies is not None:
            self.proxies(environ, _nothing)
        return environ

    def behind(self, environ: Environ) -> WsgiApp:
        """What a request goes to that memory alone does not answer: a post has been before all layers by then."""
        return self.flask if environ["REQUEST_METHOD"] == "POST" else self.pages


def put_before(app: Flask, hops: int) -> None:
    """Put the layers before an application, which keeps them in its extensions."""
    flask = app.wsgi_app
    front = Front(app)
    posts = EarlyPosts(app, flask, front)
    pages = PageCache(app, posts, front)
    app.extensions[EXTENSION] = Layers(front, pages, posts, flask, _believing(_nothing, hops) if hops else None)
    app.wsgi_app = _believing(pages, hops) if hops else pages  # type: ignore[method-assign]


def _nothing(*_: Any) -> Any:
    """An application, and whom it answers, that only the environment is changed for."""
    return ()


def _believing(wsgi_app: WsgiApp, hops: int) -> ProxyFix:
    return ProxyFix(wsgi_app, x_for=hops, x_proto=hops)
