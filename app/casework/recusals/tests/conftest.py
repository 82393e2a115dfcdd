"""The tests of objecting to a handler use the desk of help: its pages are those of every module with cases."""

from app.modules.help.tests.conftest import _own_form_token, desk

__all__ = ["_own_form_token", "desk"]
