"""Grants are put on public notice by two people, with only what may be public, and objections to them are answered."""

import copy
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError

from app.casework.calendar.in_force import work_calendar
from app.casework.kinds import CaseKindError, find_kind
from app.casework.models import Case
from app.casework.payments.queries import list_orders
from app.casework.public_notice import drafting
from app.casework.public_notice.declarations import PublicNotice
from app.casework.public_notice.listing import take_down_due
from app.casework.public_notice.models import Listing, Notice, NoticeLine, Objection
from app.casework.public_notice.standing import is_clear, standing_of
from app.casework.retention.erasing import remove
from app.casework.settings import settings_schema
from app.casework.stories.tests.telling import answer as answer_story
from app.casework.stories.tests.telling import ask, write
from app.casework.stories.tests.telling import publish as publish_story
from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.core.jobs.inline import run_due_events
from app.core.platform import platform
from app.modules.help.cases import BEFORE_NOTICE, CASEWORK, CONSENT
from app.modules.help.tests.desk import STORY, Desk
from app.notifications.models import Message
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone, ZoneRevision
from tests.fixtures.forms import hidden_fields, send
from tests.fixtures.forms import token_of as token

LIST = "/console/help/notices"
WORDS = "他家去年买了新车，并不困难，请再核实。"


def granted(desk: Desk) -> UUID:
    """An application granted ¥800."""
    case_id = desk.recommended()
    assert desk.step(desk.admin, case_id, "approve", amount_granted="800").status_code == 302
    return case_id


def drafted(desk: Desk, *cases: UUID) -> str:
    """The address of a notice that the handler has drafted."""
    answer = send(desk.handler, LIST, id=[str(each) for each in cases])
    assert answer.status_code == 302, answer.text
    return answer.location


def published(desk: Desk, *cases: UUID) -> str:
    """The id of a notice that the administrator has published."""
    page = drafted(desk, *cases)
    hidden = hidden_fields(desk.admin, page)
    assert desk.admin.post(f"{page}/publish", data=hidden).status_code == 302
    return page.rpartition("/")[2]


def lines(desk: Desk) -> list[NoticeLine]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(NoticeLine)).scalars())


def change(desk: Desk, model, **values) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(model).values(**values))
        db.session.commit()


def clear(desk: Desk, case_id: UUID) -> bool:
    with scope(Plane.STAFF, zone=desk.zone):
        return is_clear(case_id)


def ordered(desk: Desk, case_id: UUID) -> list[int]:
    """The payments ordered for a case, in cents."""
    with scope(Plane.STAFF, zone=desk.zone):
        return [order.amount_cents for order in list_orders(case_id) if order.state != "void"]


def let_it_end(desk: Desk) -> None:
    change(desk, Notice, ends_on=today_in_china() - timedelta(days=1), shown_until=today_in_china())


@pytest.fixture
def neighbour(desk, world) -> SimpleNamespace:
    person = world.member(desk.zone, "赵知情")
    return SimpleNamespace(person=person, client=world.client(desk.zone, person))


def objecting(desk: Desk, client, notice: str, words: str = WORDS, **more: str):
    (line,) = lines(desk)
    return send(client, f"/help/notices/{notice}/objection", line=str(line.id), objection=words, untick=(), **more)


def objected(desk: Desk, client, notice: str) -> str:
    """The id of an objection that was made."""
    assert objecting(desk, client, notice).status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        return str(db.session.execute(select(Objection.id).order_by(Objection.id.desc())).scalars().first())


def set_up(desk: Desk, **settings: object) -> None:
    """The zone decides so about help."""
    with scope(Plane.STAFF, zone=desk.zone):
        newest = select(ZoneRevision).order_by(ZoneRevision.number.desc()).limit(1)
        former = db.session.execute(newest).scalar_one()
        document = copy.deepcopy(former.document)
        document["modules"]["help"]["settings"] |= settings
        revision = ZoneRevision(number=former.number + 1, status="superseded", document=document)
        db.session.add(revision)
        db.session.flush()
        db.session.execute(update(Zone).where(Zone.id == desk.zone.id).values(published_revision_id=revision.id))
        db.session.commit()
    platform().registry.forget()


def judge(desk: Desk):
    """Somebody who may decide and has had no hand in anything yet."""
    return desk.world.client(desk.zone, desk.world.staff(desk.zone, "zone_admin"))


def answer(desk: Desk, objection: str, finding: str, words: str = "经核实，车辆为其兄所有。"):
    return send(judge(desk), f"/console/help/objections/{objection}", finding=finding, answer=words)


# ── what is public ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_visitor_reads_masked_names_and_nothing_that_leads_to_a_person(desk, world):
    case_id = granted(desk)
    notice = published(desk, case_id)
    visitor = world.client(desk.zone)
    found = visitor.get(f"/help/notices/{notice}")
    assert found.status_code == 200
    assert notice in visitor.get("/help/notices/").text
    case = desk.find(case_id)
    assert "林*燕" in found.text
    assert world.union_of(desk.zone).name in found.text
    for secret in (
        "林海燕",
        "13800138000",
        "138 0013",
        STORY[:8],
        "¥800",
        str(case_id),
        case.number,
        str(desk.person.member_id),
    ):
        assert secret not in found.text
    for page in ("/help/notices/", f"/help/notices/{notice}"):
        headers = visitor.get(page).headers
        assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in headers
    (line,) = lines(desk)
    assert line.amount_cents is None
    assert line.id.version == 4, "an id that tells when it was made tells which case it is"


def test_a_line_holds_nothing_but_what_may_be_public():
    assert {column.key for column in NoticeLine.__table__.columns} == {
        "zone_id", "id", "notice_id", "masked_name", "union_name", "kind", "amount_cents",
    }  # fmt: skip


def test_a_union_is_named_only_if_it_has_enough_members(desk, world):
    small = world.union("小厂工会", "enterprise", world.union_of(desk.zone))
    for _ in range(2):
        world.member(small)
    above = world.union_of(desk.zone).name
    with scope(Plane.STAFF, zone=desk.zone):
        assert [drafting._union_shown(small.path, least) for least in (2, 3)] == ["小厂工会", above]


def test_a_notice_runs_for_five_working_days_and_is_shown_ten_days_more(desk):
    published(desk, granted(desk))
    with scope(Plane.WORKER, zone=desk.zone):
        notice = db.session.execute(select(Notice)).scalar_one()
        assert notice.ends_on is not None
        assert notice.ends_on == work_calendar().add_working_days(today_in_china(), 5)
        assert notice.shown_until == notice.ends_on + timedelta(days=10)


def test_its_member_is_told_and_reads_it_on_the_case_and_so_does_the_desk(desk):
    case_id = granted(desk)
    assert "尚未列入公示" in desk.handler.get(f"/console/help/{case_id}").text
    page = drafted(desk, case_id)
    assert "公示" not in desk.member.get(f"/help/{case_id}").text
    assert desk.member.get(page.replace("/console", "")).status_code == 404, "a draft is nobody's but the desk's"
    desk.admin.post(f"{page}/publish", data=hidden_fields(desk.admin, page))
    assert "公示至" in desk.member.get(f"/help/{case_id}").text
    assert "公示至" in desk.handler.get(f"/console/help/{case_id}").text
    run_due_events()
    with scope(Plane.WORKER, zone=desk.zone):
        told = select(func.count(Message.id)).where(Message.kind == "help.public_notice")
        assert db.session.execute(told).scalar_one() == 1


# ── who may list, and whom ───────────────────────────────────────────────────────────────────────────────────────


def test_whoever_drafted_it_does_not_publish_it(desk, world):
    page = send(desk.admin, LIST, id=[str(granted(desk))]).location
    assert f'action="{page}/publish"' not in desk.admin.get(page).text
    assert desk.admin.post(f"{page}/publish", data=hidden_fields(desk.admin, page)).status_code == 403
    with scope(Plane.STAFF, zone=desk.zone):
        values = {
            "published_by": Notice.drafted_by,
            "published_at": func.now(),
            "ends_on": func.current_date(),
            "shown_until": func.current_date(),
        }
        with pytest.raises(DatabaseError, match="case_public_notices_two_people"):
            db.session.execute(update(Notice).values(**values))
        db.session.rollback()
    other = world.client(desk.zone, world.staff(desk.zone, "zone_admin"))
    hidden = hidden_fields(other, page)
    assert [other.post(f"{page}/publish", data=hidden).status_code for _ in range(2)] == [302, 302]


def test_reviewers_draft_and_only_who_decides_publishes(desk):
    page = drafted(desk, granted(desk))
    assert desk.colleague.post(f"{page}/publish", data=hidden_fields(desk.colleague, page)).status_code == 404


def test_who_agreed_before_the_consent_spoke_of_it_is_never_listed(desk):
    case_id = granted(desk)
    hidden = hidden_fields(desk.handler, LIST)
    change(desk, Case, consent_version=BEFORE_NOTICE.version)
    assert str(case_id) not in desk.handler.get(LIST).text
    refused = desk.handler.post(LIST, data={**hidden, "title": "拟救助名单", "id": str(case_id)})
    assert refused.status_code == 409
    assert lines(desk) == []
    assert clear(desk, case_id), "it never has to wait for a notice"


def test_a_grant_is_on_one_notice_at_a_time(desk):
    case_id = granted(desk)
    hidden = hidden_fields(desk.handler, LIST)
    page = drafted(desk, case_id)
    again = desk.handler.post(LIST, data={**hidden, "title": "又一份名单", "id": str(case_id)})
    assert again.status_code == 409
    assert desk.handler.post(f"{page}/discard", data={"csrf_token": token(desk.handler, page)}).status_code == 302
    assert lines(desk) == []
    drafted(desk, case_id)


@pytest.mark.parametrize("title", ["拟救助名单", ""])
def test_only_grants_that_stand_are_listed(desk, title):
    granted(desk)
    hidden, waiting = hidden_fields(desk.handler, LIST), desk.submitted()
    assert str(waiting) not in desk.handler.get(LIST).text
    refused = desk.handler.post(LIST, data={**hidden, "title": title, "id": str(waiting)})
    assert refused.status_code == (409 if title else 422)
    assert desk.handler.post(LIST, data={**hidden, "title": title}).status_code == 422
    assert lines(desk) == []


def test_the_same_form_sent_twice_is_one_notice(desk):
    form = {**hidden_fields(desk.handler, LIST), "title": "拟救助名单", "id": str(granted(desk))}
    form["_once"] = str(uuid7())
    assert len({desk.handler.post(LIST, data=form).location for _ in range(2)}) == 1
    assert len(lines(desk)) == 1


def test_nobody_lists_their_own_grant(desk, world):
    case_id = granted(desk)
    world.grant(desk.person, desk.zone, "caseworker")
    own = world.client(desk.zone, desk.person)
    assert send(own, LIST, id=[str(case_id)]).status_code == 403


def test_what_is_published_is_settled_for_the_desk(desk):
    notice = published(desk, granted(desk))
    page = f"{LIST}/{notice}"
    assert desk.handler.post(f"{page}/discard", data={"csrf_token": token(desk.handler, page)}).status_code == 409
    other = granted(desk)
    with scope(Plane.STAFF, zone=desk.zone):
        moved = update(Notice).values(ends_on=func.current_date()).returning(Notice.id)
        assert db.session.execute(moved).all() == []
        db.session.add(Listing(id=uuid7(), case_id=other, member_id=desk.person.member_id, notice_id=UUID(notice)))
        with pytest.raises(DatabaseError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_a_notice_that_changed_meanwhile_is_not_published_unseen(desk):
    first, second = granted(desk), granted(desk)
    page = drafted(desk, first, second)
    hidden = hidden_fields(desk.admin, page)
    appeal(desk, first)
    refused = desk.admin.post(f"{page}/publish", data=hidden)
    assert refused.status_code == 409
    assert len(lines(desk)) == 1


@pytest.mark.parametrize("path", ["", "/objection"])
def test_notices_of_another_zone_are_not_there(desk, world, path):
    notice = published(desk, granted(desk))
    elsewhere = world.zone()
    client = world.client(elsewhere, world.member(elsewhere))
    assert client.get(f"/help/notices/{notice}{path}").status_code == 404


# ── how long ─────────────────────────────────────────────────────────────────────────────────────────────────────


def appeal(desk: Desk, case_id: UUID) -> None:
    form = {"csrf_token": token(desk.member, f"/help/{case_id}"), "reason": "还差一百元，请再考虑"}
    assert desk.member.post(f"/help/{case_id}/appeal", data=form).status_code == 302


def test_a_grant_that_is_appealed_vanishes_at_once_and_may_be_listed_when_it_is_decided_anew(desk, world):
    case_id = granted(desk)
    notice, visitor = published(desk, case_id), world.client(desk.zone)
    assert "林*燕" in visitor.get(f"/help/notices/{notice}").text
    appeal(desk, case_id)
    assert "林*燕" not in visitor.get(f"/help/notices/{notice}").text
    assert lines(desk) == []
    third = world.client(desk.zone, world.staff(desk.zone, "zone_admin"))
    assert desk.step(third, case_id, "change", amount_granted="900").status_code == 302
    assert not clear(desk, case_id)
    drafted(desk, case_id)


def test_nobody_is_shown_longer_than_they_agreed_whatever_the_zone_sets(desk):
    set_up(desk, notice_shown_days=90)
    published(desk, granted(desk))
    with scope(Plane.WORKER, zone=desk.zone):
        notice = db.session.execute(select(Notice)).scalar_one()
        assert notice.ends_on is not None
        assert notice.shown_until == notice.ends_on + timedelta(days=10)
        with pytest.raises(DatabaseError, match="shown_as_agreed"):
            db.session.execute(update(Notice).values(shown_until=notice.ends_on + timedelta(days=11)))
        db.session.rollback()


def test_the_zone_can_set_no_more_days_than_the_consent_says():
    schema = settings_schema(CASEWORK.kinds)()
    assert schema.load({"notice_shown_days": CONSENT.notice_shown_days})
    assert set(schema.validate({"notice_shown_days": CONSENT.notice_shown_days + 1})) == {"notice_shown_days"}
    assert (CONSENT.notice_shown_days, "at most ten days more" in str(CONSENT.text)) == (10, True)
    assert BEFORE_NOTICE.notice_shown_days == 0


def test_a_draft_that_says_what_the_zone_shows_no_more_is_not_published(desk):
    set_up(desk, notice_shows_amount=True)
    case_id = granted(desk)
    page = drafted(desk, case_id)
    assert [line.amount_cents for line in lines(desk)] == [80_000]
    set_up(desk, notice_shows_amount=False)
    refused = desk.admin.post(f"{page}/publish", data=hidden_fields(desk.admin, page))
    assert refused.status_code == 409
    assert "请撤销草稿后重新拟定" in refused.text
    assert desk.member.get(page.replace("/console", "")).status_code == 404
    assert desk.handler.post(f"{page}/discard", data={"csrf_token": token(desk.handler, page)}).status_code == 302
    published(desk, case_id)
    assert [line.amount_cents for line in lines(desk)] == [None]


def test_the_trail_of_a_draft_counts_nobody(desk):
    drafted(desk, granted(desk))
    with scope(Plane.STAFF, zone=desk.zone):
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "help.draft_notice"))
    assert set(entry.detail) == {"title"}


def test_names_are_shown_no_longer_than_they_may_be_and_erased(desk, world):
    case_id = granted(desk)
    notice, visitor = published(desk, case_id), world.client(desk.zone)
    change(desk, Notice, ends_on=today_in_china() - timedelta(days=2), shown_until=today_in_china() - timedelta(days=1))
    assert visitor.get(f"/help/notices/{notice}").status_code == 404
    with scope(Plane.MEMBER, zone=desk.zone):
        assert db.session.execute(select(NoticeLine)).scalars().all() == [], "the database shows them no more either"
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        assert [take_down_due(), take_down_due()] == [1, 0]
        db.session.commit()
    assert lines(desk) == []
    assert clear(desk, case_id), "that it was on public notice is known for good"
    assert "名单已撤下" in desk.handler.get(f"{LIST}/{notice}").text


def test_a_notice_that_is_still_shown_keeps_its_names(desk):
    published(desk, granted(desk))
    change(desk, Notice, ends_on=today_in_china() - timedelta(days=1), shown_until=today_in_china())
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        assert take_down_due() == 0
    assert len(lines(desk)) == 1


def test_an_erased_case_takes_its_line_and_the_objections_along(desk, neighbour):
    case_id = granted(desk)
    objected(desk, neighbour.client, published(desk, case_id))
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        remove(db.session.get_one(Case, (desk.zone.id, case_id)))
        db.session.commit()
        for model in (Listing, NoticeLine, Objection):
            assert db.session.execute(select(func.count()).select_from(model)).scalar_one() == 0


# ── objections ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_grant_is_clear_when_its_notice_has_ended_and_no_objection_is_open(desk, neighbour):
    case_id = granted(desk)
    assert not clear(desk, case_id)
    notice = published(desk, case_id)
    assert not clear(desk, case_id)
    objection = objected(desk, neighbour.client, notice)
    let_it_end(desk)
    assert not clear(desk, case_id)
    page = desk.handler.get(f"/console/help/{case_id}").text
    assert "有异议待答复" in page
    assert answer(desk, objection, "dismissed").status_code == 302
    assert clear(desk, case_id)
    assert "公示无异议" in desk.handler.get(f"/console/help/{case_id}").text


def test_whoever_objects_is_answered_and_unknown_to_the_applicant(desk, neighbour):
    case_id = granted(desk)
    notice = published(desk, case_id)
    objection = objected(desk, neighbour.client, notice)
    assert WORDS in neighbour.client.get("/help/notices/").text
    assert answer(desk, objection, "dismissed").status_code == 302
    own = neighbour.client.get("/help/notices/").text
    assert "经核实，车辆为其兄所有。" in own
    assert "异议不成立" in own
    for path in (f"/help/{case_id}", "/help/notices/", f"/help/notices/{notice}", "/me/", "/me/privacy/looks"):
        page = desk.member.get(path).text
        assert WORDS not in page
        assert "赵知情" not in page
    applicant = Actor(desk.person.account_id, desk.person.member_id)
    with scope(Plane.MEMBER, zone=desk.zone, actor=applicant):
        assert db.session.execute(select(Objection)).scalars().all() == []
        told = select(AuditEntry.action).where(AuditEntry.action.contains("object"))
        assert db.session.execute(told).scalars().all() == []
    with scope(Plane.WORKER, zone=desk.zone):
        row = db.session.execute(select(Objection)).scalar_one()
    for sealed, clear_text in ((row.words_cipher, WORDS), (row.name_cipher, "赵知情"), (row.answer_cipher, "车辆")):
        assert sealed
        assert clear_text.encode() not in sealed


def test_a_well_founded_objection_sends_the_case_back_for_review(desk, neighbour, world):
    case_id = granted(desk)
    notice = published(desk, case_id)
    objection = objected(desk, neighbour.client, notice)
    assert ordered(desk, case_id) == [80_000]
    assert answer(desk, objection, "well_founded", "经核实情况属实。").status_code == 302
    case = desk.find(case_id)
    assert (case.state, case.phase, case.closed_at) == ("in_review", "open", None)
    assert case.due_at is not None
    assert {case.recommendation, case.recommended_by, case.amount_granted_cents, case.decided_by} == {None}
    assert lines(desk) == []
    assert ordered(desk, case_id) == []
    page = desk.member.get(f"/help/{case_id}").text
    assert "因异议重新审核" in page
    assert "经核实情况属实" not in page
    assert desk.step(desk.handler, case_id, "return", reason="请补充车辆情况").status_code == 302
    form = desk.member.get(f"/help/apply/seasonal?case={case_id}").text
    assert STORY in form, "what was told is there to be completed"
    assert desk.send(desk.form(case_id, amount_requested="900"), "seasonal").status_code == 302
    for client, step, inputs in (
        (desk.handler, "take", {}),
        (desk.handler, "recommend", {"recommendation": "grant", "amount_recommended": "300", "note": "已再次核实"}),
        (desk.admin, "approve", {"amount_granted": "300"}),
    ):
        assert desk.step(client, case_id, step, **inputs).status_code == 302
    assert ordered(desk, case_id) == [30_000]
    assert not clear(desk, case_id)
    drafted(desk, case_id)


def test_a_member_who_has_applied_again_meanwhile_does_not_stand_in_the_way(desk, neighbour):
    case_id = granted(desk)
    notice = published(desk, case_id)
    desk.submitted()
    assert answer(desk, objected(desk, neighbour.client, notice), "well_founded").status_code == 302
    assert desk.find(case_id).state == "in_review"


def test_nobody_sends_a_case_back_without_such_an_objection(desk, neighbour):
    case_id = granted(desk)
    notice = published(desk, case_id)
    objected(desk, neighbour.client, notice)
    path = f"/console/help/{case_id}"
    data = {"csrf_token": token(desk.admin, path), "_seen": desk.find(case_id).mark}
    assert desk.admin.post(f"{path}/steps/review_again", data=data).status_code == 404
    assert desk.find(case_id).state == "approved"
    assert "重新审核" not in desk.admin.get(path).text


def test_two_who_answer_never_both_win(desk, neighbour):
    case_id = granted(desk)
    objection = objected(desk, neighbour.client, published(desk, case_id))
    page = f"/console/help/objections/{objection}"
    second = judge(desk)
    hidden = hidden_fields(second, page)
    assert answer(desk, objection, "dismissed").status_code == 302
    refused = second.post(page, data={**hidden, "finding": "well_founded", "answer": "我认为成立"})
    assert refused.status_code == 409
    assert desk.find(case_id).state == "approved"


def test_an_objection_is_judged_by_who_neither_decided_nor_drafted(desk, neighbour, world):
    case_id, drafter = granted(desk), judge(desk)
    page = send(drafter, LIST, id=[str(case_id)]).location
    publisher = judge(desk)
    assert publisher.post(f"{page}/publish", data=hidden_fields(publisher, page)).status_code == 302
    objection = objected(desk, neighbour.client, page.rpartition("/")[2])
    page = f"/console/help/objections/{objection}"
    for own in (desk.admin, drafter):
        refused = own.get(page)
        assert refused.status_code == 403
        assert "由其他人答复" in refused.text
        form = {"csrf_token": token(own, LIST), "finding": "dismissed", "answer": "不成立", "_seen": "open"}
        assert own.post(page, data=form).status_code == 403
    assert desk.handler.get(page).status_code == 404, "whoever decides answers"
    assert answer(desk, objection, "dismissed").status_code == 302


def test_who_decided_before_the_decision_was_void_judges_no_other_objection_to_it(desk, neighbour):
    case_id = granted(desk)
    notice = published(desk, case_id)
    first, second = (objected(desk, neighbour.client, notice) for _ in range(2))
    assert answer(desk, first, "well_founded").status_code == 302
    assert desk.find(case_id).decided_by is None
    assert "由其他人答复" in desk.admin.get(f"/console/help/objections/{second}").text


def test_who_may_decide_reads_the_case_while_an_objection_waits_for_them(desk, neighbour):
    case_id = granted(desk)
    objection, third = objected(desk, neighbour.client, published(desk, case_id)), judge(desk)
    assert third.get(f"/console/help/{case_id}").status_code == 200
    assert answer(desk, objection, "dismissed").status_code == 302
    change(desk, Objection, answered_at=now() - timedelta(days=2))
    assert STORY not in third.get(f"/console/help/{case_id}").text
    assert third.get(f"/console/help/objections/{objection}").status_code == 403


@pytest.mark.parametrize(("line", "words"), [("", WORDS), ("no-id", WORDS), (None, "太短"), (None, "长" * 1001)])
def test_a_wrong_objection_is_shown_again(desk, neighbour, line, words):
    notice = published(desk, granted(desk))
    (only,) = lines(desk)
    refused = send(neighbour.client, f"/help/notices/{notice}/objection", line=str(only.id) if line is None else line,
                   objection=words)  # fmt: skip
    assert refused.status_code == 422
    assert words in refused.text


def test_a_member_objects_three_times_at_most_and_the_same_form_once(desk, neighbour):
    notice = published(desk, granted(desk))
    once = str(uuid7())
    assert [objecting(desk, neighbour.client, notice, _once=once).status_code for _ in range(2)] == [302, 302]
    assert objecting(desk, neighbour.client, notice, "另一番话，请工会核实一下。", _once=once).status_code == 409
    assert [objecting(desk, neighbour.client, notice).status_code for _ in range(3)] == [302, 302, 429]
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.execute(select(func.count(Objection.id))).scalar_one() == 3


def test_nothing_is_objected_to_a_notice_that_has_ended(desk, neighbour):
    notice = published(desk, granted(desk))
    page = f"/help/notices/{notice}/objection"
    hidden, (line,) = hidden_fields(neighbour.client, page), lines(desk)
    let_it_end(desk)
    assert "公示已结束" in neighbour.client.get(page).text
    refused = neighbour.client.post(page, data={**hidden, "line": str(line.id), "objection": WORDS})
    assert refused.status_code == 409
    actor = Actor(neighbour.person.account_id, neighbour.person.member_id)
    with scope(Plane.MEMBER, zone=desk.zone, actor=actor):
        db.session.add(Objection(id=uuid7(), notice_id=UUID(notice), listing_id=line.id, member_id=actor.member_id,
                                 account_id=actor.account_id, name_cipher=b"x", words_cipher=b"x"))  # fmt: skip
        with pytest.raises(DatabaseError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_a_visitor_is_asked_to_sign_in_before_objecting(desk, world):
    notice = published(desk, granted(desk))
    assert world.client(desk.zone).get(f"/help/notices/{notice}/objection").status_code == 302


# ── declarations ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_never_names_the_employers_union_of_a_kind_that_the_employer_must_not_know_of(desk, world):
    county = world.union_of(desk.zone)
    factory = world.union(f"{county.name}测试机械厂工会", "enterprise", county)
    people = [world.member(factory) for _ in range(20)]
    desk.member = world.client(desk.zone, people[0])
    published(desk, granted(desk))
    (line,) = lines(desk)
    assert line.union_name == county.name
    with scope(Plane.STAFF, zone=desk.zone):
        assert drafting._union_shown(factory.path, 20) == factory.name, "it is small: the test proved nothing"


def test_a_public_notice_needs_a_consent_that_speaks_of_it_and_a_way_back(app):
    with app.app_context():
        kind = find_kind("help.seasonal")
        blind = find_kind("legal_aid.consultation")
    with pytest.raises(CaseKindError, match="no consent has the version"):
        replace(kind, public_notice=PublicNotice("2020-01"))
    with pytest.raises(CaseKindError, match="no step leads back"):
        replace(blind, public_notice=PublicNotice(blind.consent.version))
    assert kind.consents_to_notice == (kind.consent.version,)


def test_each_module_whose_grants_are_put_on_notice_serves_its_pages(app):
    served = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {"help.notices", "help.objection", "console_help.notices", "console_help.objection"} <= served


def test_standing_says_nothing_of_a_case_on_no_notice(desk):
    case_id = granted(desk)
    with scope(Plane.STAFF, zone=desk.zone):
        assert standing_of(case_id) is None


def test_no_story_is_published_while_the_name_is_shown_beside_it(desk):
    case_id = granted(desk)
    page = f"/console/help/{case_id}"
    published(desk, case_id)
    for done in (write(desk.handler, page), ask(desk.handler, page), answer_story(desk.member, page, "agreed")):
        assert done.status_code == 302, done.text
    refused = publish_story(desk.admin, page)
    assert refused.status_code == 409
    assert "正在公示" in refused.text
    change(desk, Notice, taken_down_at=now())
    assert publish_story(desk.admin, page).status_code == 302
