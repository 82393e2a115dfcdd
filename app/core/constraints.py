"""What only the database can look at, in words for people: a rule of it that refuses something is raised as a refusal of ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from app.core.errors import DomainError
from tenants.database import db


@contextmanager
def refused_as(refusals: Mapping[str, DomainError | type[DomainError]]) -> Iterator[None]:
    """Do something in a savepoint, flushed at its end: where a rule named in `refusals` is violated, what stands beside its name is
    raised; any other violation is raised as it is."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as refusal:
        if violated(refusal) not in refusals:
            raise
        raise refusals[violated(refusal)] from None


def violated(refusal: IntegrityError) -> str:
    """The name of the constraint, or of what a trigger calls one; empty for none."""
    return getattr(getattr(refusal.orig, "diag", None), "constraint_name", "") or ""
