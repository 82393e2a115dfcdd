"""What the tests of declared forms share."""

from collections.abc import Iterator

import pytest
from flask import Flask, g


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """Words in English."""
    with app.app_context():
        g.locale = "en"
        yield


@pytest.fixture
def chinese(app: Flask) -> Iterator[None]:
    """Words in Chinese."""
    with app.app_context():
        yield
