"""Rounds, contestants, judges and what became of them. Scores are tenths as they are given, and thousandths of a point once weighed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, ForeignKeyConstraint, Integer, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.benefits.proposals import Proposal
from app.modules.events.judging.models import AnyCriterion, AnyJudge, AnyRecusal
from app.modules.events.kinds.competition.states import AppealState, CorrectionState, Registered, RoundState, SheetState
from tenants.database import ZoneScoped, db
from tenants.models import PathText, placed_in_union

JUDGES, SHEET = "judges", "sheet"
"""Where the scores of a criterion come from: judges, or a sheet that staff bring in (a written or a measured part)."""
MASKED, FULL = "masked", "full"


class Round(ZoneScoped, db.Model):
    """A round (轮次) of a competition, fixed when it is announced; the `go_on` best go on, from the last one nobody.

    `team_from` and `team_to` are how many people a team has, the same in all rounds; none where individuals compete.
    """

    __tablename__ = "events_competition_rounds"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
    )

    campaign_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    mode: Mapped[str]
    venue: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    go_on: Mapped[int | None]
    is_last: Mapped[bool]
    team_from: Mapped[int | None] = mapped_column(SmallInteger)
    team_to: Mapped[int | None] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(default=RoundState.WAITING)
    last_number: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]
    appeals_until: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{self.state}.{self.version}"


class Criterion(AnyCriterion, ZoneScoped, db.Model):
    """A criterion of a round."""

    __tablename__ = "events_competition_criteria"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "round_id"], ["events_competition_rounds.zone_id", "events_competition_rounds.id"]
        ),
    )

    round_id: Mapped[UUID]
    source: Mapped[str]


class Contestant(ZoneScoped, db.Model):
    """A contestant (参赛选手), by account: who is no member yet has no `member_id`. The database gives the `number`.

    A team that was handed in is one contestant, with its name, its captain's account and its `team_id`; it is a guest as long as one of
    its people is.
    """

    __tablename__ = "events_competition_contestants"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
        placed_in_union(),
    )

    campaign_id: Mapped[UUID]
    account_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    number: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    shown: Mapped[str] = mapped_column(default=MASKED)
    union_id: Mapped[UUID | None]
    union_path: Mapped[str | None] = mapped_column(PathText)
    state: Mapped[str] = mapped_column(default=Registered.REGISTERED)
    reason: Mapped[str] = mapped_column(default="")
    registered_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class Start(ZoneScoped, db.Model):
    """That a contestant competes in a round, and what came of it; everybody reads it once the round is published.

    `measured` are the tenths of the criteria that a sheet brings, in their order; `tie_break` is the score in the heaviest criterion.
    """

    __tablename__ = "events_competition_starts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "round_id"], ["events_competition_rounds.zone_id", "events_competition_rounds.id"]
        ),
        ForeignKeyConstraint(
            ["zone_id", "contestant_id"],
            ["events_competition_contestants.zone_id", "events_competition_contestants.id"],
        ),
    )

    campaign_id: Mapped[UUID]
    round_id: Mapped[UUID]
    contestant_id: Mapped[UUID]
    number: Mapped[int]
    shown_name: Mapped[str]
    union_id: Mapped[UUID | None] = mapped_column(ForeignKey("unions.id"))
    absent: Mapped[bool] = mapped_column(default=False)
    measured: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list)
    score: Mapped[int | None]
    tie_break: Mapped[int | None]
    place: Mapped[int | None]
    goes_on: Mapped[bool] = mapped_column(default=False)
    award: Mapped[str | None]


class Judge(AnyJudge, ZoneScoped, db.Model):
    """A judge of one round."""

    __tablename__ = "events_competition_judges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "round_id"], ["events_competition_rounds.zone_id", "events_competition_rounds.id"]
        ),
    )

    round_id: Mapped[UUID]


class Recusal(AnyRecusal, ZoneScoped, db.Model):
    """A judge's recusal from one contestant in their round."""

    __tablename__ = "events_competition_recusals"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "start_id"], ["events_competition_starts.zone_id", "events_competition_starts.id"]
        ),
        ForeignKeyConstraint(
            ["zone_id", "judge_id"], ["events_competition_judges.zone_id", "events_competition_judges.id"]
        ),
    )

    round_id: Mapped[UUID]
    start_id: Mapped[UUID]


class ScoreSheet(ZoneScoped, db.Model):
    """What one judge gave one contestant: `tenths` of the judges' criteria in their order. Signed it is fixed, by the database too."""

    __tablename__ = "events_competition_sheets"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "start_id"], ["events_competition_starts.zone_id", "events_competition_starts.id"]
        ),
        ForeignKeyConstraint(
            ["zone_id", "judge_id"], ["events_competition_judges.zone_id", "events_competition_judges.id"]
        ),
    )

    campaign_id: Mapped[UUID]
    round_id: Mapped[UUID]
    start_id: Mapped[UUID]
    judge_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default=SheetState.OPEN)
    tenths: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    version: Mapped[int] = mapped_column(default=1)
    signed_at: Mapped[datetime | None]
    reopened_for: Mapped[UUID | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{self.state}.{self.version}"


class ScoreList(Proposal, ZoneScoped, db.Model):
    """Measured or written scores of a round (成绩单) that one person brings in and another confirms: `scores` are the tenths of the
    criteria that a sheet brings, in their order, by the id of the start. Confirmed, they stand in the starts."""

    __tablename__ = "events_competition_score_lists"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "round_id"], ["events_competition_rounds.zone_id", "events_competition_rounds.id"]
        ),
    )

    campaign_id: Mapped[UUID]
    round_id: Mapped[UUID]
    scores: Mapped[dict[str, list[int]]] = mapped_column(JSONB)


class Correction(ZoneScoped, db.Model):
    """That somebody asks to open a signed sheet again (改分申请); somebody else decides."""

    __tablename__ = "events_competition_corrections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "sheet_id"], ["events_competition_sheets.zone_id", "events_competition_sheets.id"]
        ),
    )

    campaign_id: Mapped[UUID]
    sheet_id: Mapped[UUID]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=CorrectionState.ASKED)
    asked_by: Mapped[UUID]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


class Appeal(ZoneScoped, db.Model):
    """A contestant's appeal (申诉) against their score in a round. Nobody who scored it answers."""

    __tablename__ = "events_competition_appeals"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "contestant_id"],
            ["events_competition_contestants.zone_id", "events_competition_contestants.id"],
        ),
        ForeignKeyConstraint(
            ["zone_id", "start_id"], ["events_competition_starts.zone_id", "events_competition_starts.id"]
        ),
    )

    campaign_id: Mapped[UUID]
    round_id: Mapped[UUID]
    start_id: Mapped[UUID]
    contestant_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=AppealState.OPEN)
    appealed_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[UUID | None]
    answered_by_name: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]


class Certificate(ZoneScoped, db.Model):
    """A certificate (获奖证书). Anybody may read all but why it was revoked; whose it is it tells by a masked name alone, and a team's name.

    Everybody in a team has one: the `holder_id` is that of the contestant, or of the person in the team.
    """

    __tablename__ = "events_competition_certificates"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - SQLAlchemy's way
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "contestant_id"],
            ["events_competition_contestants.zone_id", "events_competition_contestants.id"],
        ),
    )

    campaign_id: Mapped[UUID]
    contestant_id: Mapped[UUID]
    holder_id: Mapped[UUID]
    team: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(PathText)
    award: Mapped[str]
    masked_name: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")
    revoked_by_name: Mapped[str] = mapped_column(default="")
