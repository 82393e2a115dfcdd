"""A desk with a worker in trouble, as legal aid has it."""

from app.modules.legal_aid.tests.conftest import desk

__all__ = ["desk"]
