"""Staged values and logs, sealed as one JSON text a row."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson

from app.core.platform import platform

STAGED = ("members_import_rows", "sealed")
REPORT = ("members_import_rows", "report")
CHANGE = ("members_import_changes", "sealed")


def seal(place: tuple[str, str], rows: Iterable[tuple[UUID, Any]]) -> list[bytes | None]:
    """One sealed text a row; None stays None."""
    rows = list(rows)
    table, column = place
    plain = [(row, orjson.dumps(value).decode()) for row, value in rows if value is not None]
    sealed = iter(platform().cipher.encrypt_many(plain, table=table, column=column))
    return [None if value is None else next(sealed) for _, value in rows]


def unseal(place: tuple[str, str], rows: Iterable[tuple[UUID, bytes | None]]) -> list[Any]:
    """The values of `seal`; None stays None."""
    rows = list(rows)
    table, column = place
    plain = iter(platform().cipher.decrypt_many([(r, s) for r, s in rows if s is not None], table=table, column=column))
    return [None if sealed is None else orjson.loads(next(plain)) for _, sealed in rows]
