"""The figures of a zone's desk."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.core.modules import Figure, Text, load_provider
from app.core.platform import platform
from app.core.theming import current_document
from app.unions.models import Union, UnionMemberCount
from tenants.context import current_actor, current_zone
from tenants.database import db
from tenants.paths import LABEL_WIDTH, in_subtree

MOST_UNIONS = 20
HOUSE_FIGURES = (
    Figure(
        "benefits.alarms", _("Ledgers of benefits that are not whole"), "app.benefits.checks:count_alarms", "benefits.view",
        "console_benefits.reconciliation.index",
    ),
    Figure(
        "benefits.conflicts", _("Vouchers taken without network, to agree about"), "app.benefits.vouchers.conflicts:count_open",
        "benefits.view", "console_benefits.conflicts.index",
    ),
    Figure(
        "benefits.doubts", _("WeChat coupons that are uncertain"), "app.benefits.wechat.doubts:count_doubts", "benefits.view",
        "console_benefits.doubts.index",
    ),
)  # fmt: skip
"""Numbers that no module brings."""


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A number of the desk, with the page behind it."""

    label: Text
    value: int | str
    href: str


@dataclass(frozen=True, slots=True)
class UnionMembers:
    """How many active members a union and everything below it has."""

    name: str
    members: int


def zone_figures() -> list[ShownFigure]:
    """The figures of the zone's modules and of the house that the actor may see."""
    document, actor = current_document(), current_actor()
    of_modules = (figure for module in platform().modules if document.uses(module.slug) for figure in module.figures)
    return [
        ShownFigure(figure.title, load_provider(figure.provider)(), url_for(figure.endpoint) if figure.endpoint else "")
        for figure in (*of_modules, *HOUSE_FIGURES)
        if not figure.permission or actor.may(figure.permission)
    ]


def members_by_union() -> list[UnionMembers]:
    """The members of each union directly below the zone's own, those with most members first."""
    path = current_zone().union_path
    width = len(path) + LABEL_WIDTH + 1
    branch = func.substr(UnionMemberCount.union_path, 1, width)
    totals = (
        select(branch.label("branch"), func.sum(UnionMemberCount.members).label("members"))
        .where(*in_subtree(UnionMemberCount.union_path, path))
        .group_by(branch)
        .subquery()
    )
    rows = db.session.execute(
        select(Union.name, Union.short_name, totals.c.members)
        .join(totals, totals.c.branch == Union.path)
        .where(totals.c.members > 0)
        .order_by(totals.c.members.desc())
        .limit(MOST_UNIONS)
    )
    return [UnionMembers(row.short_name or row.name, int(row.members)) for row in rows]
