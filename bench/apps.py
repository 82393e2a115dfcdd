"""The applications under test, for `granian bench.apps:<name>`; made when first asked for, from the environment's settings."""

from flask import Flask

from app.core.config import load_settings
from app.core.heap import settle_heap
from app.factory import create_app
from bench.textbook import make_textbook


def _hello() -> Flask:
    """Flask's own hello-world, the yardstick."""
    app = Flask(__name__)

    @app.route("/")
    def hello_world() -> str:
        return "<p>Hello, World!</p>"

    return app


def _hall() -> Flask:
    """The platform as it is served."""
    app = create_app(load_settings())
    settle_heap()
    return app


def _uncached() -> Flask:
    """The platform without its page cache: every page is rendered."""
    app = create_app(load_settings())
    app.wsgi_app = Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]
    settle_heap()
    return app


_MAKERS = {"hello": _hello, "hall": _hall, "uncached": _uncached, "textbook": make_textbook}


def __getattr__(name: str) -> Flask:
    if name not in _MAKERS:
        raise AttributeError(name)
    return _MAKERS[name]()
