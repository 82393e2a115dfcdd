"""Every step from every state, who may take it, and what readers then see."""

from datetime import timedelta

import pytest
import time_machine

from app.core.clock import now
from app.core.errors import DomainError, Forbidden, InvalidInput, NotFound
from app.core.seen import ChangedMeanwhile
from app.modules.news import desk, operations
from app.modules.news.errors import AlreadyWritten, NeedsPublisher, NothingToPublish, WrongState
from app.modules.news.operations import Content
from app.modules.news.queries import find_article
from app.modules.news.tests.desk import CHIEF, WRITER, at_desk, draft, published
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7

TOMORROW = timedelta(days=1)
STEPS = {
    "publish": operations.publish_article,
    "schedule": lambda actor, article: operations.schedule_article(actor, article, now() + TOMORROW),
    "withdraw": operations.withdraw_article,
    "pin": lambda actor, article: operations.pin_article(actor, article, (now() + TOMORROW).date()),
    "delete": operations.delete_draft,
}
NO = "refused"
TABLE = {
    "draft": {"publish": "published", "schedule": "scheduled", "withdraw": NO, "pin": NO, "delete": "gone"},
    "scheduled": {"publish": "published", "schedule": "scheduled", "withdraw": "draft", "pin": "scheduled",
                  "delete": NO},
    "published": {"publish": "published", "schedule": NO, "withdraw": "withdrawn", "pin": "published", "delete": NO},
    "withdrawn": {"publish": "published", "schedule": "scheduled", "withdraw": NO, "pin": NO, "delete": NO},
}  # fmt: skip
WAY = {"draft": (), "scheduled": ("schedule",), "published": ("publish",), "withdrawn": ("publish", "withdraw")}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", TABLE)
def test_each_step_from_each_state_leads_where_the_table_says(world, state, step):
    zone = world.zone()
    article_id = draft(zone)
    for earlier in WAY[state]:
        with at_desk(zone) as actor:
            STEPS[earlier](actor, article_id)
    with scope(Plane.STAFF, zone=zone, actor=CHIEF):
        try:
            STEPS[step](CHIEF, article_id)
            db.session.commit()
        except WrongState:
            db.session.rollback()
            assert TABLE[state][step] == NO
            assert desk.get_article(article_id).state == state
            return
    with at_desk(zone):
        try:
            found = desk.get_article(article_id).state
        except NotFound:
            found = "gone"
    assert found == TABLE[state][step]


@pytest.mark.parametrize("step", ["publish", "schedule", "withdraw", "pin"])
def test_who_may_only_write_cannot_publish_by_any_way(world, step):
    zone = world.zone()
    article_id = draft(zone)
    with scope(Plane.STAFF, zone=zone, actor=WRITER), pytest.raises(Forbidden):
        STEPS[step](WRITER, article_id)


def test_a_person_without_rights_cannot_write(world):
    zone = world.zone()
    with scope(Plane.STAFF, zone=zone), pytest.raises(Forbidden):
        operations.write_article(Actor(), Content("标题"))


def test_a_public_article_is_changed_by_publishers_only(world):
    zone = world.zone()
    article_id = published(zone)
    with scope(Plane.STAFF, zone=zone, actor=WRITER), pytest.raises(NeedsPublisher):
        operations.edit_article(WRITER, article_id, Content("改题", body="改文"), seen="1")


def test_a_second_writer_is_told_and_the_first_text_stays(world):
    zone = world.zone()
    article_id = draft(zone, "初稿")
    with at_desk(zone) as actor:
        operations.edit_article(actor, article_id, Content("第一人的稿", body="一"), seen="1")
    with scope(Plane.STAFF, zone=zone, actor=WRITER), pytest.raises(ChangedMeanwhile) as refusal:
        operations.edit_article(WRITER, article_id, Content("第二人的稿", body="二"), seen="1")
    assert refusal.value.saved.title == "第一人的稿"
    assert refusal.value.status == 409


def test_a_blank_text_is_not_published_and_a_public_one_not_emptied(world):
    zone = world.zone()
    blank = draft(zone, body="<p><br></p>")
    with scope(Plane.STAFF, zone=zone, actor=CHIEF), pytest.raises(NothingToPublish):
        operations.publish_article(CHIEF, blank)
    article_id = published(zone)
    with scope(Plane.STAFF, zone=zone, actor=CHIEF), pytest.raises(NothingToPublish):
        operations.edit_article(CHIEF, article_id, Content("标题", body=" "), seen="1")


def test_an_article_written_twice_under_one_id_exists_once(world):
    zone, once = world.zone(), uuid7()
    with at_desk(zone) as actor:
        operations.write_article(actor, Content("第一次"), article_id=once)
        operations.write_article(actor, Content("第一次"), article_id=once)
        with pytest.raises(AlreadyWritten):
            operations.write_article(actor, Content("第二次"), article_id=once)
        assert desk.get_article(once).title == "第一次"
        assert desk.count_drafts() == 1


def test_a_time_gone_by_is_no_time_to_publish_at(world):
    zone = world.zone()
    article_id = draft(zone)
    with scope(Plane.STAFF, zone=zone, actor=CHIEF), pytest.raises(InvalidInput) as refusal:
        operations.schedule_article(CHIEF, article_id, now() - timedelta(minutes=1))
    assert refusal.value.field == "publish_at"


def _schedule_in_the_past(zone, article_id, *, hours: int):
    """As if it had been scheduled two days ago for `hours` later: PostgreSQL's clock stays the real one."""
    with time_machine.travel(now() - timedelta(hours=48), tick=True), at_desk(zone) as actor:
        operations.schedule_article(actor, article_id, now() + timedelta(hours=hours))


def test_a_scheduled_article_is_hidden_before_its_time_and_shown_after_it_even_without_a_worker(world):
    zone = world.zone()
    due, not_due = draft(zone), draft(zone)
    _schedule_in_the_past(zone, due, hours=47)
    _schedule_in_the_past(zone, not_due, hours=49)
    with scope(Plane.MEMBER, zone=zone):
        assert find_article(due).id == due
        with pytest.raises(NotFound):
            find_article(not_due)


def test_the_worker_publishes_each_due_article_exactly_once(world):
    zone, other = world.zone(), world.zone()
    due, not_due, foreign = draft(zone), draft(zone), draft(other)
    _schedule_in_the_past(zone, due, hours=47)
    _schedule_in_the_past(zone, not_due, hours=49)
    _schedule_in_the_past(other, foreign, hours=47)
    with at_desk(zone, plane=Plane.WORKER):
        assert operations.publish_due() == [due]
    with at_desk(zone, plane=Plane.WORKER):
        assert operations.publish_due() == []
    with at_desk(zone):
        assert desk.get_article(not_due).state == "scheduled"
    with at_desk(other):
        assert desk.get_article(foreign).state == "scheduled"


def test_publishing_many_reports_those_that_could_not(world):
    zone = world.zone()
    good, blank = draft(zone), draft(zone, body="")
    with at_desk(zone) as actor:
        assert operations.change_many(actor, "publish", [good, blank, uuid7()]) == (1, 2)
    with at_desk(zone):
        assert desk.get_article(good).state == "published"


def test_a_category_or_cover_of_another_zone_is_refused(world):
    zone, other = world.zone(), world.zone()
    with at_desk(other) as actor:
        from app.modules.news.categories import create_category

        foreign = create_category(actor, "外区栏目")
    for content in (Content("标题", category_id=foreign), Content("标题", cover_file_id=uuid7())):
        with scope(Plane.STAFF, zone=zone, actor=CHIEF), pytest.raises(DomainError):
            operations.write_article(CHIEF, content)
