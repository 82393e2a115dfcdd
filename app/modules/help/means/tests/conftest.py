"""A desk with a member in need, as help has it."""

from app.modules.help.tests.conftest import _own_form_token, desk

__all__ = ["_own_form_token", "desk"]
