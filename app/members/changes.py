"""Telling every process that members have changed: who they are, how they are reached, which union they belong to.

Sessions remember their member's name and union, and who has signed in waits to be recognised by phone; so whoever
writes members announces it here, in the same transaction.
"""

from uuid import UUID

from tenants.changes import announce

MEMBER_CHANGED = "member"
"""Topic of the change feed: the key is a member's id."""
ROSTER_CHANGED = "roster"
"""Topic of the change feed: many members changed at once; the key is the path of the union that they are within."""


def member_changed(member_id: UUID) -> None:
    announce(MEMBER_CHANGED, member_id)


def roster_changed(union_path: str) -> None:
    announce(ROSTER_CHANGED, union_path)
