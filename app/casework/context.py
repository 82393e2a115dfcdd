"""What casework keeps in each process."""

from flask import Flask

from app.casework.calendar import in_force


def init_app(app: Flask) -> None:
    in_force.init_app(app)
