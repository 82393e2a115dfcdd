"""What of all competitions waits for the actor as a second person: scores that were brought in, and corrections asked for."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Row, select

from app.benefits.proposals import ProposalState
from app.modules.events.kinds.competition import queries
from app.modules.events.kinds.competition.impartial import is_blind, judges_in
from app.modules.events.kinds.competition.models import Correction, Round, ScoreList
from app.modules.events.kinds.competition.states import CorrectionState
from app.modules.events.models import Campaign
from app.modules.events.second_person import ToDecide
from tenants.context import Actor, current_actor
from tenants.database import db


def to_decide() -> ToDecide:
    actor = current_actor()
    waiting = len(list_scores(actor)) + len(list_corrections(actor))
    return ToDecide(_("Scores and corrections to decide"), url_for("console_events.competition.second.index"), waiting)


def list_scores(actor: Actor) -> Sequence[Row]:
    """Lists of scores that somebody else brought in, with the round and the campaign; those of nobody who judges still."""
    found = (
        select(ScoreList, Round.title.label("round"), Campaign.title.label("campaign"))
        .join(Round, (Round.zone_id == ScoreList.zone_id) & (Round.id == ScoreList.round_id))
        .join(Campaign, (Campaign.zone_id == ScoreList.zone_id) & (Campaign.id == ScoreList.campaign_id))
        .where(ScoreList.state == ProposalState.SUBMITTED, ScoreList.made_by != actor.account_id)
        .order_by(ScoreList.id)
    )
    return [row for row in db.session.execute(found) if not is_blind(actor, row.ScoreList.campaign_id)]


def list_corrections(actor: Actor) -> Sequence[Row]:
    """Corrections that somebody else asked for, of rounds that the actor does not judge."""
    asked = queries.list_corrections(Correction.state == CorrectionState.ASKED, Correction.asked_by != actor.account_id)
    return [row for row in asked if not judges_in(actor, row.round_id)]
