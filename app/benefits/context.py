"""What benefits set up when the application is built."""

from flask import Flask

from app.benefits.wechat import pay


def init_app(app: Flask) -> None:
    pay.init_app(app)
