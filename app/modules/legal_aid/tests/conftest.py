"""What the tests of legal aid share."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g, request_started

from app.modules.legal_aid.tests.desk import Desk, make_desk


@pytest.fixture(autouse=True)
def _own_form_token(app: Flask) -> Iterator[None]:
    """Requests of one test share `g` with the test's application context: a remembered form token must not outlive one."""

    def forget(*_: Any, **__: Any) -> None:
        g.pop("csrf_token", None)

    with request_started.connected_to(forget, app):
        yield


@pytest.fixture
def desk(world) -> Desk:
    return make_desk(world)
