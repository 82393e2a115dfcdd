"""What the tables of judges and criteria have in common, whatever the kind; each kind has tables of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import PathText


class AnyCriterion:
    """A criterion (评分项), fixed when a campaign is announced: `highest` tenths weigh `weight` percent of the score."""

    campaign_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    highest: Mapped[int]
    weight: Mapped[int] = mapped_column(SmallInteger)


class AnyJudge:
    """A judge (评委); `tied_paths` are their unions as far as these keep them from those they judge (`ties.ties_of`)."""

    campaign_id: Mapped[UUID]
    account_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    name: Mapped[str]
    tied_paths: Mapped[list[str]] = mapped_column(ARRAY(PathText))
    appointed_by_name: Mapped[str]
    appointed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    dismissed_at: Mapped[datetime | None]


class AnyRecusal:
    """That a judge scores something of what they judge no more (回避), for the `reason` they give: no sheet of theirs is expected, and
    none counts."""

    campaign_id: Mapped[UUID]
    judge_id: Mapped[UUID]
    reason: Mapped[str]
    recused_at: Mapped[datetime] = mapped_column(server_default=func.now())
