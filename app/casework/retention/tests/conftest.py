"""A desk with a member in need, as help has it, and who pays."""

import pytest

from app.casework.payments.tests.till import Till, make_till
from app.modules.help.tests.conftest import _own_form_token, desk

__all__ = ["_own_form_token", "desk"]


@pytest.fixture
def till(desk) -> Till:
    return make_till(desk)
