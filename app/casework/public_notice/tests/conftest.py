"""The tests of public notice use the desk of help: its grants are put on public notice."""

from app.modules.help.tests.conftest import _own_form_token, desk
from app.modules.help.tests.test_public_notice import neighbour

__all__ = ["_own_form_token", "desk", "neighbour"]
