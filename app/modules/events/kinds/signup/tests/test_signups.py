"""Sign-ups: never more seats than there are, the waiting list in its order, and who may do what until when."""

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.core.clock import now
from app.core.errors import InvalidInput, NotFound
from app.core.seen import ChangedMeanwhile
from app.members.audience.choice import Audience
from app.members.operations import end_membership
from app.modules.events.errors import CampaignMovedOn, NotInvited, NotOpen, NotReady
from app.modules.events.kinds.signup import attending, registering, sessions, waiting
from app.modules.events.kinds.signup.errors import (
    CodeNotGood,
    EnoughSessions,
    NotNow,
    RegistrationMovedOn,
    SessionClosed,
    TooLateToCancel,
)
from app.modules.events.kinds.signup.models import Registration, Session
from app.modules.events.kinds.signup.tests.signups import AN_HOUR
from app.modules.events.states import SUBMIT, State
from app.modules.events.tests.fair import A_DAY, SOON
from app.notifications.models import Message
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled


def people(fair, number):
    return [person.member_id for person in fair.people(number)]


def told(fair, member_id) -> list[str]:
    with fair.work():
        return list(db.session.scalars(db.select(Message.kind).where(Message.member_id == member_id)))


def test_who_comes_first_has_a_seat_and_the_others_wait_in_their_order(fair, signups, clock):
    _campaign, [session_id] = signups.announced()
    clock.shift(SOON)
    made = [signups.register(each, session_id) for each in people(fair, 4)]
    assert [(each.state, each.place) for each in made] == [
        ("registered", 1), ("registered", 2), ("waiting", 3), ("waiting", 4)
    ]  # fmt: skip
    found = signups.session(session_id)
    assert (found.taken, found.waiting) == (2, 2)


def test_all_at_once_no_more_have_a_seat_than_there_are(app, fair, signups, clock):
    _campaign, [session_id] = signups.announced(signups.when(seats=3))
    clock.shift(SOON)

    def go(member_id) -> None:
        registering.register(member_id, session_id)

    members = people(fair, 8)
    places = [Scope(Plane.MEMBER, zone=fair.zone, actor=Actor(uuid7(), name="", member_id=each)) for each in members]
    deeds = [(place, lambda each=each: go(each)) for place, each in zip(places, members, strict=True)]
    assert at_once(app, deeds * 2) == [None] * 16
    with fair.staff():
        states = list(db.session.scalars(db.select(Registration.state).order_by(Registration.place)))
    assert states == ["registered"] * 3 + ["waiting"] * 5
    assert signups.session(session_id).taken == 3


def test_two_tabs_do_not_take_two_sessions_where_one_is_allowed(app, fair, signups, clock):
    _campaign, found = signups.announced(signups.when(), signups.when())
    clock.shift(SOON)
    member_id = fair.members[0]
    place = Scope(Plane.MEMBER, zone=fair.zone, actor=Actor(uuid7(), name="", member_id=member_id))
    refusals = at_once(app, [(place, lambda each=each: registering.register(member_id, each)) for each in found * 3])
    assert len([each for each in refusals if isinstance(each, EnoughSessions)]) == 3
    assert sum(signups.session(each).taken for each in found) == 1


def test_a_seat_that_comes_free_goes_to_who_waited_longest_and_not_to_who_just_comes(fair, signups, clock):
    _campaign, [session_id] = signups.announced(signups.when(seats=1))
    clock.shift(SOON)
    first, second, third, late = people(fair, 4)
    made = [signups.register(each, session_id) for each in (first, second, third)]
    signups.cancel(made[0])
    made.append(signups.register(late, session_id))
    assert signups.states(made) == ["cancelled", "waiting", "waiting", "waiting"]
    signups.move_up()
    assert signups.states(made) == ["cancelled", "offered", "waiting", "waiting"]
    assert told(fair, second) == ["events.signup_offered"]
    signups.confirm(made[1])
    assert signups.states(made)[1] == "registered"


def test_an_offer_that_is_not_confirmed_in_time_goes_to_the_next(fair, signups, clock):
    _campaign, [session_id] = signups.announced(signups.when(seats=1))
    clock.shift(SOON)
    made = [signups.register(each, session_id) for each in people(fair, 3)]
    signups.cancel(made[0])
    signups.move_up()
    clock.shift(13 * AN_HOUR)
    with pytest.raises(RegistrationMovedOn):
        signups.confirm(made[1])
    signups.move_up()
    assert signups.states(made) == ["cancelled", "cancelled", "offered"]
    assert "events.signup_lapsed" in told(fair, made[1].member_id)


def test_after_the_limit_a_seat_is_not_given_back_and_nobody_moves_up(fair, signups, clock):
    _campaign, [session_id] = signups.announced(signups.when(seats=1))
    clock.shift(SOON)
    made = [signups.register(each, session_id) for each in people(fair, 2)]
    clock.shift(4 * A_DAY + AN_HOUR)
    with pytest.raises(TooLateToCancel):
        signups.cancel(made[0])
    with fair.staff():
        attending.release(made[0].id, reason="本人来电")
        db.session.commit()
    signups.move_up()
    assert signups.states(made) == ["cancelled", "waiting"]
    signups.cancel(made[1])
    assert signups.session(session_id).waiting == 0


def test_registered_again_it_is_still_one_and_after_cancelling_it_is_a_new_one_at_the_end(fair, signups, clock):
    _campaign, [session_id] = signups.announced()
    clock.shift(SOON)
    member_id = fair.members[0]
    made = [signups.register(member_id, session_id) for _ in range(2)]
    assert made[0].id == made[1].id
    signups.cancel(made[0])
    assert signups.register(member_id, session_id).place == 2


def test_before_the_campaign_opens_after_its_time_and_for_others_nobody_registers(fair, signups, clock):
    _campaign, [session_id] = signups.announced(audience=Audience(tags=("先进",)))
    _other, [soon_closed] = signups.announced(signups.when(sign_up_until=now() + 2 * SOON))
    with pytest.raises(NotOpen):
        signups.register(fair.members[0], session_id)
    clock.shift(SOON)
    with pytest.raises(NotInvited):
        signups.register(fair.members[0], session_id)
    assert fair.is_for_others(f"/events/signup/sessions/{session_id}")
    clock.shift(2 * SOON)
    with pytest.raises(SessionClosed):
        signups.register(fair.members[0], soon_closed)
    clock.shift(A_DAY)
    with pytest.raises(NotOpen):
        signups.register(fair.members[0], soon_closed)


def test_a_session_that_was_cancelled_takes_nobody_also_by_the_database(fair, signups, clock):
    _campaign, [session_id] = signups.announced()
    clock.shift(SOON)
    made = signups.register(fair.members[0], session_id)
    with fair.staff():
        sessions.cancel_session(fair.maker, session_id, reason="场地检修", seen=None)
        db.session.commit()
    assert told(fair, made.member_id) == ["events.signup_session_cancelled"]
    with pytest.raises(SessionClosed):
        signups.register(fair.members[1], session_id)
    row = Registration(campaign_id=_campaign, session_id=session_id, member_id=fair.members[1], note_cipher=b"")
    with fair.as_member(fair.members[1]):
        db.session.add(row)
        with pytest.raises(IntegrityError, match="events_signup_registrations_taken"):
            db.session.flush()


def test_a_session_is_not_moved_to_where_nobody_can_move_it_back(fair, signups, clock):
    _campaign, [session_id] = signups.announced()
    over = signups.when(starts_at=now() - 2 * AN_HOUR, ends_at=now() - AN_HOUR, sign_up_until=now() - 2 * AN_HOUR)
    with fair.staff():
        mark = sessions.find_session(session_id).mark
        with pytest.raises(InvalidInput):
            sessions.move_session(fair.maker, session_id, over, reason="年份写错", seen=mark)


def test_no_seat_is_kept_for_who_left_the_zone_s_unions(fair, signups, clock):
    _campaign, [session_id] = signups.announced(signups.when(seats=1))
    clock.shift(SOON)
    first, second, third = [signups.register(each, session_id) for each in people(fair, 3)]
    with fair.staff():
        end_membership(fair.maker, second.member_id, "调离")
        db.session.commit()
    signups.cancel(first)
    signups.move_up()
    assert signups.states([second, third]) == ["cancelled", "offered"]
    assert signups.session(session_id).waiting == 0


def test_a_seat_kept_in_a_session_that_was_cancelled_can_t_be_confirmed(fair, signups, clock):
    _campaign, [session_id] = signups.announced(signups.when(seats=1))
    clock.shift(SOON)
    first, second = [signups.register(each, session_id) for each in people(fair, 2)]
    signups.cancel(first)
    signups.move_up()
    with fair.staff():
        sessions.cancel_session(fair.maker, session_id, reason="场地检修", seen=None)
        db.session.commit()
    with pytest.raises(RegistrationMovedOn):
        signups.confirm(second)


def test_moved_everybody_is_told_and_seats_in_use_are_not_taken_away(fair, signups, clock):
    _campaign, [session_id] = signups.announced()
    clock.shift(SOON)
    members = people(fair, 3)
    for each in members:
        signups.register(each, session_id)
    with fair.staff():
        with pytest.raises(InvalidInput):
            sessions.move_session(fair.maker, session_id, signups.when(seats=1), reason="换小教室", seen=None)
        db.session.rollback()
        mark = sessions.find_session(session_id).mark
        sessions.move_session(
            fair.maker, session_id, signups.when(seats=3, venue="职工大学"), reason="换大教室", seen=mark
        )
        db.session.commit()
        with pytest.raises(ChangedMeanwhile):
            sessions.move_session(fair.maker, session_id, signups.when(), reason="再换", seen=mark)
    assert all("events.signup_moved" in told(fair, each) for each in members)
    signups.move_up()
    assert signups.session(session_id).taken == 3


def test_reminded_a_day_and_two_hours_before_once_each(fair, signups, clock):
    _campaign, [session_id] = signups.announced()
    clock.shift(SOON)
    made = signups.register(fair.members[0], session_id)

    def remind() -> int:
        with fair.work():
            while waiting.remind():
                db.session.commit()
        return told(fair, made.member_id).count("events.signup_near")

    assert remind() == 0
    clock.shift(4 * A_DAY + AN_HOUR)
    assert [remind(), remind()] == [1, 1]
    clock.shift(21 * AN_HOUR)
    assert [remind(), remind()] == [2, 2]


def test_checked_in_by_the_code_of_this_half_minute_and_by_no_other(fair, signups, clock):
    _campaign, [session_id] = signups.announced()
    clock.shift(SOON)
    made = signups.register(fair.members[0], session_id)
    clock.shift(5 * A_DAY - 2 * AN_HOUR)
    with fair.staff():
        with pytest.raises(NotNow):
            attending.check_in(made.id)
        clock.shift(2 * AN_HOUR)
        typed = attending.CODE.show(made.serial).typed
        assert attending.find_shown(typed).id == made.id
        attending.check_in(made.id)
        attending.check_in(made.id)
        db.session.commit()
        clock.shift(2 * 60)
        with pytest.raises(CodeNotGood):
            attending.find_shown(typed)
    assert signups.states([made]) == ["attended"]


def test_checked_in_at_the_door_in_its_time_by_who_has_a_seat_and_the_code(fair, signups, clock):
    _campaign, [session_id] = signups.announced(signups.when(seats=1))
    clock.shift(SOON)
    made = [signups.register(each, session_id) for each in people(fair, 2)]

    def come(registration, code):
        with fair.as_member(registration.member_id):
            attending.check_in_at_door(registration.member_id, session_id, code)
            db.session.commit()

    with fair.staff():
        code = attending.door_code(session_id)
    with pytest.raises(NotNow):
        come(made[0], code)
    clock.shift(5 * A_DAY)
    with pytest.raises(CodeNotGood):
        come(made[0], "0" * 32)
    with pytest.raises(RegistrationMovedOn):
        come(made[1], code)
    come(made[0], code)
    assert signups.states(made) == ["attended", "waiting"]


def test_it_is_settled_when_the_last_session_is_over(fair, signups, clock):
    campaign_id, [session_id] = signups.announced(signups.when(seats=2))
    clock.shift(SOON)
    made = [signups.register(each, session_id) for each in people(fair, 3)]
    clock.shift(A_DAY)
    fair.tick()
    assert fair.campaign(campaign_id).state == State.CLOSED
    clock.shift(4 * A_DAY)
    with fair.staff():
        attending.check_in(made[0].id)
        db.session.commit()
    clock.shift(3 * AN_HOUR)
    fair.tick()
    assert fair.campaign(campaign_id).state == State.SETTLED
    assert signups.states(made) == ["attended", "missed", "cancelled"]


def test_without_sessions_or_with_one_that_is_over_before_it_opens_it_is_not_reviewed(fair, signups):
    with pytest.raises(NotReady):
        fair.step(signups.drafted(), SUBMIT)
    past = signups.when(starts_at=now() - A_DAY, ends_at=now() - A_DAY + AN_HOUR, sign_up_until=now() - A_DAY)
    with pytest.raises(NotReady):
        fair.step(signups.drafted(past), SUBMIT)
    with pytest.raises(InvalidInput):
        signups.drafted(signups.when(ends_at=now()))


def test_what_is_reviewed_is_what_is_announced(fair, signups):
    campaign_id = signups.drafted(signups.when())
    fair.step(campaign_id, SUBMIT)
    with fair.staff():
        with pytest.raises(CampaignMovedOn):
            sessions.write_session(fair.maker, campaign_id, uuid7(), "多一场", signups.when(), seen=None)
        session = db.session.scalars(db.select(Session)).one()
        session.seats = 900
        with pytest.raises(IntegrityError, match="is kept"):
            db.session.flush()
        db.session.rollback()
        db.session.add(Session(campaign_id=campaign_id, title="多一场", **attrs(signups.when())))
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()


def attrs(when) -> dict:
    return {name: getattr(when, name) for name in when.__slots__}


def test_a_member_offers_themselves_no_seat_and_sees_no_registration_of_others(fair, signups, clock):
    _campaign, [session_id] = signups.announced(signups.when(seats=1))
    clock.shift(SOON)
    made = [signups.register(each, session_id) for each in people(fair, 2)]
    with fair.as_member(made[1].member_id):
        assert list(db.session.scalars(db.select(Registration.id))) == [made[1].id]
        with pytest.raises(NotFound):
            registering.cancel(made[1].member_id, made[0].id)
        for statement in (
            db.update(Registration).values(state="registered"),
            db.update(Registration).values(confirm_until=now()),
            db.update(Session).values(seats=9),
        ):
            with pytest.raises((IntegrityError, ProgrammingError)), db.session.begin_nested():
                db.session.execute(statement)
    with fair.as_member(made[0].member_id), pytest.raises(ProgrammingError, match="row-level security"):
        db.session.execute(db.update(Registration).values(state="missed"))
