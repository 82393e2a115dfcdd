"""Whoever has left the union keeps what is theirs: reading, withdrawing, being told; nothing new begins."""

import io
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from app.casework.models import Case
from app.core.clock import now
from app.identity.models import Account
from app.members.models import Member, Membership
from app.members.operations import end_membership
from app.members.tests.rosters import bring_in, document, undo
from app.modules.help.tests.desk import STORY, picture
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token


def leave(desk, person) -> None:
    """The union ends the person's membership."""
    with scope(Plane.STAFF, zone=desk.zone, actor=SYSTEM):
        end_membership(SYSTEM, person.member_id, "离职")
        db.session.commit()
    desk.world.settle()


def imported(desk, world):
    """Somebody whom a roster makes a member once they are signed in; the roster comes along."""
    person = world.staff(world.union())
    batch = bring_in(desk.zone, ["苏小桐", "", document(), person.phone.removeprefix("+86"), "", "", ""])
    account = Account.id == person.account_id
    with scope(Plane.IDENTITY):
        db.session.execute(db.update(Account).where(account).values(phone_proved_at=now()))
        db.session.commit()
    assert world.client(desk.zone, person).get("/help/").status_code == 200
    with scope(Plane.IDENTITY):
        return replace(person, member_id=db.session.scalars(select(Account.member_id).where(account)).one()), batch


@pytest.fixture(params=["membership ended", "import undone"])
def left(request, desk, world) -> UUID:
    """An application in review whose applicant has been taken off the roster since."""
    batch = None
    if request.param == "import undone":
        desk.person, batch = imported(desk, world)
        desk.member = world.client(desk.zone, desk.person)
    case_id = desk.submitted()
    assert desk.step(desk.handler, case_id, "take").status_code == 302
    if batch is None:
        leave(desk, desk.person)
    else:
        assert undo(desk.zone, batch.id).undo_counts == {"undone": 0, "refused": 1}
        desk.world.settle()
    with scope(Plane.WORKER, zone=desk.zone):
        path = select(Member.union_path).where(Member.id == desk.person.member_id)
        assert db.session.execute(path).scalar_one() is None
    return case_id


def test_who_has_left_reads_the_application_and_is_told_the_decision(desk, left):
    assert STORY in desk.member.get(f"/help/{left}").text
    assert str(left) in desk.member.get("/help/").text
    desk.step(desk.handler, left, "recommend", recommendation="grant", amount_recommended="800", note="家访属实")
    assert desk.step(desk.admin, left, "approve", amount_granted="600", reason="祝顺利").status_code == 302
    inbox = desk.member.get("/inbox").text
    assert "已批准" in inbox
    message = inbox.partition('href="/inbox/')[2].partition('"')[0]
    assert f'href="/help/{left}"' in desk.member.get(f"/inbox/{message}").text
    page = desk.member.get(f"/help/{left}").text
    assert "600.00" in page
    assert "祝顺利" in page


def test_who_has_left_withdraws(desk, left):
    form = {"csrf_token": token(desk.member, f"/help/{left}")}
    answer = desk.member.post(f"/help/{left}/withdraw", data=form)
    assert answer.status_code == 302
    assert desk.find(left).state == "withdrawn"
    result = desk.member.get(answer.location).text
    assert "已撤回" in result
    assert "/help/apply/" not in result


def test_who_has_left_sees_and_takes_along_their_data(desk, left):
    page = desk.member.get("/me/data").text
    assert "已终止" in page
    assert "/me/data/correction" not in page
    copy = desk.member.get("/me/data/copy.json").get_json()
    assert [row["kind"] for row in copy["modules"]["casework"]["cases"]] == ["help.seasonal"]
    me = desk.member.get("/me").text
    assert "/inbox" in me
    assert "已非本专区会员" in me


def test_who_has_left_reads_why_it_came_back_and_changes_nothing(desk, left):
    assert desk.step(desk.handler, left, "return", reason="请补充低保证明").status_code == 302
    page = desk.member.get(f"/help/{left}").text
    assert "请补充低保证明" in page
    assert "/help/apply/" not in page
    form = {"csrf_token": token(desk.member, f"/help/{left}"), "_once": str(left), "action": "submit"}
    for path in ("/help/apply/seasonal", "/help/apply/seasonal/draft", "/help/apply/hardship"):
        assert desk.member.post(path, data=form).status_code == 403, path
        assert desk.member.get("/help/apply/seasonal").status_code == 403
    assert desk.find(left).state == "returned"


def test_who_has_left_can_neither_begin_nor_have_the_record_corrected(desk, left):
    assert "/help/apply/" not in desk.member.get("/help/").text
    for path in ("/help/apply/hardship", "/me/data/correction"):
        refused = desk.member.get(path)
        assert refused.status_code == 403, path
        assert "您已不是本专区工会的会员" in refused.text


def test_papers_stay_readable_and_a_draft_can_be_deleted(desk):
    desk.send(desk.form(action="save"))
    with scope(Plane.WORKER, zone=desk.zone):
        draft = db.session.execute(select(Case.id)).scalar_one()
    page = desk.member.get("/help/apply/hardship").text
    paper = page.partition(f'href="/help/{draft}/documents/')[2].partition('"')[0]
    leave(desk, desk.person)
    assert desk.member.get(f"/help/{draft}/documents/{paper}").status_code == 200
    assert desk.member.get(f"/help/{draft}").location == "/help/"
    form = {"csrf_token": token(desk.member, "/help/")}
    assert desk.member.post(f"/help/{draft}/discard", data=form).status_code == 302
    assert desk.member.get(f"/help/{draft}").status_code == 404


def test_staff_see_who_has_left(desk, left):
    assert "已不是本专区工会的会员" in desk.handler.get(f"/console/help/{left}").text
    assert "已非会员" in desk.handler.get("/console/help/").text


def test_staff_see_nothing_of_the_kind_of_members(desk):
    case_id = desk.submitted()
    assert "已不是本专区工会的会员" not in desk.handler.get(f"/console/help/{case_id}").text
    assert "已非会员" not in desk.handler.get("/console/help/").text


def test_who_has_left_sees_nothing_of_others(desk, left, world):
    leaver, leavers_phone = desk.member, desk.person
    desk.person = world.member(desk.zone)
    desk.member = world.client(desk.zone, desk.person)
    others = desk.submitted()
    assert leaver.get(f"/help/{others}").status_code == 404
    assert str(others) not in leaver.get("/help/").text
    assert leavers_phone.name not in desk.member.get("/me/data").text


def test_who_never_was_here_stays_outside(desk, world):
    elsewhere = world.client(desk.zone, world.member(world.zone()))
    for path in ("/help/", "/inbox", "/me/data", "/me/data/copy.json", "/inbox/preferences"):
        assert elsewhere.get(path).status_code == 403, path
    assert 'href="/inbox"' not in elsewhere.get("/me").text.partition("<main")[2]


def test_who_moved_to_another_zone_keeps_the_case_here(desk, world):
    """Even where no former membership tells of it: the case itself does."""
    there = world.zone()
    case_id = desk.submitted()
    with scope(Plane.WORKER):
        db.session.execute(db.delete(Membership).where(Membership.member_id == desk.person.member_id))
        db.session.add(
            Membership(
                id=uuid7(), member_id=desk.person.member_id, union_id=there.union_id, union_path=there.union_path
            )
        )
        db.session.commit()
    browser = world.client(desk.zone, desk.person)
    assert STORY in browser.get(f"/help/{case_id}").text
    assert browser.get("/help/apply/hardship").status_code == 403
    paper = {"paper_other": (io.BytesIO(picture()), "x.jpg"), "csrf_token": token(browser, f"/help/{case_id}")}
    assert browser.post("/help/apply/seasonal", data=paper).status_code == 403
    assert world.client(there, desk.person).get("/help/").status_code == 200
