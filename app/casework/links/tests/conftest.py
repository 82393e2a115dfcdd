"""A desk with a member in need, as help has it."""

from uuid import UUID

import pytest

from app.modules.help.tests.conftest import _own_form_token, desk
from app.modules.help.tests.desk import Desk

__all__ = ["_own_form_token", "desk"]


@pytest.fixture
def pair(desk: Desk) -> tuple[UUID, UUID]:
    """Two cases of the member that the handler has taken: the family's hardship, and then seasonal relief."""
    answer = desk.send(desk.form())
    assert answer.status_code == 302, answer.text
    first, second = UUID(answer.location.split("/")[-2]), desk.submitted()
    for case_id in (first, second):
        assert desk.step(desk.handler, case_id, "take").status_code == 302
    return first, second
