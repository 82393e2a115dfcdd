"""Doing chunk after chunk when the database may refuse one because of a single row."""

from collections.abc import Callable

from sqlalchemy.exc import DataError, IntegrityError

from app.members.retrying import retried
from tenants.database import db


class Stride:
    """How many rows the next chunk has: half as many after one that the database refused, twice as many after success."""

    def __init__(self, most: int) -> None:
        self._most = self._size = most

    def take(self, work: Callable[[int], int], refuse_one: Callable[[], int]) -> int:
        """Do a chunk of at most so many rows; the single row that can't be done is left to `refuse_one`."""
        while True:
            try:
                done = retried(lambda: work(self._size))
            except (IntegrityError, DataError):
                db.session.rollback()
                if self._size == 1:
                    return retried(refuse_one)
                self._size //= 2
            else:
                self._size = min(2 * self._size, self._most)
                return done
