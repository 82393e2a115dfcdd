"""Ids for the rows of an INSERT … SELECT."""

from typing import Any

from sqlalchemy import String, Uuid, bindparam, cast, func

from tenants.ids import uuid7


def id_for_each_row() -> Any:
    """A version 7 id for every row: one made when the statement is executed, with the number of the row in its last 32 bits.

    Ids that grow fill the end of an index, where random ones scatter over it, and cost half of making random ones.
    """
    row_number = func.lpad(func.to_hex(func.row_number().over()), 8, "0")
    return cast(bindparam(None, callable_=_first_part, type_=String(), unique=True) + row_number, Uuid)


def _first_part() -> str:
    return uuid7().hex[:24]
