"""A desk of legal aid and the lawyers of its zone."""

import pytest

from app.modules.legal_aid.lawyers.tests.panel import Panel
from app.modules.legal_aid.tests.conftest import _own_form_token, desk

__all__ = ["_own_form_token", "desk"]


@pytest.fixture
def panel(desk) -> Panel:
    return Panel(desk)
