"""Positions in the union tree as text: a subtree is one range of an ordinary B-tree index.

A path is its ancestors' labels, each four base-36 digits and a dot, compared byte by byte (`COLLATE "C"`):
`0001.` holds `0001.0004.` and `0001.0004.00a2.`.
"""

from typing import Any

from sqlalchemy import ColumnElement

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LABEL_WIDTH = 4
MOST_CHILDREN = len(DIGITS) ** LABEL_WIDTH


def label(number: int) -> str:
    """The label of the n-th child, n from 0; raises `ValueError` past 1,679,615 children."""
    if not 0 <= number < MOST_CHILDREN:
        raise ValueError(f"a union can have at most {MOST_CHILDREN} unions directly under it")
    digits = ""
    for _ in range(LABEL_WIDTH):
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits + "."


def path_end(path: str) -> str:
    """The first text after every path that starts with `path` (the dot's successor is the slash)."""
    return path[:-1] + "/" if path else ""


def in_subtree(column: Any, path: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Conditions: a column of paths holds `path` or one below it."""
    return column >= path, column < path_end(path)


def is_within(path: str, ancestor: str) -> bool:
    """Whether `path` is `ancestor` or below it; nothing is below an empty path."""
    return bool(ancestor) and path.startswith(ancestor)


def is_root(path: str) -> bool:
    """Whether `path` is that of the one union above all others."""
    return len(path) == LABEL_WIDTH + 1


def ancestors(path: str) -> list[str]:
    """The path and all above it, nearest first."""
    width = LABEL_WIDTH + 1
    return [path[:end] for end in range(len(path), 0, -width)]
