"""A campaign's life: who takes which step, and what nobody changes any more."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from app.benefits.papers import Hand
from app.core.clock import now
from app.core.errors import InvalidInput
from app.core.seen import ChangedMeanwhile
from app.members.audience.choice import Audience
from app.members.audience.models import AudienceListEnd
from app.members.audience.tags import tag_member
from app.modules.events.entering import require_open_for
from app.modules.events.errors import CampaignMovedOn, NotInvited, NotOpen, NotReady, OwnCampaign, ReasonMissing
from app.modules.events.kinds.claim import settling as claim_settling
from app.modules.events.models import Campaign
from app.modules.events.operations import edit_campaign
from app.modules.events.states import (
    APPROVE,
    ARCHIVE,
    CANCEL,
    FREEZE,
    PUBLIC,
    RETURN,
    STEPS,
    STOP,
    SUBMIT,
    State,
)
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.database import db


def test_every_state_is_reached_and_only_what_is_over_leads_nowhere():
    reached: set[StrEnum] = {State.DRAFT}
    waiting: list[StrEnum] = [State.DRAFT]
    while waiting:
        state = waiting.pop()
        for step in STEPS:
            if state in step.sources and step.target not in reached:
                reached.add(step.target)
                waiting.append(step.target)
    assert reached == set(State)
    ends = {state for state in State if not any(state in step.sources for step in STEPS)}
    assert ends == {State.ARCHIVED, State.CANCELLED}


def test_from_the_draft_to_the_archive(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced()
        assert fair.campaign(campaign_id).state == State.FROZEN
        assert fair.tick() == 0
        clock.shift(SOON)
        assert fair.tick() == 1
        assert fair.campaign(campaign_id).state == State.OPEN
        clock.shift(A_DAY)
        assert fair.tick() == 2
        assert fair.campaign(campaign_id).state == State.SETTLED
        assert fair.step(campaign_id, ARCHIVE).state == State.ARCHIVED


@pytest.mark.parametrize("step", [step for step in STEPS if step.hand is not Hand.WORKER], ids=lambda step: step.action)
def test_no_step_is_taken_from_where_it_does_not_begin(fair, step):
    batch_id = fair.approved()
    for state in set(State) - step.sources:
        campaign_id = in_state(fair, state, batch_id)
        with pytest.raises(CampaignMovedOn):
            fair.step(campaign_id, step, by=fair.checker)
        assert fair.campaign(campaign_id).state == state


def in_state(fair, state: State, batch_id):
    """A campaign in this state, put there as the database allows it."""
    campaign_id = fair.drafted_campaign(fair.content(batch_id))
    values: dict = {"state": state}
    if state not in (State.DRAFT, State.SUBMITTED, State.CANCELLED):
        values |= {"reviewed_by": fair.checker.account_id}
    if state in PUBLIC:
        values |= {"frozen_at": now()}
    if state in (State.CLOSED, State.SETTLED, State.ARCHIVED):
        values |= {"closed_at": now()}
    if state in (State.SETTLED, State.ARCHIVED):
        values |= {"settled_at": now()}
    with fair.work():
        db.session.execute(db.update(Campaign).where(Campaign.id == campaign_id).values(**values))
        db.session.commit()
    return campaign_id


def test_whoever_wrote_it_last_does_not_review_it(fair):
    campaign_id = fair.drafted_campaign()
    fair.step(campaign_id, SUBMIT)
    with pytest.raises(OwnCampaign):
        fair.step(campaign_id, APPROVE, by=fair.maker)
    fair.step(campaign_id, RETURN)
    with fair.staff():
        found = db.session.get_one(Campaign, (fair.zone.id, campaign_id))
        changed = fair.content(found.settings["batch_id"], title="改过的标题")
        edit_campaign(fair.checker, campaign_id, changed, seen=found.mark)
        db.session.commit()
    fair.step(campaign_id, SUBMIT, by=fair.maker)
    with pytest.raises(OwnCampaign):
        fair.step(campaign_id, APPROVE, by=fair.checker)
    assert fair.step(campaign_id, APPROVE, by=fair.maker).state == State.REVIEWED


def test_the_database_lets_nobody_review_their_own(fair):
    campaign_id = fair.drafted_campaign()
    with fair.work():
        campaign = db.session.get_one(Campaign, (fair.zone.id, campaign_id))
        campaign.state, campaign.reviewed_by = State.REVIEWED, campaign.written_by
        with pytest.raises(IntegrityError, match="events_campaigns_two_people"):
            db.session.flush()


@pytest.mark.parametrize(
    ("column", "value"),
    [("title", "别的"), ("rules_html", "<p>别的</p>"), ("settings", {}), ("audience", {"gender": "male"}),
     ("opens_at", now() + timedelta(minutes=1)), ("closes_at", now() + timedelta(days=9)), ("written_by", None)],
)  # fmt: skip
def test_what_was_announced_stays_as_it_was_announced(fair, column, value):
    campaign_id = fair.announced()
    with fair.work():
        setattr(db.session.get_one(Campaign, (fair.zone.id, campaign_id)), column, value)
        with pytest.raises(IntegrityError, match="is frozen"):
            db.session.flush()


def test_an_announced_one_is_not_edited_and_a_changed_one_not_decided_unseen(fair):
    campaign_id, content = fair.drafted_campaign(), fair.content()
    with fair.staff(), pytest.raises(ChangedMeanwhile):
        edit_campaign(fair.maker, campaign_id, content, seen="draft.9")
    fair.step(campaign_id, SUBMIT)
    with pytest.raises(ChangedMeanwhile):
        fair.step(campaign_id, APPROVE, seen="draft.1")
    with fair.staff(), pytest.raises(CampaignMovedOn):
        edit_campaign(fair.maker, campaign_id, content, seen="submitted.2")


def test_a_step_that_needs_a_reason_is_not_taken_without(fair):
    campaign_id = fair.drafted_campaign()
    with pytest.raises(ReasonMissing):
        fair.step(campaign_id, CANCEL, reason="")
    assert fair.step(campaign_id, CANCEL).reason


def test_without_rules_or_with_times_gone_by_it_is_not_submitted(fair):
    with pytest.raises(NotReady):
        fair.step(fair.drafted_campaign(fair.content(rules="  ")), SUBMIT)
    past = fair.drafted_campaign(fair.content(opens_at=now() - 3 * A_DAY))
    with pytest.raises(NotReady):
        fair.step(past, SUBMIT)
    with pytest.raises(InvalidInput):
        fair.drafted_campaign(replace(fair.content(), closes_at=now() - 9 * A_DAY))


def test_it_is_not_announced_once_its_time_has_come(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.drafted_campaign()
        fair.step(campaign_id, SUBMIT)
        fair.step(campaign_id, APPROVE)
        clock.shift(2 * SOON)
        with pytest.raises(NotReady):
            fair.step(campaign_id, FREEZE)
        assert fair.step(campaign_id, RETURN).state == State.DRAFT


def test_it_is_open_to_the_second_however_late_the_worker_is(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced()
        found, member_id = fair.campaign(campaign_id), fair.members[0]
        with fair.work():
            with pytest.raises(NotOpen):
                require_open_for(member_id, found)
            clock.shift(SOON)
            require_open_for(member_id, found)
            clock.shift(A_DAY)
            with pytest.raises(NotOpen):
                require_open_for(member_id, found)


def test_stopped_early_it_is_closed_at_once(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced()
        clock.shift(SOON)
        fair.tick()
        with pytest.raises(OwnCampaign):
            fair.step(campaign_id, STOP, by=fair.maker)
        assert not fair.step(campaign_id, STOP).is_open_at(now())
        desk = fair.world.client(fair.zone, fair.world.staff(fair.zone))
        assert "提前结束" in desk.get(f"/console/events/{campaign_id}").text


def test_whom_it_is_for_is_fixed_when_it_is_announced(fair):
    chosen, later = fair.members[:2]
    with fair.staff():
        tag_member(fair.maker, chosen, "先进")
        db.session.commit()
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced(audience=Audience(tags=("先进",)))
        with fair.staff():
            tag_member(fair.maker, later, "先进")
            db.session.commit()
        clock.shift(SOON)
        found = fair.campaign(campaign_id)
        with fair.as_member(chosen):
            require_open_for(chosen, found)
        with fair.as_member(later), pytest.raises(NotInvited):
            require_open_for(later, found)


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_whom_it_was_for_is_let_go_when_it_is_over(fair, is_cancelled):
    with fair.staff():
        tag_member(fair.maker, fair.members[0], "先进")
        db.session.commit()
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced(audience=Audience(tags=("先进",)))
        with fair.staff():
            assert db.session.scalars(db.select(AudienceListEnd)).all() == []
        if is_cancelled:
            fair.step(campaign_id, CANCEL)
        else:
            clock.shift(SOON + A_DAY)
            fair.tick()
    list_id = Audience.from_json(fair.campaign(campaign_id).audience).list_id
    with fair.staff():
        assert db.session.scalars(db.select(AudienceListEnd.list_id)).all() == [list_id]


def test_a_campaign_that_fails_keeps_no_other_back(fair, monkeypatch):
    with time_machine.travel(now(), tick=False) as clock:
        broken, whole = fair.announced(mode="draw"), fair.announced(mode="draw")
        settle = claim_settling.settle

        def fail(campaign):
            if campaign.id == broken:
                raise LookupError("settings of another time")
            return settle(campaign)

        monkeypatch.setattr(claim_settling, "settle", fail)
        clock.shift(SOON + A_DAY)
        with pytest.raises(LookupError):
            fair.tick()
        assert fair.campaign(whole).state == State.SETTLED
        assert fair.campaign(broken).state == State.CLOSED


def test_what_is_open_already_is_not_cancelled_by_one_person(fair):
    campaign_id = fair.announced()
    with time_machine.travel(now() + SOON), pytest.raises(CampaignMovedOn):
        fair.step(campaign_id, CANCEL)
