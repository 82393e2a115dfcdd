"""The applications under test, for `granian bench.apps:<name>`; made when first asked for, from the environment's settings."""

from flask import Flask

from app.core.config import load_settings
from app.core.heap import settle_heap
from app.factory import create_app
from app.site.door.door import Door
from bench.textbook import make_textbook


def _hello() -> Flask:
    """Flask's own hello-world, the yardstick."""
    app = Flask(__name__)

    @app.route("/")
    def hello_world() -> str:
        return "<p>Hello, World!</p>"

    return app


def _hall() -> Door:
    """The platform as it is served."""
    settings = load_settings()
    door = Door(create_app(settings), settings.web_threads)
    settle_heap()
    return door


def _uncached() -> Flask:
    """The platform without its page cache: every page is rendered."""
    app = create_app(load_settings())
    app.wsgi_app = Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]
    settle_heap()
    return app


_MAKERS = {"hello": _hello, "hall": _hall, "uncached": _uncached, "textbook": make_textbook}


def __getattr__(name: str) -> Flask | Door:
    if name not in _MAKERS:
        raise AttributeError(name)
    return _MAKERS[name]()
