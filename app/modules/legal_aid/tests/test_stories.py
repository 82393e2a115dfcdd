"""A story is told of a case that is over: with nothing that leads to its person, only as they agreed, by two people."""

from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError

from app.casework.models import Case
from app.casework.retention.erasing import remove
from app.casework.stories.leaks import find_leaks
from app.casework.stories.models import StoryDraft, StoryPage
from app.casework.stories.tests.telling import BODY, TITLE, answer, ask, draft_of, publish, tell, write
from app.core.audit import AuditEntry
from app.core.clock import CHINA
from app.modules.legal_aid.tests.desk import STORY, Desk
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import hidden_fields
from tests.fixtures.forms import token_of as token

OTHER = BODY + "他还介绍工友来工会咨询。"


def concluded(desk: Desk) -> UUID:
    """A case in which ¥23,600 was recovered; the administrator opened it for a reason."""
    case_id = desk.under_way("arbitration")
    done = desk.step(desk.handler, case_id, "conclude", outcome="公司付清拖欠工资", amount_recovered="23,600")
    assert done.status_code == 302
    page = at_desk(case_id)
    opened = {"csrf_token": token(desk.admin, page), "opening_reason": "发布案例故事之前核对全部文字"}
    assert desk.admin.post(f"{page}/openings", data=opened).status_code == 302
    return case_id


def at_desk(case_id: UUID) -> str:
    return f"/console/legal_aid/{case_id}"


def pages(desk: Desk) -> list[StoryPage]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(StoryPage)).scalars())


def told(desk: Desk, case_id: UUID) -> str:
    """The address of the published story."""
    story = tell(desk.zone, desk.handler, desk.admin, desk.member, at_desk(case_id), case_id)
    return f"/legal_aid/stories/{story}"


def test_everybody_reads_the_story_and_nobody_finds_the_case_in_it(desk, world):
    case_id = concluded(desk)
    address, visitor, case = told(desk, case_id), world.client(desk.zone), desk.find(case_id)
    world.settle()
    assert TITLE in visitor.get("/legal_aid/stories/").text
    found = visitor.get(address).text
    assert BODY in found
    assert "1 万至 5 万元" in found
    (page,) = pages(desk)
    assert page.id.version == 4, "an id that tells when it was made tells which case it is of"
    assert page.month.day == 1
    assert {column.key for column in StoryPage.__table__.columns} == {
        "zone_id", "id", "module", "kind", "locale", "title", "body", "outcome", "month",
    }  # fmt: skip
    for secret in (str(case_id), case.number, "周小禾", "23,600", str(desk.person.member_id)):
        assert secret not in found


def test_the_employers_people_read_the_story_and_find_nothing_that_leads_to_the_case(desk):
    case_id = concluded(desk)
    tied = Actor(ties=frozenset({*desk.find(case_id).blind_paths, desk.zone.union_path}))
    trail, untied = select(AuditEntry.id), Actor(ties=frozenset({desk.zone.union_path}))
    with scope(Plane.STAFF, zone=desk.zone, actor=tied):
        before = db.session.scalars(trail).all()
    told(desk, case_id)
    with scope(Plane.STAFF, zone=desk.zone, actor=tied):
        assert db.session.scalars(select(StoryDraft.id)).all() == []
        assert db.session.scalars(trail).all() == before
        assert len(db.session.scalars(select(StoryPage.id)).all()) == 1
    with scope(Plane.STAFF, zone=desk.zone, actor=untied):
        assert len(db.session.scalars(select(StoryDraft.id)).all()) == 1
        assert "legal_aid.publish_story" in db.session.scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("周小禾", "姓名"), ("小禾", "姓名"), ("周师傅", "姓名"), ("手机尾号是8000", "手机"), ("2万3千6", "准确金额"), ("１３８ 0013-8000", "手机"), ("海城甲乙丙制衣有限公司", ""),
        ("海城甲乙丙制衣", ""), ("海城 甲乙-丙制衣", ""), ("海城某某制衣厂", "工会"), ("两万三千六百元", "准确金额"), ("2.36万元", "准确金额"),
        (STORY[4:20], ""),
    ],
)  # fmt: skip
def test_words_of_the_application_are_refused_wherever_they_stand(desk, words, what):
    case_id = concluded(desk)
    for field, text in (("title", {"title": f"{words[:20]}的故事"}), ("body", {"body": f"{BODY}（{words}）"})):
        refused = write(desk.handler, at_desk(case_id), **text)
        assert refused.status_code == 422, field
        assert "可能识别出本人" in refused.text
        assert next(iter(text.values())) in refused.text
        assert what in refused.text
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.scalars(select(StoryDraft.id)).all() == []


def test_days_of_the_application_are_found(desk):
    case_id = concluded(desk)
    with scope(Plane.WORKER, zone=desk.zone):
        case = db.session.get_one(Case, (desk.zone.id, case_id))
        assert case.submitted_at is not None
        text = f"他在{case.submitted_at.astimezone(CHINA):%Y年%-m月%-d日}来到工会。"
        assert [leak.field for leak in find_leaks(case, {"title": TITLE, "body": text})] == ["body"]
        assert find_leaks(case, {"title": TITLE, "body": BODY}) == []


def test_only_what_is_over_is_told(desk):
    case_id = desk.under_way("arbitration")
    page = at_desk(case_id)
    assert "撰写故事" not in desk.handler.get(page).text
    data = {"csrf_token": token(desk.handler, page), "title": TITLE, "body": BODY, "_seen": "none"}
    assert desk.handler.post(f"{page}/story", data=data).status_code == 409


def test_who_wrote_it_does_not_publish_it(desk):
    case_id = concluded(desk)
    page = at_desk(case_id)
    for done in (write(desk.admin, page), ask(desk.admin, page), answer(desk.member, page, "agreed")):
        assert done.status_code == 302
    assert publish(desk.admin, page).status_code == 403
    assert publish(desk.handler, page).status_code == 404
    assert pages(desk) == []
    with scope(Plane.STAFF, zone=desk.zone, actor=Actor(ties=frozenset({desk.zone.union_path}))):
        alone = {"state": "published", "published_by": StoryDraft.written_by, "page_id": func.gen_random_uuid()}
        with pytest.raises(DatabaseError, match="case_story_drafts_two_people"):
            db.session.execute(update(StoryDraft).values(**alone))
        db.session.rollback()


def test_nothing_is_published_that_the_member_did_not_agree_to(desk):
    case_id = concluded(desk)
    page = at_desk(case_id)
    write(desk.handler, page)
    assert publish(desk.admin, page).status_code == 409
    assert BODY not in desk.member.get(f"/legal_aid/{case_id}").text, "they read it when they are asked"
    ask(desk.handler, page)
    assert BODY in desk.member.get(f"/legal_aid/{case_id}").text
    assert publish(desk.admin, page).status_code == 409
    staff = Actor(ties=frozenset({desk.zone.union_path}))
    with scope(Plane.STAFF, zone=desk.zone, actor=staff):
        with pytest.raises(DatabaseError, match="permission denied"):
            db.session.execute(update(StoryDraft).values(consented_hash=StoryDraft.text_hash))
        db.session.rollback()
        with pytest.raises(DatabaseError, match="row-level security"):
            db.session.execute(update(StoryDraft).values(state="agreed"))
        db.session.rollback()
    with scope(Plane.STAFF, zone=desk.zone, actor=staff):
        db.session.add(StoryPage(id=case_id, module="legal_aid", kind="legal_aid.arbitration", locale="zh_CN", title=TITLE,
                                 body=BODY, outcome="", month=func.date_trunc("month", func.now())))  # fmt: skip
        with pytest.raises(DatabaseError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_another_text_takes_the_story_off_and_asks_anew(desk, world):
    case_id = concluded(desk)
    address, page = told(desk, case_id), at_desk(case_id)
    assert write(desk.handler, page, body=OTHER).status_code == 302
    assert pages(desk) == []
    world.settle()
    assert world.client(desk.zone).get(address).status_code == 404
    assert publish(desk.admin, page).status_code == 409
    for done in (ask(desk.handler, page), answer(desk.member, page, "agreed"), publish(desk.admin, page)):
        assert done.status_code == 302
    assert [each.body for each in pages(desk)] == [OTHER]


def test_the_member_agrees_to_the_very_text_on_their_page(desk):
    case_id = concluded(desk)
    page, own = at_desk(case_id), f"/legal_aid/{case_id}"
    write(desk.handler, page)
    ask(desk.handler, page)
    old = hidden_fields(desk.member, own)
    write(desk.handler, page, body=OTHER)
    ask(desk.handler, page)
    refused = desk.member.post(f"{own}/story", data={**old, "story_answer": "agreed"})
    assert refused.status_code == 409
    assert OTHER in refused.text
    assert draft_of(desk.zone, case_id).consented_hash is None


def test_the_member_takes_the_consent_back_and_it_vanishes_at_once(desk, world):
    case_id = concluded(desk)
    address, own, visitor = told(desk, case_id), f"/legal_aid/{case_id}", world.client(desk.zone)
    world.settle()
    assert [visitor.get(address).status_code, TITLE in visitor.get("/legal_aid/stories/").text] == [200, True]
    for _ in range(2):
        taken = desk.member.post(f"{own}/story/take-back", data={"csrf_token": token(desk.member, own)})
        assert taken.status_code == 302
    world.settle()
    assert [visitor.get(address).status_code, TITLE in visitor.get("/legal_aid/stories/").text] == [404, False]
    assert pages(desk) == []
    refused = {"csrf_token": token(desk.handler, at_desk(case_id)), "title": TITLE, "body": OTHER,
               "_seen": draft_of(desk.zone, case_id).mark}  # fmt: skip
    assert desk.handler.post(f"{at_desk(case_id)}/story", data=refused).status_code == 409, "nobody asks again"


def test_the_member_asks_for_changes_or_declines(desk):
    case_id = concluded(desk)
    page = at_desk(case_id)
    write(desk.handler, page)
    ask(desk.handler, page)
    assert answer(desk.member, page, "changes").status_code == 422, "what should be changed"
    assert answer(desk.member, page, "published").status_code == 409
    assert answer(desk.member, page, "changes", wish="请不要提仲裁").status_code == 302
    assert "请不要提仲裁" in desk.handler.get(f"{page}/story").text
    assert write(desk.handler, page, body=OTHER).status_code == 302
    ask(desk.handler, page)
    assert answer(desk.member, page, "declined").status_code == 302
    assert publish(desk.admin, page).status_code == 409


def test_nobody_answers_for_another_and_no_other_zone_shows_it(desk, world):
    case_id = concluded(desk)
    page = at_desk(case_id)
    write(desk.handler, page)
    ask(desk.handler, page)
    stranger = world.client(desk.zone, world.member(desk.zone))
    data = {"csrf_token": token(stranger, "/legal_aid/apply/consultation"), "story_answer": "agreed"}
    assert stranger.post(f"/legal_aid/{case_id}/story", data=data).status_code == 404
    assert answer(desk.member, page, "agreed").status_code == 302
    assert publish(desk.admin, page).status_code == 302
    (story,) = pages(desk)
    assert world.client(world.zone()).get(f"/legal_aid/stories/{story.id}").status_code == 404


def test_an_erased_case_takes_its_story_along_out_of_the_memory_of_every_process(desk, world):
    case_id = concluded(desk)
    address, visitor = told(desk, case_id), world.client(desk.zone)
    world.settle()
    assert [visitor.get(address).status_code for _ in range(2)] == [200, 200]
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        remove(db.session.get_one(Case, (desk.zone.id, case_id)))
        db.session.commit()
    assert pages(desk) == []
    world.settle()
    assert visitor.get(address).status_code == 404
