"""Pages are kept ready-made: each step is seen at once all the same, in this zone and in those that share."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.core.clock import now, today_in_china
from app.modules.news import operations, sharing
from app.modules.news.categories import change_category, create_category
from app.modules.news.models import Article
from app.modules.news.operations import Content
from app.modules.news.tests.desk import at_desk, draft, published
from tenants.context import Plane
from tenants.database import db
from tenants.revisions import BlockChoice

PATHS = ("/", "/news/")


@pytest.fixture
def zone(world):
    return world.zone(blocks=(BlockChoice("a", "news.articles", settings={"limit": 20}),))


def shows(world, zone, text: str) -> set[bool]:
    """Whether the kept pages of a zone show a text, asked twice so that the second answer is a kept one."""
    client = world.client(zone)
    return {text in client.get(path).text for path in PATHS for _ in range(2)}


def test_publishing_changing_and_withdrawing_are_seen_at_once(world, zone):
    article_id = draft(zone, "甲乙丙")
    assert shows(world, zone, "甲乙丙") == {False}
    with at_desk(zone) as actor:
        operations.publish_article(actor, article_id)
    assert shows(world, zone, "甲乙丙") == {True}
    assert "甲乙丙" in world.client(zone).get(f"/news/{article_id}").text
    with at_desk(zone) as actor:
        operations.edit_article(actor, article_id, Content("丁戊己", body="文"), seen="1")
    assert shows(world, zone, "丁戊己") == {True}
    assert "丁戊己" in world.client(zone).get(f"/news/{article_id}").text
    with at_desk(zone) as actor:
        operations.withdraw_article(actor, article_id)
    assert shows(world, zone, "丁戊己") == {False}
    assert world.client(zone).get(f"/news/{article_id}").status_code == 404


def test_a_renamed_category_is_seen_at_once(world, zone):
    with at_desk(zone) as actor:
        category_id = create_category(actor, "旧栏目")
    published(zone, category_id=category_id)
    assert shows(world, zone, "旧栏目") == {True}
    with at_desk(zone) as actor:
        change_category(actor, category_id, name="新栏目", is_notice=False)
    assert shows(world, zone, "新栏目") == {True}


def comes_first(world, zone, article_id) -> bool:
    page = world.client(zone).get("/news/").text
    return page.index(f"/news/{article_id}") == page.index("/news/0")


def test_a_pin_is_seen_at_once(world, zone):
    old, _new = published(zone), published(zone)
    assert not comes_first(world, zone, old)
    with at_desk(zone) as actor:
        operations.pin_article(actor, old, today_in_china() + timedelta(days=1))
    assert comes_first(world, zone, old)


def test_what_changes_by_the_clock_is_seen_once_the_worker_has_run(world, zone):
    coming, pinned = draft(zone, "到时文章"), published(zone)
    published(zone)
    with at_desk(zone) as actor:
        operations.schedule_article(actor, coming, now() + timedelta(hours=1))
        operations.pin_article(actor, pinned, today_in_china() + timedelta(days=1))
    assert shows(world, zone, "到时文章") == {False}
    assert comes_first(world, zone, pinned)
    with at_desk(zone):
        a_minute_ago = now() - timedelta(minutes=1)
        db.session.execute(update(Article).where(Article.id == coming).values(publish_at=a_minute_ago))
        db.session.execute(update(Article).where(Article.id == pinned).values(pinned_until=a_minute_ago))
    with at_desk(zone, plane=Plane.WORKER):
        operations.publish_due()
    assert shows(world, zone, "到时文章") == {True}
    assert not comes_first(world, zone, pinned)


def test_what_the_city_shares_stops_sharing_or_a_zone_hides_is_seen_at_once(world, zone, city_zone):
    article_id = published(city_zone, "市总新文")
    assert shows(world, zone, "市总新文") == {False}
    with at_desk(city_zone) as actor:
        sharing.share_down(actor, article_id)
    assert shows(world, zone, "市总新文") == {True}
    with at_desk(zone) as actor:
        sharing.hide_share(actor, article_id)
    assert shows(world, zone, "市总新文") == {False}
    with at_desk(zone) as actor:
        sharing.hide_share(actor, article_id, hidden=False)
    assert shows(world, zone, "市总新文") == {True}
    with at_desk(city_zone) as actor:
        operations.withdraw_article(actor, article_id)
    assert shows(world, zone, "市总新文") == {False}


def test_a_page_of_the_list_is_kept_for_its_own_position_only(world, zone):
    for number in range(25):
        published(zone, f"第{number:02}篇")
    client = world.client(zone)
    first = client.get("/news/").text
    following = first.split('href="/news/?after=')[1].split('"')[0]
    for _ in range(2):
        page = client.get(f"/news/?after={following}").text
        assert "第04篇" in page
        assert "第24篇" not in page
        assert "第24篇" in client.get("/news/").text
