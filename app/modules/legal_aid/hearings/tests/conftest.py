"""A desk of legal aid and the lawyers of its zone."""

from app.modules.legal_aid.lawyers.tests.conftest import _own_form_token, desk, panel

__all__ = ["_own_form_token", "desk", "panel"]
