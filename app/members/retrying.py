"""A transaction that lost against another one is done again."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from tenants.database import db

T = TypeVar("T")
MOST_ATTEMPTS = 5
_PASSING = ("40001", "40P01")
"""SQLSTATE of a serialization failure and of a deadlock: the same again succeeds."""


class Overtaken(Exception):
    """A row was changed by somebody else between reading and writing."""


def retried(work: Callable[[], T]) -> T:
    """Do a transaction, again if another writer was faster; after `MOST_ATTEMPTS` the failure is raised."""
    attempt = 1
    while True:
        try:
            return work()
        except (Overtaken, OperationalError) as fault:
            db.session.rollback()
            if attempt == MOST_ATTEMPTS or not _will_pass(fault):
                raise
        attempt += 1


def _will_pass(fault: Exception) -> bool:
    return isinstance(fault, Overtaken) or getattr(getattr(fault, "orig", None), "sqlstate", "") in _PASSING
