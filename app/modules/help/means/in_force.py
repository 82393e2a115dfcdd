"""The rules in force on a day: what the release knows, and before it what the city noted."""

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from app.casework.standards import Dated, last_begun
from app.modules.help.means.models import LocalStandard
from app.modules.help.means.rules import Rules, RuleSet, Standard, read_rule_set, read_standard
from tenants.database import db
from tenants.paths import ancestors

RULES = Path(__file__).with_name("rules.toml")


@lru_cache(maxsize=1)
def released() -> tuple[tuple[Standard, ...], tuple[RuleSet, ...]]:
    """The lines and rule sets of `rules.toml`, the earliest first."""
    written = tomllib.loads(RULES.read_text("utf-8"))
    standards = (read_standard(each) for each in written["standards"])
    rule_sets = (read_rule_set(each) for each in written["rule_sets"])
    return tuple(sorted(standards, key=_begins)), tuple(sorted(rule_sets, key=_begins))


def rules_on(day: date, union_path: str) -> Rules:
    """What a case handed in on a day in a zone of that union is calculated by."""
    standards, rule_sets = released()
    return Rules(_noted_on(day, union_path) or last_begun(day, standards), last_begun(day, rule_sets))


def _noted_on(day: date, union_path: str) -> Standard | None:
    """The line noted for the union itself or the nearest one above that has one, the latest by then."""
    statement = (
        select(LocalStandard)
        .where(LocalStandard.union_path.in_(ancestors(union_path)), LocalStandard.effective_from <= day)
        .order_by(LocalStandard.union_path.desc(), LocalStandard.effective_from.desc())
        .limit(1)
    )
    noted = db.session.scalars(statement).first()
    return noted.standard if noted else None


def _begins(dated: Dated) -> date:
    return dated.effective_from
