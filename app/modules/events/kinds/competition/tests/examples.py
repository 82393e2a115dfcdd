"""One of everything a page of a competition can show."""

from datetime import timedelta
from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.competition import deciding, queries
from app.modules.events.kinds.competition.models import Judge, ScoreSheet
from app.modules.events.kinds.competition.teams import forming
from app.modules.events.kinds.competition.teams.models import TeamMember
from app.modules.events.kinds.competition.tests.stage import WITH_SHEET, Stage
from app.modules.events.teams.links import code_of
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    """A competition that is over, won by the person who looks after an appeal of theirs, and one that is open."""
    stage = Stage(fair)
    with time_machine.travel(now() - timedelta(days=9)) as clock:
        campaign_id = stage.announced(stage.settings(WITH_SHEET))
        clock.shift(SOON)
        contestant = stage.register(campaign_id, person)
        clock.shift(A_DAY)
        fair.tick()
        (only,) = stage.rounds(campaign_id)
        judge = stage.judge(campaign_id, only.id)
        stage.step(only.id, "open")
        brought = stage.brought_in(only.id, {1: [850]})
        stage.confirm(brought)
        stage.score(judge, stage.starts(only.id)[1], 900)
        stage.published(only.id)
        start = stage.starts(only.id)[1]
        appeal_id = stage.appeal(person, start)
        with fair.staff():
            deciding.answer(fair.checker, appeal_id, accepts=False, words="复核无误")
            sheet_id = db.session.scalars(db.select(ScoreSheet.id).where(ScoreSheet.start_id == start.id)).one()
            correction = deciding.ask_correction(fair.maker, appeal_id, sheet_id, "录入有误")
            deciding.decide_correction(fair.checker, correction.id, grants=False)
            db.session.commit()
        clock.shift(A_DAY)
        stage.step(only.id, "conclude")
    with fair.staff():
        certificate_id = queries.list_certificates(campaign_id)[0].Certificate.id
    team, mate = _found_team(stage, person)
    return {
        "events_campaigns_competition": campaign_id,
        "events_campaigns_competition_draft": stage.drafted(),
        "events_campaigns_competition_new": stage.announced(),
        "events_competition_rounds": only.id,
        "events_competition_contestants": contestant.id,
        "events_competition_starts": start.id,
        "events_competition_sheets": sheet_id,
        "events_competition_score_lists": brought.id,
        "events_competition_appeals": appeal_id,
        "events_competition_corrections": correction.id,
        "events_competition_certificates": certificate_id,
        "events_competition_teams": team,
        "events_competition_team_members": mate,
    }


def _found_team(stage: Stage, captain: Person) -> tuple[UUID, UUID]:
    """A team of the one who looks in a competition that is open, and its other member."""
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        campaign_id = stage.announced(stage.settings(team_from=2, team_to=3))
    mate = stage.actor(stage.person(stage.east))
    with stage.acting(stage.actor(captain)):
        team = forming.found(stage.actor(captain), uuid7(), campaign_id, team="焊花队")
        code = code_of(team.id)
        db.session.commit()
    with stage.acting(mate):
        forming.join(mate, team.id, code)
        db.session.commit()
    with stage.fair.staff():
        row = db.session.scalars(db.select(TeamMember.id).where(TeamMember.account_id == mate.account_id)).one()
    return team.id, row


def list_readers(zone: ZoneFacts) -> list[Person]:
    """The judges."""
    with scope(Plane.STAFF, zone=zone):
        accounts = db.session.scalars(db.select(Judge.account_id).distinct()).all()
        return [Person(None, account_id, "", "") for account_id in accounts]
