"""What notifications set up when the application is built."""

from flask import Flask

from app.core.platform import EXTENSION
from app.notifications import wires
from app.notifications.kinds import check_kinds


def init_app(app: Flask) -> None:
    """Check every declared kind of message and make the adapters; raises `ManifestError`."""
    check_kinds(app.extensions[EXTENSION])
    wires.init_app(app)
