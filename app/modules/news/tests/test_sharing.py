"""The city's articles in other zones: what is shared crosses, and nothing else does, by any way."""

import io
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import ProgrammingError

from app.core.clock import now
from app.core.errors import NotFound
from app.core.files import save_file
from app.modules.news import operations, sharing
from app.modules.news.errors import NotTheCity, WrongState
from app.modules.news.listing import list_articles
from app.modules.news.models import Article, SharedArticle
from app.modules.news.operations import Content
from app.modules.news.pictures import store_picture
from app.modules.news.queries import find_article
from app.modules.news.tests.desk import CHIEF, at_desk, draft, published
from tenants.context import Plane, ZoneState, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.models import Zone
from tenants.revisions import ModuleChoice

CANARY = "金丝雀"
BY_HAND = allow_raw_sql("news tests", "look at the tables as each plane, without the guard")


def share(zone, article_id):
    with at_desk(zone) as actor:
        sharing.share_down(actor, article_id)


def picture(zone) -> UUID:
    png = io.BytesIO()
    Image.new("RGB", (600, 400), "red").save(png, "PNG")
    png.seek(0)
    with at_desk(zone):
        return store_picture(png, "photo.png").id


def everything_readers_get(world, zone, article_ids) -> str:
    """All text that any public route of the module shows in a zone."""
    client = world.client(zone)
    paths = [
        "/",
        "/news/",
        "/news/city",
        "/api/v1/news",
        *(f"{base}{one}" for one in article_ids for base in ("/news/", "/api/v1/news/")),
    ]
    return "".join(client.get(path).text for path in paths)


def test_a_shared_article_appears_in_the_zones_below_with_its_origin(world, city_zone):
    zone = world.zone()
    article_id = published(city_zone, "全市通知一则")
    share(city_zone, article_id)
    client = world.client(zone)
    assert "全市通知一则" in client.get("/news/").text
    assert "全市通知一则" in client.get("/news/city").text
    page = client.get(f"/news/{article_id}")
    assert page.status_code == 200
    assert city_zone.name in page.text
    assert client.get(f"/api/v1/news/{article_id}").json["origin"] == city_zone.name


def test_nothing_but_shared_articles_crosses_between_zones(world, city_zone):
    here, there = world.zone(), world.zone()
    not_shared = [
        draft(city_zone, f"{CANARY}市草稿"),
        published(city_zone, f"{CANARY}市未共享"),
        published(there, f"{CANARY}邻区"),
        draft(there, f"{CANARY}邻区草稿"),
    ]
    withdrawn = published(city_zone, f"{CANARY}市已撤回")
    share(city_zone, withdrawn)
    with at_desk(city_zone) as actor:
        operations.withdraw_article(actor, withdrawn)
    for place in (here, world.zone(modules=())):
        assert CANARY not in everything_readers_get(world, place, [*not_shared, withdrawn])
    for plane in (Plane.MEMBER, Plane.STAFF, Plane.WORKER):
        with scope(plane, zone=here), raw_sql(BY_HAND):
            for table in (Article, SharedArticle):
                titles = select(func.string_agg(table.title, " "))
                assert CANARY not in (db.session.connection().execute(titles).scalar() or "")


def test_a_shared_article_leaves_every_zone_when_it_is_withdrawn_or_no_longer_shared(world, city_zone):
    zone = world.zone()
    withdrawn, unshared = published(city_zone), published(city_zone)
    for article_id in (withdrawn, unshared):
        share(city_zone, article_id)
    with at_desk(city_zone) as actor:
        operations.withdraw_article(actor, withdrawn)
        sharing.share_down(actor, unshared, shared=False)
    with scope(Plane.MEMBER, zone=zone):
        for article_id in (withdrawn, unshared):
            with pytest.raises(NotFound):
                find_article(article_id)


def test_what_the_city_changes_changes_in_every_zone(world, city_zone):
    zone, article_id = world.zone(), published(city_zone, "旧题")
    share(city_zone, article_id)
    with at_desk(city_zone) as actor:
        operations.edit_article(actor, article_id, Content("新题", body="新文"), seen="1")
    with scope(Plane.MEMBER, zone=zone):
        assert find_article(article_id).title == "新题"


def test_a_zone_that_does_not_accept_them_shows_none(world, city_zone):
    article_id = published(city_zone)
    share(city_zone, article_id)
    zone = world.zone()
    with scope(Plane.MEMBER, zone=zone):
        assert find_article(article_id)
    closed = _zone_with_settings(world, {"accept_city_articles": False})
    with scope(Plane.MEMBER, zone=closed):
        assert article_id not in {row.id for row in list_articles().items}
        with pytest.raises(NotFound):
            find_article(article_id)


def _zone_with_settings(world, settings):
    """A zone whose published document holds other settings of the module."""
    from tenants.models import ZoneRevision
    from tenants.revisions import RevisionDocument

    zone = world.zone()
    document = RevisionDocument(modules={"news": ModuleChoice(True, settings)}).to_json()
    with scope(Plane.STAFF, zone=zone):
        revision = ZoneRevision(number=2, status="superseded", document=document)
        db.session.add(revision)
        db.session.commit()
        return replace(zone, revision_id=revision.id)


def test_a_zone_hides_one_and_shows_it_again_without_touching_others(world, city_zone):
    here, there = world.zone(), world.zone()
    article_id = published(city_zone)
    share(city_zone, article_id)
    with at_desk(here) as actor:
        sharing.hide_share(actor, article_id)
        sharing.hide_share(actor, article_id)
    with scope(Plane.MEMBER, zone=here), pytest.raises(NotFound):
        find_article(article_id)
    with scope(Plane.MEMBER, zone=there):
        assert find_article(article_id)
    with at_desk(here) as actor:
        sharing.hide_share(actor, article_id, hidden=False)
    with scope(Plane.MEMBER, zone=here):
        assert find_article(article_id)


def test_only_the_citys_own_zone_shares(world):
    zone = world.zone()
    article_id = published(zone)
    with scope(Plane.STAFF, zone=zone, actor=CHIEF), pytest.raises(NotTheCity):
        sharing.share_down(CHIEF, article_id)


@pytest.mark.parametrize("plane", [Plane.MEMBER, Plane.STAFF, Plane.WORKER])
def test_the_database_lets_no_other_zone_write_a_shared_article(world, city_zone, plane):
    zone, article_id = world.zone(), published(city_zone)
    share(city_zone, article_id)
    forged = {"id": uuid7(), "title": "伪造", "publish_at": func.now()}
    for origin in (zone, city_zone):
        row = {**forged, "origin_zone_id": origin.id, "origin_union_path": origin.union_path}
        with scope(plane, zone=zone), pytest.raises(ProgrammingError):
            db.session.execute(insert(SharedArticle).values(row))
    with scope(plane, zone=zone):
        changed = update(SharedArticle).where(SharedArticle.id == article_id).values(title="篡改")
        try:
            assert db.session.execute(changed.returning(SharedArticle.id)).all() == []
        except ProgrammingError:
            assert plane is Plane.MEMBER


def test_a_draft_is_not_shared(world, city_zone):
    article_id = draft(city_zone)
    with scope(Plane.STAFF, zone=city_zone, actor=CHIEF), pytest.raises(WrongState):
        sharing.share_down(CHIEF, article_id)


def test_pictures_of_shared_articles_cross_and_no_other_file_does(world, city_zone):
    zone = world.zone()
    shown, cover, other = picture(city_zone), picture(city_zone), picture(city_zone)
    with at_desk(city_zone):
        secret = save_file(b"x", name="x", media_type="text/plain", purpose="help.paper", visibility="public").id
    body = f'<p>图</p><img src="/files/{shown}"><img src="/files/{secret}">'
    article_id = published(city_zone, body=body, cover_file_id=cover)
    share(city_zone, article_id)
    client = world.client(zone)
    page = client.get(f"/news/{article_id}").text
    assert f'src="/news/{article_id}/pictures/{shown}?width=750" loading="lazy"' in page
    assert f"/news/{article_id}/pictures/{cover}" in page
    for file_id in (shown, cover):
        assert client.get(f"/news/{article_id}/pictures/{file_id}").mimetype == "image/webp"
        narrow = client.get(f"/news/{article_id}/pictures/{file_id}?width=480")
        assert Image.open(io.BytesIO(narrow.data)).width == 480
    for file_id in (other, secret, uuid7()):
        for path in (f"/news/{article_id}/pictures/{file_id}", f"/news/{article_id}/pictures/{file_id}?width=480"):
            assert client.get(path).status_code == 404
    assert client.get(f"/files/{shown}").status_code == 404
    with at_desk(city_zone) as actor:
        sharing.share_down(actor, article_id, shared=False)
    assert client.get(f"/news/{article_id}/pictures/{shown}").status_code == 404


def test_articles_of_a_city_zone_that_closed_are_shown_nowhere(world, city_zone):
    zone, article_id = world.zone(), published(city_zone)
    share(city_zone, article_id)
    with scope(Plane.CITY, reason="test"):
        db.session.execute(update(Zone).where(Zone.id == city_zone.id).values(state=ZoneState.SUSPENDED.value))
        db.session.commit()
    try:
        with scope(Plane.MEMBER, zone=zone), pytest.raises(NotFound):
            find_article(article_id)
    finally:
        with scope(Plane.CITY, reason="test"):
            db.session.execute(update(Zone).where(Zone.id == city_zone.id).values(state=ZoneState.ACTIVE.value))
            db.session.commit()


def test_not_even_a_forged_list_of_files_opens_one_that_visitors_may_not_see(world, city_zone):
    zone, article_id = world.zone(), published(city_zone)
    share(city_zone, article_id)
    with at_desk(city_zone):
        secret = save_file(b"x", name="x", media_type="text/plain", purpose="news.picture", visibility="staff").id
        db.session.execute(update(SharedArticle).where(SharedArticle.id == article_id).values(file_ids=[secret]))
    assert world.client(zone).get(f"/news/{article_id}/pictures/{secret}").status_code == 404


def test_the_database_shows_a_shared_article_only_from_its_time_on_and_only_to_zones(world, city_zone):
    zone, article_id = world.zone(), draft(city_zone)
    with at_desk(city_zone) as actor:
        operations.schedule_article(actor, article_id, now() + timedelta(hours=1))
        sharing.share_down(actor, article_id)
    due = published(city_zone)
    share(city_zone, due)
    for plane in (Plane.MEMBER, Plane.STAFF, Plane.WORKER):
        with scope(plane, zone=zone):
            assert list(db.session.execute(select(SharedArticle.id)).scalars()) == [due]
        with scope(plane):
            assert list(db.session.execute(select(SharedArticle.id)).scalars()) == []
