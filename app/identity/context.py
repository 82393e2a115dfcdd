"""What identity sets up when the application is built."""

from flask import Flask

from app.identity import official_account


def init_app(app: Flask) -> None:
    official_account.init_app(app)
