"""What readers meet: lists, pages, blocks and the API."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.core.clock import now
from app.core.errors import NotFound
from app.modules.news import operations
from app.modules.news.categories import create_category
from app.modules.news.listing import Listed, list_articles
from app.modules.news.models import Article
from app.modules.news.queries import find_article, own_articles, shared_articles
from app.modules.news.tests.desk import at_desk, draft, published
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.revisions import BlockChoice

BLOCKS = (BlockChoice("a", "news.articles"), BlockChoice("n", "news.notices"))
XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<svg onload=alert(1)>",
    '<iframe src="//evil"></iframe>',
    '<p style="background:url(javascript:alert(1))" onclick=alert(1)>x</p>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    '![x](https://evil.test/x.png "t")',
    "<form action=//evil><input name=q></form>",
    '"><script>alert(1)</script>',
]


@pytest.mark.parametrize("opening", ["<p>正文</p>", "正文\n\n"], ids=["html", "markdown"])
@pytest.mark.parametrize("attack", XSS)
def test_no_script_survives_in_text_title_or_summary(world, attack, opening):
    zone = world.zone(blocks=BLOCKS)
    article_id = published(zone, title=f"题{attack}"[:120], body=f"{opening}{attack}", summary=attack)
    client = world.client(zone)
    for path in (f"/news/{article_id}", "/news/", "/"):
        page = client.get(path).text
        for trace in (
            "<script>alert",
            "onerror=alert(1)>",
            "onload=alert(1)>",
            'href="javascript:',
            'href="data:',
            "<iframe",
            "<form action=//evil",
            'src="https://evil',
            'style="background',
        ):
            assert trace not in page, (path, trace)
    stored = client.get(f"/api/v1/news/{article_id}").json["body_html"]
    for trace in (
        "<script",
        "<img src=x",
        " onload=",
        'href="javascript:',
        "<iframe",
        "<form",
        'src="https://',
        "<style",
    ):
        assert trace not in stored


def test_html_in_a_title_is_shown_as_it_was_typed(world):
    zone = world.zone()
    article_id = published(zone, title="<b>工会</b> & <i>我</i>")
    page = world.client(zone).get(f"/news/{article_id}").text
    assert "&lt;b&gt;工会&lt;/b&gt; &amp; &lt;i&gt;我&lt;/i&gt;" in page
    assert "<b>工会" not in page


def test_drafts_withdrawn_and_coming_articles_are_hidden_from_everybody_everywhere(world):
    zone = world.zone(blocks=BLOCKS)
    titles = ["草稿不可见", "撤回不可见", "未到时不可见"]
    hidden = [draft(zone, titles[0]), published(zone, titles[1]), draft(zone, titles[2])]
    with at_desk(zone) as actor:
        operations.withdraw_article(actor, hidden[1])
        operations.schedule_article(actor, hidden[2], now() + timedelta(hours=1))
    for person in (None, world.member(zone), world.staff(zone)):
        client = world.client(zone, person)
        for article_id in hidden:
            assert client.get(f"/news/{article_id}").status_code == 404
            assert client.get(f"/api/v1/news/{article_id}").status_code == 404
        for path in ("/", "/news/", "/api/v1/news"):
            page = client.get(path).text
            assert not any(title in page for title in titles), path


def test_an_article_of_another_zone_does_not_exist_here(world):
    here, there = world.zone(), world.zone()
    article_id = published(there, "别家的")
    client = world.client(here)
    assert client.get(f"/news/{article_id}").status_code == 404
    assert client.get(f"/api/v1/news/{article_id}").status_code == 404
    assert "别家的" not in client.get("/news/").text


def test_switched_off_the_module_has_no_address(world):
    zone = world.zone(modules=())
    client = world.client(zone, world.staff(zone))
    for path in ("/news/", f"/news/{uuid7()}", "/news/city", "/news/static/news.css", "/console/news/", "/api/v1/news"):
        assert client.get(path).status_code == 404, path


def test_the_list_goes_on_page_by_page_without_gap_or_repeat(world):
    zone = world.zone()
    ids = [published(zone, f"第{number}篇") for number in range(7)]
    seen, after = [], None
    with scope(Plane.MEMBER, zone=zone):
        while True:
            page = list_articles(after=after, limit=3)
            seen += [row.id for row in page.items]
            after = page.next
            if after is None:
                break
    assert seen == ids[::-1]


def test_own_and_shared_articles_are_one_list_by_time(world, city_zone):
    from app.modules.news.sharing import share_down

    zone = world.zone()
    ids = []
    for number in range(6):
        article_id = published(city_zone if number % 2 else zone, f"第{number}篇")
        if number % 2:
            with at_desk(city_zone) as actor:
                share_down(actor, article_id)
        ids.append(article_id)
    seen, after = [], None
    with scope(Plane.MEMBER, zone=zone):
        while len(seen) < len(ids):
            page = list_articles(after=after, limit=2)
            seen += [row.id for row in page.items]
            after = page.next
    assert seen[:6] == ids[::-1]


def test_pinned_articles_stand_first_until_their_day_is_over(world):
    zone = world.zone()
    old, new = published(zone, "旧而置顶"), published(zone, "新")
    with at_desk(zone) as actor:
        operations.pin_article(actor, old, (now() + timedelta(days=1)).date())
    with scope(Plane.MEMBER, zone=zone):
        assert [row.id for row in list_articles().items] == [old, new]
    with time_machine.travel(now() - timedelta(days=9)), at_desk(zone) as actor:
        operations.pin_article(actor, old, (now() + timedelta(days=1)).date())
    with scope(Plane.MEMBER, zone=zone):
        assert [row.id for row in list_articles().items] == [new, old]


def test_a_category_has_a_page_and_notices_a_block_of_their_own(world):
    zone = world.zone(blocks=BLOCKS)
    with at_desk(zone) as actor:
        notices = create_category(actor, "通知公告", is_notice=True)
        study = create_category(actor, "学习园地")
    published(zone, "放假通知", category_id=notices)
    published(zone, "学习体会", category_id=study)
    client = world.client(zone)
    page = client.get("/news/category/tong-zhi-gong-gao").text
    assert "放假通知" in page
    assert "学习体会" not in page
    assert client.get("/news/category/none").status_code == 404
    home = client.get("/").text
    articles, notices_block = home.index('id="block-a"'), home.index('id="block-n"')
    assert articles < home.index("学习体会") < notices_block < home.index("放假通知")


def test_the_articles_block_shows_one_category_when_told_to(world):
    block = BlockChoice("a", "news.articles", settings={"category": "xue-xi-yuan-di", "limit": 1, "layout": "cards"})
    gone = BlockChoice("g", "news.articles", settings={"category": "gone"})
    zone = world.zone(blocks=(block, gone))
    with at_desk(zone) as actor:
        study = create_category(actor, "学习园地")
    published(zone, "早", category_id=study)
    published(zone, "晚", category_id=study)
    published(zone, "无栏目的")
    home = world.client(zone).get("/").text
    assert "晚" in home
    assert "无栏目的" not in home
    assert 'href="/news/category/xue-xi-yuan-di"' in home


def test_neighbours_lead_to_the_newer_and_the_older_article(world):
    zone = world.zone()
    older, middle, newer = (published(zone, title) for title in ("甲篇", "乙篇", "丙篇"))
    page = world.client(zone).get(f"/news/{middle}").text
    assert f'href="/news/{newer}" rel="prev"' in page
    assert f'href="/news/{older}" rel="next"' in page


def test_a_made_up_position_is_no_page(world):
    client = world.client(world.zone())
    for after in ("x", "1-2", "99999999999999999999999-00000000000000000000000000000000", "-"):
        assert client.get(f"/news/?after={after}").status_code == 404
        assert client.get(f"/api/v1/news?after={after}").status_code == 404


def test_the_api_lists_published_articles_page_by_page(world):
    zone = world.zone()
    for number in range(3):
        published(zone, f"第{number}篇")
    client = world.client(zone)
    first = client.get("/api/v1/news?limit=2").json
    second = client.get(f"/api/v1/news?limit=2&after={first['next']}").json
    assert [item["title"] for item in first["items"] + second["items"]] == ["第2篇", "第1篇", "第0篇"]
    assert second["next"] == ""
    assert first["items"][0]["url"] == f"http://{zone.host}/news/{first['items'][0]['id']}"
    assert client.get("/api/v1/news?limit=0").status_code == 422


def _hidden_in_each_way(zone):
    """A draft, a withdrawn article and one whose time has not come."""
    hidden = [draft(zone), published(zone), draft(zone)]
    with at_desk(zone) as actor:
        operations.withdraw_article(actor, hidden[1])
        operations.schedule_article(actor, hidden[2], now() + timedelta(hours=1))
    return hidden


def test_readers_queries_hide_them_even_on_a_plane_that_sees_every_row(world):
    zone = world.zone()
    hidden, shown = _hidden_in_each_way(zone), published(zone)
    with scope(Plane.STAFF, zone=zone):
        assert [row.id for row in list_articles().items] == [shown]
        for article_id in hidden:
            with pytest.raises(NotFound):
                find_article(article_id)


def test_the_database_hides_them_from_members_even_when_a_query_forgets_to(world):
    zone = world.zone()
    _hidden_in_each_way(zone)
    shown = published(zone)
    with scope(Plane.MEMBER, zone=zone):
        assert list(db.session.execute(select(Article.id)).scalars()) == [shown]


def test_both_sources_of_the_list_give_the_columns_it_names():
    assert Listed._fields == tuple(own_articles().selected_columns.keys())
    assert Listed._fields == tuple(shared_articles().selected_columns.keys())
