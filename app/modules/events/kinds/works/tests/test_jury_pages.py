"""The jury from its form to the result, without any script: staff name judges, these score, members read what came of it."""

import io
import re
from contextlib import closing

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.core.sheets import SheetLimits, read_sheet
from app.modules.events.kinds.works.jury import queries
from app.modules.events.kinds.works.tests.panel import BEST, HALF, Panel
from app.modules.events.states import STOP, SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON
from app.modules.events.tests.test_pages import desk, only_campaign, post, typed
from tenants.database import db
from tests.fixtures.world import Person

DESK = "/console/events/works"
NOTED = (
    "events.works_appoint", "events.works_score", "events.works_correct", "events.works_dismiss", "events.works_export",
)  # fmt: skip


@pytest.fixture
def sitting(panel: Panel, clock):
    """A campaign while its jury sits, and a work of each union."""
    campaign_id = panel.judged()
    clock.shift(SOON)
    works = [panel.work_of(campaign_id, union, title) for union, title in ((panel.east, "东门"), (panel.west, "西楼"))]
    clock.shift(A_DAY)
    return campaign_id, works


def browser(panel, actor):
    return panel.fair.world.client(panel.fair.zone, Person(actor.member_id, actor.account_id, "", actor.name))


def mark_on(page: str) -> str:
    found = re.search(r'name="_seen" value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_jury_is_written_in_the_form_and_what_is_wrong_with_it_is_said_at_its_field(panel):
    facts = {name: value for name, value in typed(panel.fair).items() if name != "batch_id"}
    facts |= {"send_until": facts["closes_at"], "vote_from": facts["closes_at"], "vote_until": facts["closes_at"]}
    client = desk(panel.fair)
    for wrong, words in (("构图 100 60", "权重合计"), ("构图", "第 1 行"), ("构图 100 100 表格", "第 1 行")):
        answer = post(client, "/console/events/new/works", **facts, criteria=wrong)
        assert answer.status_code == 422
        assert 'id="error-criteria"' in answer.text
        assert words in answer.text
        assert wrong in answer.text
    answer = post(client, "/console/events/new/works", **facts, criteria="构图 100 100", jury_weight="101")
    assert 'id="error-jury_weight"' in answer.text
    facts |= {
        "criteria": "构图 100 60\r\n主题 10 40",
        "judge_from": facts["opens_at"],
        "judges_see": "author",
        "jury_weight": "0",
    }
    assert post(client, "/console/events/new/works", **facts).status_code == 303
    found = only_campaign(panel.fair)
    assert (found.settings["jury_weight"], found.settings["judges_see"]) == (0, "author")
    answer = post(client, f"/console/events/{found.id}/carry-on/{SUBMIT.action}", _seen=found.mark)
    assert "时间顺序应为" in answer.text


def test_staff_name_a_judge_found_by_name_and_dismiss_them(panel, sitting):
    campaign_id, _works = sitting
    staff, person = desk(panel.fair), panel.fair.world.staff(panel.fair.zone, "judge")
    there = f"{DESK}/{campaign_id}/jury/judges"
    assert str(person.account_id) in staff.get(f"{there}?q={person.name}").text
    assert post(staff, there, account_id=person.account_id, judges="1").status_code == 303
    assert person.name in staff.get(f"{DESK}/{campaign_id}/jury").text
    assert (
        f"{DESK}/judging/{campaign_id}"
        in panel.fair.world.client(panel.fair.zone, person).get("/console/events/judging/").text
    )
    assert post(staff, there, account_id=person.account_id).status_code == 303
    assert "已撤换" in staff.get(f"{DESK}/{campaign_id}/jury").text
    nobody = panel.fair.world.staff(panel.fair.world.zone(), "judge")
    assert post(staff, there, account_id=nobody.account_id, judges="1").status_code == 404


def test_after_the_jury_s_time_nobody_is_named(panel, sitting, clock):
    campaign_id, _works = sitting
    clock.shift(A_DAY)
    staff, person = desk(panel.fair), panel.fair.world.staff(panel.fair.zone, "judge")
    answer = post(staff, f"{DESK}/{campaign_id}/jury/judges", account_id=person.account_id, judges="1")
    assert answer.status_code == 409
    assert "评审时间已结束" in answer.text


def test_a_judge_scores_a_work_whose_author_they_do_not_see(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    client, there = browser(panel, judge), f"{DESK}/judging/one/{work_id}"
    assert "东门" in client.get(f"{DESK}/judging/{campaign_id}").text
    page = client.get(there).text
    assert "东门" in page
    assert panel.east.name not in page
    assert panel.shown()[0].author not in page
    picture = re.search(r'src="(/files/[^"]+)"', page)
    assert picture
    assert client.get(picture[1].replace("&amp;", "&")).status_code == 200
    answer = post(client, there, score0="九十", score1="9.5", _seen="")
    assert answer.status_code == 422
    assert 'id="error-score0"' in answer.text
    assert 'value="九十"' in answer.text
    assert post(client, there, score0="90", score1="", _seen="").status_code == 422
    assert post(client, there, score0="90", score1="9.5", _seen="").status_code == 303
    assert post(client, there, score0="80", score1="9.5", _seen="").status_code == 409
    mark = mark_on(client.get(there).text)
    answer = post(client, there, score0="80", score1="9.5", _seen=mark)
    assert answer.status_code == 422
    assert 'id="error-reason"' in answer.text
    assert 'value="80"' in answer.text
    assert post(client, there, score0="80", score1="9.5", reason="看错一项", _seen=mark).status_code == 303
    assert [tuple(each.tenths) for each in panel.sheets(work_id)] == [(900, 95), (800, 95)]
    page = desk(panel.fair).get(f"{DESK}/{campaign_id}/jury").text
    assert "看错一项" in page
    assert judge.name in page


def test_where_the_jury_is_not_blind_it_sees_the_author_or_the_union(panel, clock):
    campaign_id = panel.announced(settings=panel.jury(judges_see="author") | {"author_shown": "nobody"})
    clock.shift(SOON)
    work_id = panel.work_of(campaign_id, panel.east)
    clock.shift(A_DAY)
    page = browser(panel, panel.judge(campaign_id)).get(f"{DESK}/judging/one/{work_id}").text
    assert panel.east.name in page


def test_a_judge_sees_nothing_but_what_they_judge(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    client = browser(panel, panel.judge(campaign_id))
    for path in (f"{DESK}/{campaign_id}", f"{DESK}/{campaign_id}/jury", f"{DESK}/{campaign_id}/jury/judges", f"{DESK}/{campaign_id}/works.xlsx"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    stranger = panel.fair.world.client(panel.fair.zone, panel.fair.world.staff(panel.fair.zone, "judge"))
    for path in (f"{DESK}/judging/{campaign_id}", f"{DESK}/judging/one/{work_id}"):
        assert stranger.get(path).status_code == 404, path
    tied = browser(panel, panel.judge(campaign_id, panel.east))
    assert "东门" not in tied.get(f"{DESK}/judging/{campaign_id}").text
    assert tied.get(f"{DESK}/judging/one/{work_id}").status_code == 404
    assert post(tied, f"{DESK}/judging/one/{work_id}", score0="1", score1="1", _seen="").status_code == 404


def test_out_of_its_time_the_jury_has_no_form(panel, sitting, clock):
    campaign_id, (work_id, _other) = sitting
    judge, there = panel.judge(campaign_id), f"{DESK}/judging/one/{work_id}"
    assert 'name="score0"' in browser(panel, judge).get(there).text
    clock.shift(A_DAY)
    client = browser(panel, judge)
    assert 'name="score0"' not in client.get(there).text
    answer = post(client, there, score0="90", score1="9.5", _seen="")
    assert answer.status_code == 409
    assert "现在不在评审时间" in answer.text


def test_before_its_time_and_once_the_campaign_was_stopped_there_is_no_form(panel, clock):
    campaign_id = panel.judged()
    clock.shift(SOON)
    work_id, judge = panel.work_of(campaign_id, panel.east), panel.judge(campaign_id)
    there = f"{DESK}/judging/one/{work_id}"
    assert 'name="score0"' not in browser(panel, judge).get(there).text
    clock.shift(A_DAY)
    assert 'name="score0"' in browser(panel, judge).get(there).text
    panel.fair.tick()
    panel.fair.step(campaign_id, STOP)
    assert 'name="score0"' not in browser(panel, judge).get(there).text


def test_staff_filter_the_works_that_lack_scores(panel, sitting, monkeypatch):
    campaign_id, (work_id, _other) = sitting
    panel.score(panel.judge(campaign_id), work_id, *BEST)
    staff = desk(panel.fair)
    page = staff.get(f"{DESK}/{campaign_id}/jury?lacking=1").text
    assert "西楼" in page
    assert "东门" not in page
    monkeypatch.setattr(queries, "PAGE", 1)
    first = staff.get(f"{DESK}/{campaign_id}/jury").text
    assert "西楼" not in first
    assert "西楼" in staff.get(f"{DESK}/{campaign_id}/jury?after=1").text


def test_members_read_both_parts_once_it_is_settled_and_no_single_score(panel, sitting, clock):
    campaign_id, (work_id, other) = sitting
    judges = [panel.judge(campaign_id), panel.judge(campaign_id)]
    panel.score(judges[0], work_id, *BEST)
    panel.score(judges[1], work_id, *HALF)
    panel.vote(campaign_id, panel.fair.members[0], other)
    phone = panel.fair.world.client(panel.fair.zone, panel.fair.people(1)[0])
    for path in (f"/events/{campaign_id}", f"/events/works/{campaign_id}/ranking"):
        page = phone.get(path).text
        assert "评委占 50%" in page
        assert "75.00" not in page
    clock.shift(3 * A_DAY)
    panel.fair.tick()
    page = phone.get(f"/events/works/{campaign_id}/ranking").text
    assert "75.00" in page
    assert "37.50" in page
    for path in (f"/events/{campaign_id}", f"/events/works/{campaign_id}/ranking", f"/events/works/{campaign_id}/shown/{work_id}"):  # fmt: skip
        page = phone.get(path).text
        assert not [each.name for each in judges if each.name in page]


def test_an_author_reads_what_came_of_their_work(panel, clock):
    campaign_id = panel.judged()
    clock.shift(SOON)
    author = panel.author(panel.east)
    assert author.member_id
    work_id = panel.send(campaign_id, author.member_id)
    panel.accept(work_id)
    clock.shift(A_DAY)
    panel.score(panel.judge(campaign_id), work_id, *HALF)
    page = panel.fair.world.client(panel.fair.zone, author).get(f"/events/works/{campaign_id}").text
    assert "50.00" not in page
    assert "名次" not in page
    clock.shift(3 * A_DAY)
    panel.fair.tick()
    page = panel.fair.world.client(panel.fair.zone, author).get(f"/events/works/{campaign_id}").text
    assert "评委 50.00" in page
    assert "25.00" in page


def test_works_go_out_as_a_workbook(panel, sitting, clock):
    campaign_id, (work_id, _other) = sitting
    panel.score(panel.judge(campaign_id), work_id, *BEST)
    before = rows_of(desk(panel.fair), campaign_id)
    assert [row[:2] + row[3:6] for row in before] == [
        ["1", "东门", panel.east.name, "已展出", "0"], ["2", "西楼", panel.west.name, "已展出", "0"],
    ]  # fmt: skip
    assert [row[6:] for row in before] == [["1", "100", "", ""], ["0", "", "", ""]]
    clock.shift(3 * A_DAY)
    panel.fair.tick()
    assert [row[8:] for row in rows_of(desk(panel.fair), campaign_id)] == [["50", "1"], ["", "2"]]


def test_what_was_done_with_a_jury_stands_in_the_audit_trail(panel, sitting):
    campaign_id, (work_id, _other) = sitting
    judge = panel.judge(campaign_id)
    panel.score(judge, work_id, *BEST)
    panel.score(judge, work_id, *HALF, reason="看错一项")
    panel.dismiss(campaign_id, judge)
    panel.dismiss(campaign_id, judge)
    rows_of(desk(panel.fair), campaign_id)
    with panel.fair.staff():
        done = select(AuditEntry.action).where(AuditEntry.object_id.in_([str(campaign_id), str(work_id)]))
        actions = db.session.scalars(done.order_by(AuditEntry.id)).all()
    assert [each for each in actions if each in NOTED] == list(NOTED)


def rows_of(client, campaign_id) -> list[list[str]]:
    with closing(client.get(f"{DESK}/{campaign_id}/works.xlsx")) as answer:
        assert answer.status_code == 200
        sheet = read_sheet(io.BytesIO(answer.data), "works.xlsx", SheetLimits())
        return [
            [str(cell if cell is not None else "").removesuffix(".0") for cell in cells] for _line, cells in sheet.rows
        ]
