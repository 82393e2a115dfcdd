"""Reading what is asked against scores: appeals of contestants, and corrections of sheets."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select

from app.modules.events.kinds.competition.models import Appeal, Contestant, Correction, Judge, Round, ScoreSheet, Start
from app.modules.events.kinds.competition.queries import find_row
from app.modules.events.kinds.competition.states import AppealState, CorrectionState
from app.modules.events.models import Campaign
from tenants.database import db


def list_corrections(*where: ColumnElement[bool]) -> Sequence[Row]:
    """Corrections asked for, the latest first, each with judge, contestant, round and campaign."""
    found = (
        select(
            Correction, Judge.name.label("judge"), Start.number, Round.title.label("round"),
            Campaign.title.label("campaign"),
        )
        .join(ScoreSheet, (ScoreSheet.zone_id == Correction.zone_id) & (ScoreSheet.id == Correction.sheet_id))
        .join(Judge, (Judge.zone_id == ScoreSheet.zone_id) & (Judge.id == ScoreSheet.judge_id))
        .join(Start, (Start.zone_id == ScoreSheet.zone_id) & (Start.id == ScoreSheet.start_id))
        .join(Round, (Round.zone_id == ScoreSheet.zone_id) & (Round.id == ScoreSheet.round_id))
        .join(Campaign, (Campaign.zone_id == Correction.zone_id) & (Campaign.id == Correction.campaign_id))
        .where(*where)
        .order_by(Correction.id.desc())
        .limit(200)
    )  # fmt: skip
    return db.session.execute(found).all()


def list_asked_sheets(round_id: UUID) -> set[UUID]:
    """The sheets of a round for which a correction waits to be decided."""
    asked = (
        select(Correction.sheet_id)
        .join(ScoreSheet, (ScoreSheet.zone_id == Correction.zone_id) & (ScoreSheet.id == Correction.sheet_id))
        .where(ScoreSheet.round_id == round_id, Correction.state == CorrectionState.ASKED)
    )
    return set(db.session.scalars(asked))


def find_correction(correction_id: UUID, *, lock: bool = False) -> Correction:
    """A correction; raises `NotFound`."""
    return find_row(Correction, correction_id, lock=lock)


def list_appeals(campaign_id: UUID) -> Sequence[Row]:
    """Appeals, those still open first, each with its contestant's number and round."""
    found = (
        select(Appeal, Contestant.number, Contestant.name, Round.title.label("round"))
        .join(Contestant, (Contestant.zone_id == Appeal.zone_id) & (Contestant.id == Appeal.contestant_id))
        .join(Round, (Round.zone_id == Appeal.zone_id) & (Round.id == Appeal.round_id))
        .where(Appeal.campaign_id == campaign_id)
        .order_by((Appeal.state != AppealState.OPEN), Appeal.id.desc())
        .limit(200)
    )
    return db.session.execute(found).all()


def list_own_appeals(contestant_id: UUID) -> Sequence[Appeal]:
    return db.session.scalars(
        select(Appeal).where(Appeal.contestant_id == contestant_id).order_by(Appeal.id.desc())
    ).all()


def find_appeal(appeal_id: UUID, *, lock: bool = False) -> Appeal:
    """An appeal; raises `NotFound`."""
    return find_row(Appeal, appeal_id, lock=lock)


def count_open(campaign_id: UUID) -> dict[str, int]:
    """How many appeals and corrections wait for somebody."""
    appeals = select(func.count()).where(Appeal.campaign_id == campaign_id, Appeal.state == AppealState.OPEN)
    corrections = select(func.count()).where(
        Correction.campaign_id == campaign_id, Correction.state == CorrectionState.ASKED
    )
    return {"appeals": db.session.scalar(appeals) or 0, "corrections": db.session.scalar(corrections) or 0}
