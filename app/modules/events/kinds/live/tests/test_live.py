"""Live streams: every view and like is counted without a row each, and nothing counted is lost while the process lives."""

import threading

import pytest
import time_machine
from sqlalchemy.exc import ProgrammingError

from app.benefits.pressing import Presses
from app.core.clock import now
from app.members.audience.choice import Audience
from app.modules.events.errors import NotInvited
from app.modules.events.kinds.live import member_pages, showing, tallying
from app.modules.events.kinds.live.models import Count, Reminder, Show
from app.modules.events.kinds.live.tallying import LIKES, VIEWS, Tally
from app.modules.events.kinds.live.tests.shows import STREAM, announced, drafted
from app.modules.events.states import STOP
from app.modules.events.tests.fair import A_DAY, SOON
from app.notifications.models import Message
from tenants.database import db
from tests.fixtures.forms import csrf_token

REPLAY = "https://live.example.org/replay/7"


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nothing remembered from another test."""
    monkeypatch.setattr(showing, "_written", {})
    monkeypatch.setattr(showing, "REMEMBERED", 0.0)
    monkeypatch.setattr(member_pages, "VIEW_ONCE", Presses("live", 1, 1800.0))
    monkeypatch.setattr(member_pages, "LIKE_OFTEN", Presses("live", 3, 60.0))


@pytest.fixture
def written(app, monkeypatch):
    """A tally that writes only when it is told to."""
    monkeypatch.setattr(Tally, "_run", lambda _self: None)
    made = Tally()
    monkeypatch.setattr(showing, "tally", made)
    monkeypatch.setattr(member_pages, "tally", made)
    return made


def counts(fair) -> list[tuple[int, int]]:
    with fair.staff():
        return [(each.views, each.likes) for each in db.session.scalars(db.select(Count).order_by(Count.minute))]


def test_thousands_at_once_are_one_row_and_none_is_missing(app, fair, written):
    campaign_id = announced(fair)

    def watch() -> None:
        with app.app_context(), fair.as_member(fair.members[0]):
            for _ in range(2_000):
                written.add(campaign_id, VIEWS)
                written.add(campaign_id, LIKES)

    threads = [threading.Thread(target=watch) for _ in range(4)]
    with time_machine.travel(now(), tick=False):
        for each in threads:
            each.start()
        while any(each.is_alive() for each in threads):
            written.write()
        written.write()
    assert counts(fair) == [(8_000, 8_000)]


def test_what_two_processes_count_is_added_up(fair, written):
    campaign_id, other = announced(fair), Tally()
    with time_machine.travel(now(), tick=False):
        with fair.as_member(fair.members[0]):
            written.add(campaign_id, VIEWS)
            other.add(campaign_id, VIEWS)
        written.write()
        other.write()
    assert counts(fair) == [(2, 0)]


def test_what_can_t_be_written_is_written_later(fair, written, monkeypatch):
    campaign_id = announced(fair)
    with fair.as_member(fair.members[0]):
        written.add(campaign_id, VIEWS)

    def broken(*_args):
        raise ConnectionError

    monkeypatch.setattr(written, "_write", broken)
    written.write()
    monkeypatch.undo()
    with fair.as_member(fair.members[0]):
        assert written.waiting(campaign_id, VIEWS) == 1
    written.write()
    assert counts(fair) == [(1, 0)]


def test_one_visitor_counts_as_often_as_the_pace_allows_and_the_oldest_are_forgotten(monkeypatch):
    pace = Presses("live", 2, 60.0)
    assert [pace.allows("a") for _ in range(3)] == [True, True, False]
    assert pace.allows("b")
    monkeypatch.setattr(tallying.time, "monotonic", lambda: 1e12)
    assert pace.allows("a")
    monkeypatch.setattr(Presses, "REMEMBERED", 1)
    pace.allows("c")
    assert len(pace._seen) == 1


def test_anybody_watches_and_likes_while_it_runs(fair, written):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = announced(fair)
        visitor, member = fair.world.client(fair.zone), fair.world.client(fair.zone, fair.people(1)[0])
        before = visitor.get(f"/events/live/{campaign_id}").text
        assert STREAM not in before
        assert "开播前提醒我" not in before
        assert "开播前提醒我" in member.get(f"/events/live/{campaign_id}").text
        clock.shift(SOON)
        token = csrf_token(visitor)
        for _ in range(3):
            assert STREAM in visitor.get(f"/events/live/{campaign_id}").text
        for _ in range(5):
            assert visitor.post(f"/events/live/{campaign_id}/like", data={"csrf_token": token}).status_code == 303
        assert visitor.post(f"/events/live/{campaign_id}/like").status_code == 400
        member.get(f"/events/live/{campaign_id}")
        shown = visitor.get(f"/events/live/{campaign_id}").text
        assert ">2<" in shown
        assert ">3<" in shown
        written.write()
        assert counts(fair) == [(2, 3)]
        assert ">2<" in visitor.get(f"/events/live/{campaign_id}").text
        clock.shift(A_DAY)
        assert STREAM not in visitor.get(f"/events/live/{campaign_id}").text


def test_the_replay_is_shown_once_it_is_over_and_of_two_who_write_one_is_told(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = announced(fair)
        clock.shift(SOON + A_DAY)
        staff, page = (
            fair.world.client(fair.zone, fair.world.staff(fair.zone, "zone_admin")),
            f"/console/events/live/{campaign_id}",
        )
        assert STREAM in staff.get(page).text
        typed = {"stream_url": STREAM, "replay_url": REPLAY, "_seen": "live.1", "csrf_token": csrf_token(staff)}
        wrong = staff.post(page, data=typed | {"replay_url": "http://live.example.org/x"})
        assert wrong.status_code == 422
        assert "http://live.example.org/x" in wrong.text
        assert staff.post(page, data=typed).status_code == 303
        assert staff.post(page, data=typed).status_code == 409
        assert REPLAY in fair.world.client(fair.zone).get(f"/events/live/{campaign_id}").text


def test_a_stream_that_was_stopped_early_is_over_in_its_room_too(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = announced(fair)
        clock.shift(SOON)
        fair.tick()
        fair.step(campaign_id, STOP)
        room = fair.world.client(fair.zone).get(f"/events/live/{campaign_id}").text
        assert "直播已结束" in room
        assert "开播" not in room


def test_who_asked_is_reminded_ten_minutes_before_and_once(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = announced(fair)
        asks, drops, _other = fair.members
        for member_id in (asks, asks, drops):
            with fair.as_member(member_id):
                showing.ask_reminder(member_id, campaign_id)
                db.session.commit()
        with fair.as_member(drops):
            showing.drop_reminder(drops, campaign_id)
            db.session.commit()
        with fair.work():
            assert not showing.remind()
            clock.shift(SOON - showing.BEFORE)
            assert showing.remind()
            db.session.commit()
            assert not showing.remind()
            told = list(db.session.scalars(db.select(Message.member_id).where(Message.kind == "events.live_near")))
    assert told == [asks]


def test_once_the_reminders_are_out_nobody_is_promised_one(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id, member = announced(fair), fair.world.client(fair.zone, fair.people(1)[0])
        clock.shift(SOON - showing.BEFORE)
        assert f"/events/live/{campaign_id}/remind" not in member.get(f"/events/live/{campaign_id}").text
        answer = member.post(f"/events/live/{campaign_id}/remind", data={"csrf_token": csrf_token(member)})
        assert (answer.status_code, "不再发送提醒" in answer.text) == (409, True)
        with fair.work():
            assert list(db.session.scalars(db.select(Reminder))) == []


def test_who_is_not_invited_is_not_reminded_and_sees_nobody_s_reminder(fair):
    campaign_id, other = announced(fair, audience=Audience(tags=("先进",))), announced(fair)
    with fair.as_member(fair.members[0]):
        with pytest.raises(NotInvited):
            showing.ask_reminder(fair.members[0], campaign_id)
        showing.ask_reminder(fair.members[0], other)
        db.session.commit()
    with fair.as_member(fair.members[1]):
        assert list(db.session.scalars(db.select(Reminder))) == []
        for statement in (db.update(Count).values(views=9), db.update(Show).values(stream_url=REPLAY)):
            with pytest.raises(ProgrammingError), db.session.begin_nested():
                db.session.execute(statement)


def test_it_is_settled_when_it_is_over_and_nothing_shows_before_it_is_announced(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = announced(fair)
        assert fair.world.client(fair.zone).get(f"/events/live/{drafted(fair)}").status_code == 404
        clock.shift(SOON + A_DAY)
        fair.tick()
        assert fair.campaign(campaign_id).state == "settled"
