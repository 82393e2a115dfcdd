"""The desk: writing with and without a script, steps, categories, what the city shares."""

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.core.clock import CHINA, now
from app.modules.news import desk, operations, sharing
from app.modules.news.models import Article
from app.modules.news.operations import Content
from app.modules.news.tests.desk import CHIEF, at_desk, csrf_token, draft, published, send
from tenants.database import db
from tenants.ids import uuid7

DESK = "/console/news/"


@pytest.fixture
def zone(world):
    return world.zone()


@pytest.fixture
def chief(world, zone):
    return world.client(zone, world.staff(zone))


@pytest.fixture
def writer(world, zone):
    return world.client(zone, world.staff(zone, "editor"))


def image(kind="PNG", size=(80, 60)):
    data = io.BytesIO()
    Image.new("RGB", size, "teal").save(data, kind)
    data.seek(0)
    return data


def stored(zone, article_id):
    with at_desk(zone):
        return desk.get_article(article_id)


def test_an_article_is_written_previewed_and_published_without_a_script(zone, chief):
    form = {"title": "职工运动会", "summary": "报名开始", "body": "## 时间\n\n- 周六\n- 周日", "source": "区总"}
    answer = send(chief, f"{DESK}new", **form, step="preview")
    assert answer.status_code == 303
    preview = chief.get(answer.location)
    assert "<h2>时间</h2>" in preview.text
    assert "<li>周六</li>" in preview.text
    article_id = answer.location.split("/")[-2]
    assert chief.get(f"/news/{article_id}").status_code == 404
    send(chief, f"{DESK}{article_id}/publish", form_at=f"{DESK}{article_id}")
    assert "职工运动会" in chief.get(f"/news/{article_id}").text


def test_a_form_sent_twice_writes_one_article(zone, chief):
    once = re.findall(r'name="_once" value="([^"]+)"', chief.get(f"{DESK}new").text)[0]
    fields = {"csrf_token": csrf_token(chief, f"{DESK}new"), "_once": once, "title": "只有一篇", "body": "文"}
    first, second = chief.post(f"{DESK}new", data=fields), chief.post(f"{DESK}new", data=fields)
    assert first.location == second.location == f"{DESK}{once}"
    with at_desk(zone):
        assert db.session.execute(select(func.count()).select_from(Article)).scalar() == 1


def test_a_form_sent_twice_with_another_text_keeps_both(zone, chief):
    once = re.findall(r'name="_once" value="([^"]+)"', chief.get(f"{DESK}new").text)[0]
    fields = {"csrf_token": csrf_token(chief, f"{DESK}new"), "_once": once, "title": "第一稿", "body": "先写的文"}
    assert chief.post(f"{DESK}new", data=fields).status_code == 303
    answer = chief.post(f"{DESK}new", data={**fields, "title": "第二稿", "body": "后写的文"})
    assert answer.status_code == 409
    for text in ("第一稿", "先写的文", "第二稿", "后写的文"):
        assert text in answer.text
    assert f'action="{DESK}{once}"' in answer.text
    assert stored(zone, once).title == "第一稿"
    assert send(chief, f"{DESK}{once}", title="第二稿", body="后写的文", _seen="1").status_code == 303


def test_what_was_typed_stays_when_the_form_is_refused(chief):
    answer = send(chief, f"{DESK}new", title="题" * 121, body="很长的正文", summary="摘要", author="老王")
    assert answer.status_code == 422
    for typed in ("题" * 121, "很长的正文", "摘要", "老王"):
        assert typed in answer.text


def test_when_two_people_save_the_second_sees_both_texts_and_may_save_again(zone, chief):
    article_id = draft(zone, "初稿")
    page = f"{DESK}{article_id}"
    with at_desk(zone) as actor:
        operations.edit_article(actor, article_id, Content("先存的题", body="先存的文"), seen="1")
    answer = send(chief, page, title="后存的题", body="后存的文", _seen="1")
    assert answer.status_code == 409
    for text in ("先存的题", "先存的文", "后存的题", "后存的文", "主编"):
        assert text in answer.text
    assert stored(zone, article_id).title == "先存的题"
    assert 'name="_seen" value="2"' in answer.text
    assert send(chief, page, title="后存的题", body="后存的文", _seen="2").status_code == 303
    assert stored(zone, article_id).title == "后存的题"


def test_an_editor_writes_and_cannot_publish(zone, writer):
    article_id = draft(zone)
    page = f"{DESK}{article_id}"
    assert "Save and publish" not in writer.get(page, headers={"Accept-Language": "en"}).text
    for step in ("publish", "withdraw", "schedule", "pin", "share"):
        assert send(writer, f"{page}/{step}", form_at=page).status_code == 404
    assert send(writer, f"{DESK}new", title="编辑写的", body="文", step="publish").status_code == 303
    with at_desk(zone):
        assert desk.count_published() == 0


def test_an_editor_cannot_change_a_public_article(zone, writer):
    article_id = published(zone, "已公开")
    answer = send(writer, f"{DESK}{article_id}", title="改了", body="文", _seen="1")
    assert answer.status_code == 403
    assert stored(zone, article_id).title == "已公开"


def test_a_time_in_china_is_scheduled_as_such(zone, chief):
    article_id = draft(zone)
    wanted = (now() + timedelta(days=2)).astimezone(CHINA).replace(second=0, microsecond=0)
    page = f"{DESK}{article_id}"
    send(chief, f"{page}/schedule", form_at=page, publish_at=wanted.strftime("%Y-%m-%dT%H:%M"))
    assert stored(zone, article_id).publish_at == wanted
    assert wanted.strftime("%Y-%m-%d %H:%M") in chief.get(page).text


@pytest.mark.parametrize("moment", ["", "tomorrow", "2001-01-01T00:00"])
def test_a_time_that_is_none_or_gone_by_changes_nothing(zone, chief, moment):
    article_id = draft(zone)
    page = f"{DESK}{article_id}"
    answer = send(chief, f"{page}/schedule", form_at=page, publish_at=moment)
    assert answer.status_code == 422
    assert stored(zone, article_id).state == "draft"
    assert 'id="error-publish_at"' in answer.text
    assert moment in answer.text


def test_a_picture_is_drawn_anew_and_shown_in_the_article(zone, chief, world):
    token = csrf_token(chief, f"{DESK}new")
    answer = chief.post(f"{DESK}pictures", data={"csrf_token": token, "picture": (image("JPEG"), "照片.jpg")})
    assert answer.status_code == 201
    assert chief.get(answer.json["href"]).mimetype == "image/webp"
    article_id = published(zone, body=f'<p>看图</p><img src="{answer.json["href"]}" alt="图">')
    assert answer.json["href"] in world.client(zone).get(f"/news/{article_id}").text


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n broken", b"MZ"]
)
def test_what_is_no_picture_is_refused_in_words(chief, data):
    token = csrf_token(chief, f"{DESK}new")
    answer = chief.post(f"{DESK}pictures", data={"csrf_token": token, "picture": (io.BytesIO(data), "x.png")})
    assert answer.status_code == 422
    assert answer.json["error"]


@pytest.mark.parametrize("body", ["先写文字", "<p>先写文字</p>", ""])
def test_a_picture_is_put_below_the_text_without_a_script(zone, chief, world, body):
    answer = send(chief, f"{DESK}new", title="有图", body=body, picture=(image(), "p.png"), picture_alt='操场"<b>')
    page = answer.location
    article_id = UUID(page.rsplit("/", 1)[-1])
    html = stored(zone, article_id).body_html
    text, _, picture = html.partition("<img")
    assert ("先写文字" in text) == bool(body)
    file_id = re.findall(r'src="/files/([0-9a-f-]{36})"', picture)[0]
    assert 'alt="操场&quot;&lt;b&gt;"' in picture
    assert world.client(zone).get(f"/files/{file_id}").mimetype == "image/webp"
    assert 'name="picture"' in chief.get(page).text


def test_a_file_that_is_no_picture_is_refused_at_its_field_and_the_text_kept(chief):
    answer = send(chief, f"{DESK}new", title="有图", body="写了很久的文字", picture=(io.BytesIO(b"x"), "p.png"))
    assert answer.status_code == 422
    assert "写了很久的文字" in answer.text
    assert 'href="#field-picture"' in answer.text


def test_a_cover_is_uploaded_kept_and_removed_without_a_script(zone, chief):
    answer = send(chief, f"{DESK}new", title="有封面", body="文", cover=(image(), "cover.png"))
    page = answer.location
    article_id = page.rsplit("/", 1)[-1]
    cover = stored(zone, article_id).cover_file_id
    assert cover
    send(chief, page, title="有封面", body="改", _seen="1", cover_file_id=str(cover))
    assert stored(zone, article_id).cover_file_id == cover
    send(chief, page, title="有封面", body="改", _seen="2", cover_file_id=str(cover), remove_cover="1")
    assert stored(zone, article_id).cover_file_id is None


def test_the_list_is_filtered_by_state_category_and_beginning_of_the_title(zone, chief):
    draft(zone, "春季招聘")
    draft(zone, "招聘会")
    published(zone, "招聘公示")
    page = chief.get(f"{DESK}?q=招聘").text
    assert "招聘会" in page
    assert "招聘公示" in page
    assert "春季招聘" not in page
    assert "招聘会" not in chief.get(f"{DESK}?q=招聘&state=published").text
    for nonsense in ("state=x", "category=x", "before=x", f"category={uuid7()}"):
        assert chief.get(f"{DESK}?{nonsense}").status_code == 200, nonsense


def test_the_list_goes_on_where_a_page_ends(zone, chief, monkeypatch):
    monkeypatch.setattr(desk, "PAGE", 2)
    titles = [f"第{number}篇稿" for number in range(5)]
    for title in titles:
        draft(zone, title)
    seen, path = [], DESK
    while path:
        page = chief.get(path).text
        seen += [title for title in titles[::-1] if title in page]
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else None
    assert seen == titles[::-1]


def test_many_are_published_and_withdrawn_at_once(zone, chief):
    ids = [draft(zone, f"第{number}篇") for number in range(3)]
    send(chief, f"{DESK}bulk", form_at=DESK, action="publish", id=[str(one) for one in ids])
    assert {stored(zone, one).state for one in ids} == {"published"}
    send(chief, f"{DESK}bulk", form_at=DESK, action="withdraw", id=[str(ids[0])])
    assert stored(zone, ids[0]).state == "withdrawn"


@pytest.mark.parametrize("year", ["0001", "1999", "2100", "9999"])
@pytest.mark.parametrize("edge", ["01-01", "12-31"])
def test_articles_are_scheduled_and_pinned_within_this_century(zone, chief, year, edge):
    article_id = draft(zone, "何时")
    page = f"{DESK}{article_id}"
    typed = {"publish_at": f"{year}-{edge}T23:59", "pinned_until": f"{year}-{edge}"}
    for step in ("schedule", "pin"):
        answer = send(chief, f"{page}/{step}", form_at=page, **typed)
        assert answer.status_code == 422
        assert "2000 年至 2099 年" in answer.text
    assert stored(zone, article_id).publish_at is None


def test_the_desk_shows_nothing_of_another_zone(world, zone, chief):
    foreign = draft(world.zone(), "外区草稿")
    page = f"{DESK}{foreign}"
    for path in (page, f"{page}/preview"):
        assert chief.get(path).status_code == 404
    for step in ("", "/publish", "/withdraw", "/schedule", "/pin", "/unpin", "/delete"):
        assert send(chief, page + step, form_at=f"{DESK}new", title="x", publish_at="2099-01-01T00:00",
                    pinned_until="2099-01-01").status_code == 404, step  # fmt: skip
    assert "外区草稿" not in chief.get(DESK).text


def test_members_and_strangers_find_no_desk(world, zone):
    assert world.client(zone, world.member(zone)).get(DESK).status_code == 404
    assert world.client(zone).get(DESK).status_code == 302


def test_categories_are_added_renamed_moved_and_removed(zone, chief):
    path = f"{DESK}categories"
    send(chief, f"{path}/usual", form_at=path)
    assert "union-news" in chief.get(path).text
    send(chief, path, name="党史学习", is_notice="1")
    page = chief.get(path).text
    assert "/news/category/dang-shi-xue-xi" in page
    category_id = re.findall(r"categories/([0-9a-f-]{36})/move", page)[-1]
    send(chief, f"{path}/{category_id}/move", form_at=path, direction="up")
    assert re.findall(r"categories/([0-9a-f-]{36})/move", chief.get(path).text)[-2] == category_id
    send(chief, f"{path}/{category_id}", form_at=path, name="工运史")
    assert "工运史" in chief.get(path).text
    article_id = published(zone, category_id=category_id)
    send(chief, f"{path}/{category_id}/delete", form_at=path)
    assert stored(zone, article_id).category_id is None


def test_a_category_of_the_same_name_is_refused_and_the_name_kept(chief):
    path = f"{DESK}categories"
    send(chief, path, name="公告")
    answer = send(chief, path, name="公告")
    assert answer.status_code == 422
    assert 'value="公告"' in answer.text
    assert send(chief, path, name="").status_code == 422


def test_a_zone_hides_and_shows_what_the_city_shares(chief, city_zone):
    article_id = published(city_zone, "市总的文章")
    with at_desk(city_zone) as actor:
        sharing.share_down(actor, article_id)
    path = f"{DESK}city"
    assert "市总的文章" in chief.get(path).text
    send(chief, f"{path}/{article_id}/hide", form_at=path)
    assert chief.get(f"/news/{article_id}").status_code == 404
    send(chief, f"{path}/{article_id}/show", form_at=path)
    assert chief.get(f"/news/{article_id}").status_code == 200
    assert send(chief, f"{path}/{uuid7()}/hide", form_at=path).status_code == 404


def test_the_citys_staff_share_and_stop_sharing_from_the_editor(world, city_zone):
    article_id = published(city_zone)
    client = world.client(city_zone, world.staff(city_zone))
    page = f"{DESK}{article_id}"
    send(client, f"{page}/share", form_at=page)
    assert stored(city_zone, article_id).shared_down
    send(client, f"{page}/unshare", form_at=page)
    assert not stored(city_zone, article_id).shared_down


def test_every_step_leaves_a_line_in_the_audit_trail(zone):
    from app.core.audit import AuditEntry

    article_id = published(zone)
    with at_desk(zone) as actor:
        operations.pin_article(actor, article_id, (now() + timedelta(days=1)).date())
        operations.withdraw_article(actor, article_id)
    with at_desk(zone):
        actions = db.session.execute(
            select(AuditEntry.action, AuditEntry.account_id)
            .where(AuditEntry.object_id == str(article_id))
            .order_by(AuditEntry.id)
        ).all()
    assert [action for action, _ in actions] == ["news.write", "news.publish", "news.pin", "news.withdraw"]
    assert {account for _, account in actions} == {CHIEF.account_id}
