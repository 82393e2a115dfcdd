"""The panel of lawyers, and who approves and pays their fees."""

import pytest

from app.modules.legal_aid.fees.tests.office import Office
from app.modules.legal_aid.lawyers.tests.conftest import _own_form_token, desk, panel

__all__ = ["_own_form_token", "desk", "panel"]


@pytest.fixture
def office(panel) -> Office:
    return Office(panel)
