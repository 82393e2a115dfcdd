"""Which rule of the database refused something: what only it can look at, operations turn into words for people."""

from sqlalchemy.exc import IntegrityError


def violated(refusal: IntegrityError) -> str:
    """The name of the constraint, or of what a trigger calls one; empty for none."""
    return getattr(getattr(refusal.orig, "diag", None), "constraint_name", "") or ""
