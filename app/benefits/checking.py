"""Counts what breaks the rules that the database keeps true by itself, asked again."""

from collections.abc import Mapping

from sqlalchemy import Select, func, select

from tenants.database import db


def count_faults(rules: Mapping[str, Select]) -> dict[str, int]:
    """How many rows break each rule that is broken; `rules` are queries of the rows that do."""
    found = {
        rule: db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        for rule, query in rules.items()
    }
    return {rule: count for rule, count in found.items() if count}
