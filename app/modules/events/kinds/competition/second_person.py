"""What of all competitions waits for the actor as a second person: scores that were brought in, and corrections asked for."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, func, select

from app.benefits.proposals import ProposalState
from app.modules.events.kinds.competition import appeals
from app.modules.events.kinds.competition.impartial import is_blind_to, is_judged_by
from app.modules.events.kinds.competition.models import Correction, Round, ScoreList, ScoreSheet
from app.modules.events.kinds.competition.states import CorrectionState
from app.modules.events.models import Campaign
from app.modules.events.second_person import ToDecide
from tenants.context import Actor, current_actor
from tenants.database import db


def to_decide() -> ToDecide:
    """Counted for the menu on every page: no row is read."""
    actor = current_actor()
    scores = select(func.count(ScoreList.id)).where(*_scores(actor))
    corrections = (
        select(func.count(Correction.id))
        .join(ScoreSheet, (ScoreSheet.zone_id == Correction.zone_id) & (ScoreSheet.id == Correction.sheet_id))
        .where(*_corrections(actor))
    )
    waiting = (db.session.scalar(scores) or 0) + (db.session.scalar(corrections) or 0)
    return ToDecide(_("Scores and corrections to decide"), url_for("console_events.competition.second.index"), waiting)


def list_scores(actor: Actor) -> Sequence[Row]:
    """Lists of scores that somebody else brought in, with the round and the campaign; those of nobody who judges still."""
    found = (
        select(ScoreList, Round.title.label("round"), Campaign.title.label("campaign"))
        .join(Round, (Round.zone_id == ScoreList.zone_id) & (Round.id == ScoreList.round_id))
        .join(Campaign, (Campaign.zone_id == ScoreList.zone_id) & (Campaign.id == ScoreList.campaign_id))
        .where(*_scores(actor))
        .order_by(ScoreList.id)
    )
    return db.session.execute(found).all()


def list_corrections(actor: Actor) -> Sequence[Row]:
    """Corrections that somebody else asked for, of rounds that the actor does not judge."""
    return appeals.list_corrections(*_corrections(actor))


def _scores(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    is_asked = ScoreList.state == ProposalState.SUBMITTED
    return is_asked, ScoreList.made_by != actor.account_id, ~is_blind_to(actor, ScoreList.campaign_id)


def _corrections(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    is_asked = Correction.state == CorrectionState.ASKED
    return is_asked, Correction.asked_by != actor.account_id, ~is_judged_by(actor, ScoreSheet.round_id)
