"""Hearings are set, told, reminded of, moved and written up, and stand in calendars."""

import io
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework import clock_runs
from app.casework.kinds import find_kind
from app.casework.queries import lock_case
from app.core.clock import CHINA, now
from app.core.ics import CalendarEvent, calendar
from app.core.outbox import OutboxEvent
from app.identity.models import RoleGrant
from app.modules.legal_aid.hearings.models import Hearing
from app.modules.legal_aid.hearings.reminding import remind
from app.modules.legal_aid.lawyers.telling import SEND
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token, token_of

FACTS = {"stage": "arbitration", "minutes": "90", "forum": "海城市劳动人事争议仲裁委员会", "docket": "海劳人仲案〔2026〕12号",
         "place": "第二仲裁庭", "bring": "身份证原件"}  # fmt: skip


def ahead(**more: float) -> str:
    return f"{now().astimezone(CHINA) + timedelta(**(more or {'days': 10})):%Y-%m-%dT%H:%M}"


def send(panel, case_id, deed="", client=None, **fields: str):
    client = client or panel.desk.handler
    is_counsel = client not in (panel.desk.handler, panel.desk.colleague, panel.desk.admin)
    page = f"/console/legal_aid/{'counsel/' if is_counsel else ''}{case_id}"
    path = f"{page}/hearings{deed and '/'}{deed}"
    return client.post(path, data={"csrf_token": token_of(client, page), **fields})


def hearings(panel, case_id) -> list[Hearing]:
    with scope(Plane.WORKER, zone=panel.desk.zone):
        return list(db.session.scalars(select(Hearing).where(Hearing.case_id == case_id).order_by(Hearing.id)))


def was_set(panel, case_id, client=None, **changed: str) -> UUID:
    hearing_id = uuid7()
    answer = send(panel, case_id, client=client, _once=str(hearing_id), **FACTS | {"starts_at": ahead()} | changed)
    assert answer.status_code == 302, answer.text
    return hearing_id


def told(panel) -> list[str]:
    with scope(Plane.WORKER, zone=panel.desk.zone):
        rows = select(Message.kind).where(Message.member_id == panel.desk.person.member_id).order_by(Message.id)
        return [kind.partition(".")[2] for kind in db.session.scalars(rows)]


def test_a_hearing_is_set_once_and_the_member_reads_when_where_and_what_to_bring(panel):
    case_id, once = panel.desk.under_way(), str(uuid7())
    for _ in range(2):
        assert send(panel, case_id, _once=once, starts_at=ahead(), **FACTS).status_code == 302
    (hearing,) = hearings(panel, case_id)
    assert "第二仲裁庭".encode() not in hearing.told_cipher
    own = panel.desk.member.get(f"/legal_aid/{case_id}").text
    for said in ("第二仲裁庭", "海劳人仲案〔2026〕12号", "身份证原件", "仲裁开庭"):
        assert said in own
    assert told(panel).count("set_hearing") == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_at", "2020-01-01T09:00"),
        ("starts_at", "9999-12-31T09:00"),
        ("starts_at", "0001-01-01T00:00"),
        ("starts_at", "很快"),
        ("forum", ""),
        ("minutes", "2"),
        ("stage", "x"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(panel, field, value):
    case_id = panel.desk.under_way()
    answer = send(panel, case_id, **FACTS | {"starts_at": ahead(), "place": "旧址三楼"} | {field: value})
    assert answer.status_code == 422
    assert "旧址三楼" in answer.text
    assert hearings(panel, case_id) == []


def test_the_lawyer_sets_them_too_and_nobody_without_a_part(panel):
    case_id, lawyer, other = panel.desk.under_way(), panel.invited(), panel.invited()
    panel.accepted(case_id, lawyer)
    was_set(panel, case_id, lawyer.browser)
    form = {"csrf_token": token_of(other.browser, "/console/legal_aid/counsel"), "starts_at": ahead(), **FACTS}
    assert other.browser.post(f"/console/legal_aid/counsel/{case_id}/hearings", data=form).status_code == 404
    form["csrf_token"] = token_of(panel.desk.colleague, "/console/legal_aid/")
    assert panel.desk.colleague.post(f"/console/legal_aid/{case_id}/hearings", data=form).status_code == 403
    assert len(hearings(panel, case_id)) == 1


def test_moved_and_cancelled_with_notice_and_not_by_a_stale_page(panel):
    case_id = panel.desk.under_way()
    hearing_id = was_set(panel, case_id)
    moved = FACTS | {"starts_at": ahead(days=12), "place": "第五仲裁庭", "_seen": "1"}
    assert send(panel, case_id, f"{hearing_id}/move", **moved).status_code == 302
    stale = send(panel, case_id, f"{hearing_id}/move", **moved | {"place": "第六仲裁庭"})
    assert stale.status_code == 409
    assert "第六仲裁庭" in stale.text
    assert "第五仲裁庭" in panel.desk.member.get(f"/legal_aid/{case_id}").text
    assert send(panel, case_id, f"{hearing_id}/cancel", cancel_reason="").status_code == 422
    for _ in range(2):
        assert send(panel, case_id, f"{hearing_id}/cancel", cancel_reason="仲裁员回避").status_code == 302
    own = panel.desk.member.get(f"/legal_aid/{case_id}").text
    assert "仲裁员回避" in own
    assert [each for each in told(panel) if "hearing" in each] == ["set_hearing", "move_hearing", "cancel_hearing"]
    assert send(panel, case_id, f"{hearing_id}/move", **moved | {"_seen": "3"}).status_code == 409
    saved = panel.desk.handler.get(f"/console/legal_aid/{case_id}/hearings/{hearing_id}.ics").text
    assert "STATUS:CANCELLED" in saved


def test_what_came_of_it_is_written_once_it_has_begun(panel):
    case_id = panel.desk.under_way()
    hearing_id = was_set(panel, case_id)
    early = send(panel, case_id, f"{hearing_id}/outcome", hearing_outcome="择期宣判", _seen="1")
    assert early.status_code == 409
    with scope(Plane.WORKER, zone=panel.desk.zone):
        db.session.execute(update(Hearing).values(starts_at=now() - timedelta(hours=3)))
        db.session.commit()
    assert send(panel, case_id, f"{hearing_id}/outcome", hearing_outcome="择期宣判", _seen="1").status_code == 302
    assert "择期宣判" in panel.desk.member.get(f"/legal_aid/{case_id}").text


def test_two_at_the_same_time_of_one_lawyer_are_warned_of(panel):
    lawyer = panel.invited()
    first, second = panel.desk.under_way(), panel.desk.under_way()
    for case_id in (first, second):
        panel.accepted(case_id, lawyer)
    start = ahead()
    was_set(panel, first, starts_at=start)
    was_set(panel, second, starts_at=start)
    assert "承办律师该时段另有开庭" in panel.desk.handler.get(f"/console/legal_aid/{second}").text
    month = start[:7]
    assert lawyer.browser.get(f"/console/legal_aid/counsel/hearings?month={month}").text.count("时间冲突") == 2
    later = f"{datetime.fromisoformat(start) + timedelta(minutes=90):%Y-%m-%dT%H:%M}"
    (hearing,) = hearings(panel, second)
    send(panel, second, f"{hearing.id}/move", **FACTS | {"starts_at": later, "_seen": "1"})
    assert "时间冲突" not in lawyer.browser.get(f"/console/legal_aid/counsel/hearings?month={month}").text


def test_reminders_go_out_three_days_and_one_day_before_once_each(panel):
    case_id, soon = panel.desk.under_way(), panel.desk.under_way()
    was_set(panel, case_id)
    was_set(panel, soon, starts_at=ahead(days=2))

    def due() -> int:
        with scope(Plane.WORKER, zone=panel.desk.zone, actor=SYSTEM):
            done = remind()
            db.session.commit()
            return done

    def put(start: datetime) -> None:
        with scope(Plane.WORKER, zone=panel.desk.zone):
            db.session.execute(update(Hearing).where(Hearing.case_id == case_id).values(starts_at=start))
            db.session.commit()

    assert due() == 0, "what is set two days ahead is not reminded of at once"
    put(now() + timedelta(days=2, hours=20))
    assert (due(), due()) == (1, 0)
    put(now() + timedelta(hours=20))
    assert (due(), due()) == (1, 0)
    put(now() - timedelta(hours=1))
    assert due() == 0
    assert told(panel).count("hearing_near") == 2


def test_who_has_a_part_saves_it_to_a_calendar(panel, world):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    panel.accepted(case_id, lawyer)
    end = f"{case_id}/hearings/{was_set(panel, case_id)}.ics"
    for client, path in (
        (panel.desk.member, "/legal_aid"),
        (panel.desk.handler, "/console/legal_aid"),
        (lawyer.browser, "/console/legal_aid/counsel"),
    ):
        answer = client.get(f"{path}/{end}")
        assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
        assert "第二仲裁庭" in answer.text.replace("\r\n ", "")
    stranger = world.client(panel.desk.zone, world.member(panel.desk.zone))
    assert stranger.get(f"/legal_aid/{end}").status_code == 404
    assert panel.desk.colleague.get(f"/console/legal_aid/{end}").status_code == 403


def feed_of(panel, client, page="/console/legal_aid/hearings") -> str:
    made = client.post(f"{page}/feed", data={"csrf_token": token_of(client, page)})
    assert made.status_code == 200, made.text
    return (
        next(part for part in made.text.split('"') if part.endswith(".ics"))
        .partition(panel.desk.zone.host)[2]
        .partition("/")[2]
    )


def test_the_private_address_gives_times_and_numbers_and_no_names(panel, world):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    panel.accepted(case_id, lawyer)
    was_set(panel, case_id)
    nobody, number = world.client(panel.desk.zone), panel.desk.find(case_id).number
    for client, page in (
        (panel.desk.handler, "/console/legal_aid/hearings"),
        (lawyer.browser, "/console/legal_aid/counsel/hearings"),
    ):
        path = f"/{feed_of(panel, client, page)}"
        answer = nobody.get(path)
        assert answer.status_code == 200
        text = answer.text.replace("\r\n ", "")
        assert number in text
        for secret in (panel.desk.person.name, lawyer.name, "仲裁", "制衣", "身份证"):
            assert secret not in text
        again = f"/{feed_of(panel, client, page)}"
        assert again != path
        assert nobody.get(path).status_code == 404, "another address voids the former one"
        client.post(f"{page}/feed/revoke", data={"csrf_token": token_of(client, page)})
        assert nobody.get(again).status_code == 404
    assert panel.desk.colleague.get("/console/legal_aid/hearings").status_code == 200


def test_the_address_ends_with_the_role_and_hides_what_is_kept_from_a_tie(panel, world):
    case_id = panel.desk.under_way()
    was_set(panel, case_id)
    path, number, nobody = (
        f"/{feed_of(panel, panel.desk.handler)}",
        panel.desk.find(case_id).number,
        world.client(panel.desk.zone),
    )
    assert number in nobody.get(path).text
    case = panel.desk.find(case_id)
    with scope(Plane.CITY, reason="test"):
        union = world.union("无关工会", "enterprise", world.union_of(panel.desk.zone))
        db.session.add(RoleGrant(account_id=case.handler_id, role="editor", union_id=union.id, union_path=union.path))
        db.session.commit()
    with scope(Plane.WORKER, zone=panel.desk.zone):
        db.session.execute(update(type(case)).where(type(case).id == case_id).values(blind_paths=[union.path]))
        db.session.commit()
    assert number not in nobody.get(path).text
    with scope(Plane.CITY, reason="test"):
        db.session.execute(db.delete(RoleGrant).where(RoleGrant.account_id == case.handler_id))
        db.session.commit()
    assert nobody.get(path).status_code == 404


def test_the_zones_hearings_are_for_who_decides(panel):
    case_id = panel.desk.under_way()
    was_set(panel, case_id)
    number, month = panel.desk.find(case_id).number, ahead()[:7]
    page = f"/console/legal_aid/hearings?month={month}"
    assert number in panel.desk.handler.get(page).text
    assert number not in panel.desk.colleague.get(f"{page}&whose=zone").text
    assert number not in panel.desk.admin.get(page).text
    assert number in panel.desk.admin.get(f"{page}&whose=zone").text


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "x"])
def test_a_month_years_away_is_this_one(panel, month):
    lawyer, this = panel.invited(), f"{now().astimezone(CHINA):%Y-%m}"
    for client, path in ((panel.desk.handler, ""), (lawyer.browser, "/counsel")):
        page = client.get(f"/console/legal_aid{path}/hearings?month={month}")
        assert page.status_code == 200
        assert this in page.text


def test_calendar_lines_are_folded_and_escaped():
    start = datetime(2026, 3, 5, 1, 30, tzinfo=CHINA)
    text = calendar([CalendarEvent("a@b", start, start, "开庭" * 40, 2, "一楼, 二楼; 三楼", "甲\n乙")])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    plain = text.replace("\r\n ", "")
    for line in (
        "DTSTART:20260304T173000Z",
        "SEQUENCE:2",
        f"SUMMARY:{'开庭' * 40}",
        "LOCATION:一楼\\, 二楼\\; 三楼",
        "DESCRIPTION:甲\\n乙",
    ):
        assert line in plain


def test_the_archive_of_a_case_tells_of_its_hearings_lawyer_and_limits(panel):
    case_id, lawyer = panel.desk.under_way("litigation"), panel.invited()
    panel.accepted(case_id, lawyer)
    was_set(panel, case_id)
    for client, page, typed in (
        (panel.desk.handler, f"/console/legal_aid/{case_id}", {"file_reason": "移送法律援助中心"}),
        (panel.desk.member, f"/legal_aid/{case_id}", {}),
    ):
        with closing(client.post(f"{page}/file", data={"csrf_token": token_of(client, page), **typed})) as answer:
            assert answer.status_code == 200
            with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
                told = unescape(archive.read("index.html").decode())
        for said in ("第二仲裁庭", "海劳人仲案〔2026〕12号", lawyer.name, "法定期限"):
            assert said in told, (page, said)


def withdraw(panel, case_id) -> None:
    form = {"csrf_token": csrf_token(panel.desk.member), "_seen": panel.desk.find(case_id).mark}
    assert panel.desk.member.post(f"/legal_aid/{case_id}/withdraw", data=form).status_code == 302


def conclude(panel, case_id) -> None:
    assert panel.desk.step(panel.desk.handler, case_id, "conclude", outcome="和解").status_code == 302


@pytest.mark.parametrize("end", [withdraw, conclude])
def test_when_the_case_is_over_the_lawyer_is_told_and_no_hearing_is_to_come(panel, end):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    assignment_id = panel.accepted(case_id, lawyer)
    behind, upcoming = was_set(panel, case_id), was_set(panel, case_id, starts_at=ahead(days=2))
    with scope(Plane.WORKER, zone=panel.desk.zone):
        is_behind = Hearing.id == behind
        db.session.execute(update(Hearing).where(is_behind).values(starts_at=now() - timedelta(days=1)))
        db.session.commit()
    end(panel, case_id)
    panel.settle()
    dropped = {each.id: each.cancelled_at is not None for each in hearings(panel, case_id)}
    assert dropped == {behind: False, upcoming: True}
    with scope(Plane.WORKER, zone=panel.desk.zone):
        sent = select(OutboxEvent.id).where(OutboxEvent.dedupe_key == f"{SEND}:{assignment_id}:ended")
        assert db.session.scalar(sent) is not None
    own = panel.desk.member.get(f"/legal_aid/{case_id}").text
    assert "放入我的日历" not in own
    assert "工会不再跟进" in own
    assert "请向仲裁委员会或者法院确认" in own
    assert "已取消" not in own, "what the commission does is not ours to say"


def test_what_somebody_cancelled_before_the_end_stays_cancelled(panel):
    case_id = panel.desk.under_way()
    hearing_id = was_set(panel, case_id)
    assert send(panel, case_id, f"{hearing_id}/cancel", cancel_reason="仲裁员回避").status_code == 302
    conclude(panel, case_id)
    panel.settle()
    own = panel.desk.member.get(f"/legal_aid/{case_id}").text
    assert "已取消" in own
    assert "工会不再跟进" not in own


def test_what_came_of_a_hearing_is_written_by_the_handler_after_the_end_too(panel):
    case_id, lawyer = panel.desk.under_way(), panel.invited()
    panel.accepted(case_id, lawyer)
    hearing_id = was_set(panel, case_id)
    with scope(Plane.WORKER, zone=panel.desk.zone):
        db.session.execute(update(Hearing).values(starts_at=now() - timedelta(hours=3)))
        db.session.commit()
    conclude(panel, case_id)
    panel.settle()
    assert "填写开庭情况" in panel.desk.handler.get(f"/console/legal_aid/{case_id}").text
    assert send(panel, case_id, f"{hearing_id}/outcome", hearing_outcome="调解成功", _seen="1").status_code == 302
    assert "调解成功" in panel.desk.member.get(f"/legal_aid/{case_id}").text
    assert "news" not in panel.desk.clocks(case_id)
    other = FACTS | {"starts_at": ahead(), "_once": str(uuid7())}
    assert send(panel, case_id, **other).status_code != 302, "nothing else is set in a case that is over"


def test_a_hearing_ends_no_pause(panel):
    case_id = panel.desk.under_way()
    with scope(Plane.STAFF, zone=panel.desk.zone):
        case = lock_case(case_id)
        clock_runs.hold(case, find_kind(case.kind))
        db.session.commit()
    was_set(panel, case_id)
    assert panel.desk.clocks(case_id)["news"].paused_at is not None
    assert panel.desk.find(case_id).paused_at is not None
