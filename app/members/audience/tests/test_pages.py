"""The desk's pages of lists and tags."""

import io

from sqlalchemy import select

from app.members.audience import Audience
from app.members.audience.models import AudienceList, MemberTag
from app.members.privacy import export_member
from app.members.tests.rosters import sheet
from tenants.database import db
from tests.fixtures.forms import fill, hidden_fields


def desk_of(town):
    return town.world.client(town.zone, town.world.staff(town.zone))


def upload(desk, rows, **fields):
    file = (io.BytesIO(sheet(rows, ("姓名", "手机号"))), "名单.csv")
    return fill(desk, "/console/members/lists", **{"title": "劳模名单", "file": file} | fields)


def test_a_list_is_kept_with_what_was_right_and_says_what_was_not(town):
    desk, (first, second) = desk_of(town), town.members[:2]
    answer = upload(desk, [[first.name, first.phone], ["王五", "13700000000"], [second.name, second.phone]], tag="劳模")
    assert answer.status_code == 302
    page = desk.get(answer.location).text
    assert "B3" in page
    assert first.name not in page, "names are masked"
    with town.staff():
        kept = db.session.scalars(select(AudienceList)).one()
    assert (kept.members, kept.refused) == (2, 1)
    assert town.chosen(Audience(list_id=kept.id)) == [0, 1]
    assert town.chosen(Audience(tags=("劳模",))) == [0, 1]
    assert "劳模名单" in desk.get("/console/broadcasts/new").text


def test_the_same_upload_twice_is_one_list(town):
    desk, first = desk_of(town), town.members[0]
    once = hidden_fields(desk, "/console/members/lists")
    for _ in range(2):
        file = (io.BytesIO(sheet([[first.name, first.phone]], ("姓名", "手机号"))), "名单.csv")
        typed = {"title": "劳模名单", "tag": "劳模", "file": file} | once
        assert desk.post("/console/members/lists", data=typed, content_type="multipart/form-data").status_code == 302
    with town.staff():
        assert len(db.session.scalars(select(AudienceList)).all()) == 1


def test_a_list_without_a_file_or_a_title_loses_nothing_typed(town):
    desk = desk_of(town)
    answer = fill(desk, "/console/members/lists", title="劳模名单")
    assert answer.status_code == 422
    assert 'id="error-file"' in answer.text
    assert "劳模名单" in answer.text
    answer = upload(desk, [["王五", "13700000000"]], title="", tag="劳 模")
    assert 'id="error-title"' in answer.text
    assert 'id="error-tag"' in answer.text
    assert "劳 模" in answer.text


def test_a_list_of_another_zone_is_not_there(town):
    desk, first = desk_of(town), town.members[0]
    href = upload(desk, [[first.name, first.phone]]).location
    other = town.world.zone()
    assert town.world.client(other, town.world.staff(other)).get(href).status_code == 404


def test_a_tag_is_given_read_by_the_member_and_taken(town):
    desk, member_id = desk_of(town), town.id_of(0)
    page = f"/console/members/{member_id}"
    for _ in range(2):
        fill(desk, page, post_to=f"{page}/tags", tag="劳模")
    assert "劳模" in desk.get(page).text
    assert town.chosen(Audience(tags=("劳模",))) == [0]
    assert "劳模" in town.world.client(town.zone, town.members[0]).get("/me/data").text
    with town.as_member(town.members[0]):
        copy = export_member(member_id)["modules"]["members"]
        assert [row["tag"] for row in copy["member_tags"]] == ["劳模"]
    with town.as_member(town.members[1]):
        assert db.session.scalars(select(MemberTag)).all() == []
    fill(desk, page, post_to=f"{page}/tags/remove", tag="劳模")
    assert town.chosen(Audience(tags=("劳模",))) == []


def test_a_tag_that_is_none_and_a_member_of_another_zone_are_refused(town):
    desk = desk_of(town)
    page = f"/console/members/{town.id_of(0)}"
    fill(desk, page, post_to=f"{page}/tags", tag="<b>")
    assert town.chosen(Audience(tags=("<b>",))) == []
    token = hidden_fields(desk, page)
    strange = desk.post(f"/console/members/{town.stranger.member_id}/tags", data={**token, "tag": "劳模"})
    assert strange.status_code == 404
