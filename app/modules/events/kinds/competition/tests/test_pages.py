"""The pages, from the staff's form to the paper in hand: what contestants, judges and strangers see."""

import io
import re
from contextlib import closing

import pytest
from pypdf import PdfReader

from app.core.clock import CHINA
from app.core.sheets import SheetLimits, read_sheet, write_sheet
from app.modules.events.errors import NotReady
from app.modules.events.kinds.competition import appeals, certifying, measuring, member_pages, queries
from app.modules.events.kinds.competition.models import Correction
from app.modules.events.kinds.competition.tests.stage import CRITERIA, WITH_SHEET, Stage
from app.modules.events.models import Campaign
from app.modules.events.states import SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.context import Actor
from tenants.database import db
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Person

HOUR = "%Y-%m-%dT%H:%M"
HERE = "/events/competition"
DESK = "/console/events/competition"


def post(client, path: str, **data):
    return client.post(path, data={"csrf_token": csrf_token(client), **data})


@pytest.fixture
def desk(stage: Stage):
    return boss(stage)


def boss(stage: Stage):
    """An administrator's browser; a session lasts an hour, so that the clock moves before."""
    return stage.world.client(stage.zone, stage.world.staff(stage.zone, "zone_admin"))


def browser(stage: Stage, who: Person | Actor):
    person = who if isinstance(who, Person) else Person(None, who.account_id, "", who.name)  # type: ignore[arg-type]
    return stage.world.client(stage.zone, person)


def begun(stage: Stage, clock, *criteria: str) -> tuple:
    """A competition whose first round is open, two contestants, and its judge."""
    campaign_id = stage.announced(stage.settings(*(criteria or (CRITERIA, CRITERIA)), go_on=1))
    clock.shift(SOON)
    people = [stage.person(stage.east), stage.person(stage.west)]
    stage.register(campaign_id, people[0], shown="full")
    stage.register(campaign_id, people[1])
    clock.shift(A_DAY)
    stage.fair.tick()
    first = stage.rounds(campaign_id)[0]
    judge = stage.judge(campaign_id, first.id)
    stage.step(first.id, "open")
    return campaign_id, first.id, people, judge


def typed(stage: Stage) -> dict[str, str]:
    settings = stage.settings(CRITERIA, WITH_SHEET)
    rows = {}
    for number, row in enumerate(settings["rounds"]):
        for name, value in row.items():
            shown = value.astimezone(CHINA).strftime(HOUR) if name.endswith("_at") else value
            rows[f"rounds-{number}-{name}"] = "" if shown is None else str(shown)
    opens_at = stage.fair.content(stage.east.id).opens_at
    return rows | {
        "title": "焊工技能竞赛", "rules": "公平竞赛。", "audience": "open", "opens_at": opens_at.astimezone(CHINA).strftime(HOUR),
        "closes_at": (opens_at + A_DAY).astimezone(CHINA).strftime(HOUR), "appeal_hours": "24", "first_prizes": "1",
    }  # fmt: skip


def test_rounds_are_written_from_the_form_and_told_again(stage, desk):
    answer = post(desk, "/console/events/new/competition", **typed(stage))
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "前 2 名晋级" in page
    assert "理论笔试" in page
    edit = desk.get(f"{answer.location}/edit").text
    assert 'name="rounds-1-criteria"' in edit
    assert re.search(r'name="rounds-0-starts_at"[^>]*value="20\d\d-\d\d-\d\dT\d\d:\d\d"', edit)


def test_a_row_that_was_emptied_is_none_though_its_choice_stays(desk, stage):
    rows = typed(stage)
    first, second = (
        {name: value for name, value in rows.items() if name.startswith(f"rounds-{number}-")} for number in (0, 1)
    )
    emptied = {name: value if name.endswith("mode") else "" for name, value in second.items()}
    last = first | {"rounds-0-title": "总决赛", "rounds-0-go_on": ""}
    assert post(desk, "/console/events/new/competition", **(rows | last | emptied)).status_code == 303
    with stage.fair.staff():
        written = db.session.scalars(db.select(Campaign.settings).where(Campaign.kind == "competition")).one()
    assert [row["title"] for row in written["rounds"]] == ["总决赛"]


def test_what_is_missing_in_a_round_says_in_which(stage):
    settings = stage.settings(CRITERIA, CRITERIA)
    settings["rounds"][1] |= {"venue": ""}
    with pytest.raises(NotReady) as refusal:
        stage.fair.step(stage.drafted(settings), SUBMIT)
    assert (refusal.value.field, str(refusal.value.message)) == ("rounds-1-venue", "“总决赛”：请填写地点。")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("rounds-0-criteria", "操作规范 100 60", "权重合计应为 100"),
        ("rounds-0-criteria", "操作规范", "第 1 行"),
        ("rounds-0-criteria", "操作规范 100 100 机器", "表格"),
        ("rounds-0-title", "", "轮次名称"),
        ("rounds-0-mode", "", "请选择"),
    ],
)
def test_what_is_wrong_with_a_round_is_said_at_its_field(stage, desk, field, value, words):
    answer = post(desk, "/console/events/new/competition", **typed(stage) | {field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert "工人文化宫" in answer.text


def test_a_round_before_registration_ends_is_not_ready(stage, desk):
    settings = stage.settings()
    settings["rounds"][0]["starts_at"] -= 2 * A_DAY
    campaign_id = stage.drafted(settings)
    answer = post(desk, f"/console/events/{campaign_id}/carry-on/submit", _seen=stage.fair.campaign(campaign_id).mark)
    assert answer.status_code == 422
    assert "之后开始" in answer.text


def test_a_member_registers_competes_and_reads_what_the_judges_gave(stage, clock):
    campaign_id = stage.announced(stage.settings(CRITERIA))
    clock.shift(SOON)
    person = stage.person(stage.east)
    phone = browser(stage, person)
    assert f"{HERE}/{campaign_id}" in phone.get(f"/events/{campaign_id}").text
    assert post(phone, f"{HERE}/{campaign_id}", shown="masked").status_code == 303
    assert "参赛号" in phone.get(f"{HERE}/{campaign_id}").text
    with closing(phone.get(f"{HERE}/{campaign_id}/rounds.ics")) as answer:
        assert "总决赛" in answer.text
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    judge = stage.judge(campaign_id, only.id)
    stage.step(only.id, "open")
    stage.scored(only.id, judge, n1=(905, 800))
    phone = browser(stage, person)
    stage.step(only.id, "close")
    page = phone.get(f"{HERE}/{campaign_id}").text
    assert "90.5" not in page
    assert "rounds.ics" in page
    assert phone.get(f"{HERE}/rounds/{only.id}").status_code == 404
    stage.step(only.id, "publish")
    page = phone.get(f"{HERE}/{campaign_id}").text
    assert "90.5" in page
    assert "rounds.ics" not in page, "nothing of it is to come"
    assert judge.name not in page
    start = stage.starts(only.id)[1]
    answer = post(phone, f"{HERE}/starts/{start.id}/appeal", reason="第二项漏看了一道工序")
    assert answer.status_code == 303
    assert "处理中" in phone.get(f"{HERE}/{campaign_id}").text
    other = browser(stage, stage.person(stage.west))
    assert other.get(f"{HERE}/starts/{start.id}/appeal").status_code == 404


def test_awards_are_listed_as_the_reader_s_language_lists_things(stage):
    campaign_id = stage.announced()
    visitor, lists = (
        stage.world.client(stage.zone),
        {"zh": "一等奖 1 名、二等奖 1 名", "en": "First prize × 1, Second prize × 1"},
    )
    for language, words in lists.items():
        assert words in visitor.get(f"/events/{campaign_id}", headers={"Accept-Language": language}).text


def test_a_guest_registers_by_signing_in_and_finishes_as_a_member(stage, clock):
    campaign_id = stage.announced()
    clock.shift(SOON)
    phone = browser(stage, stage.guest())
    assert "入会" in phone.get(f"/events/{campaign_id}").text
    assert 'name="name"' in phone.get(f"{HERE}/{campaign_id}").text
    assert post(phone, f"{HERE}/{campaign_id}", shown="masked").status_code == 422
    assert post(phone, f"{HERE}/{campaign_id}", shown="masked", name="林小满").status_code == 303
    assert "完成会员报名" in phone.get(f"{HERE}/{campaign_id}").text
    assert post(phone, f"{HERE}/{campaign_id}/join").status_code == 403
    stranger = browser(stage, stage.guest())
    assert "林小满" not in stranger.get(f"{HERE}/{campaign_id}").text
    nobody = stage.world.client(stage.zone)
    assert nobody.get(f"{HERE}/{campaign_id}").status_code == 302


def test_the_published_ranking_shows_names_as_contestants_wished(stage, clock):
    campaign_id, round_id, people, judge = begun(stage, clock)
    stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800))
    stage.published(round_id)
    page = stage.world.client(stage.zone).get(f"{HERE}/rounds/{round_id}").text
    assert people[0].name in page
    assert people[1].name not in page
    assert f"{HERE}/rounds/{round_id}" in stage.world.client(stage.zone).get(f"/events/{campaign_id}").text


def test_the_ranking_tells_no_numbers_until_the_last_round_is_final(stage, clock):
    campaign_id, first_id, _people, judge = begun(stage, clock)
    stage.scored(first_id, judge, n1=(900, 900), n2=(800, 800))
    stage.published(first_id)
    clock.shift(A_DAY)
    stage.step(first_id, "conclude")
    path = f"{HERE}/rounds/{first_id}"
    assert "2 号" not in stage.world.client(stage.zone).get(path).text
    last_id = stage.rounds(campaign_id)[1].id
    judge = stage.judge(campaign_id, last_id)
    stage.step(last_id, "open")
    stage.scored(last_id, judge, n1=(900, 900))
    stage.published(last_id)
    clock.shift(A_DAY)
    stage.step(last_id, "conclude")
    assert "2 号" in stage.world.client(stage.zone).get(path).text


def test_a_judge_scores_by_number_and_signs_once(stage, clock):
    campaign_id, round_id, people, judge = begun(stage, clock)
    client, start = browser(stage, judge), stage.starts(round_id)[1]
    assert f"{DESK}/judging/rounds/{round_id}" in client.get("/console/events/judging/").text
    page = client.get(f"{DESK}/judging/rounds/{round_id}").text
    assert people[0].name not in page.partition("<main")[2]
    path = f"{DESK}/judging/starts/{start.id}"
    assert post(client, path, score0="101", score1="90", sign="1").status_code == 422
    assert post(client, path, score0="90.5", _seen="").status_code == 303
    mark = re.search(r'name="_seen" value="([^"]*)"', client.get(path).text)
    assert mark
    assert post(client, path, score0="90.5", score1="", sign="1", _seen=mark[1]).status_code == 422
    assert post(client, path, score0="90.5", score1="88", sign="1", _seen=mark[1]).status_code == 303
    assert 'name="score0"' not in client.get(path).text
    with stage.fair.staff():
        sheet = queries.find_sheet_of(start.id, queries.find_judge(round_id, judge.account_id).id)
        assert sheet
    assert post(client, f"{DESK}/judging/sheets/{sheet.id}/correct", reason="写错一位").status_code == 303
    assert "写错一位" in boss(stage).get(f"{DESK}/{campaign_id}/appeals").text


def test_the_desk_reads_what_became_of_a_correction_and_where_one_waits(stage, clock):
    campaign_id, round_id, _people, judge = begun(stage, clock)
    start = stage.starts(round_id)[1]
    stage.score(judge, start, 900, 900)
    with stage.fair.staff():
        sheet = queries.list_sheets(round_id)[0]
    one, other = boss(stage), boss(stage)
    there, ask, told = f"{DESK}/rounds/{round_id}", f"{DESK}/sheets/{sheet.id}/correct", f"{DESK}/{campaign_id}/appeals"
    for decision, words in (("refuse", "未同意改分：1 号选手"), ("accept", "1 号选手的评分表和本轮已重新开放")):
        assert ask in one.get(there).text
        assert post(one, ask, reason="写错一位").status_code == 303
        assert "改分申请由他人决定" in one.get(told).text
        page = one.get(there).text
        assert "改分申请待决定" in page
        assert ask not in page
        with stage.fair.staff():
            asked = appeals.list_corrections(Correction.campaign_id == campaign_id)[0].Correction
        assert post(other, f"{DESK}/corrections/{asked.id}", decision=decision).status_code == 303
        assert words in other.get(told).text
    assert "改分申请待决定" not in one.get(there).text


def test_the_desk_reads_what_became_of_an_appeal_and_keeps_an_answer_that_is_refused(stage, clock):
    campaign_id, round_id, people, judge = begun(stage, clock)
    stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800))
    stage.published(round_id)
    first, second = (stage.appeal(people[number], stage.starts(round_id)[number + 1]) for number in range(2))
    desk = boss(stage)
    answer = post(desk, f"{DESK}/appeals/{first}", answer="录像里看得很清楚")
    assert answer.status_code == 422
    kept, other = (answer.text.partition(f"{DESK}/appeals/{each}")[2].partition("</details>")[0] for each in (first, second))  # fmt: skip
    assert ">录像里看得很清楚</textarea>" in kept
    assert "录像里看得很清楚" not in other
    answer = post(desk, f"{DESK}/appeals/{first}", decision="accept", answer="")
    kept = answer.text.partition(f"{DESK}/appeals/{first}")[2].partition("</details>")[0]
    assert re.search(r'value="accept" checked', kept)
    assert "invalid-feedback" in kept
    for appeal_id, decision, words in (
        (second, "refuse", "2 号选手的申诉不予支持"),
        (first, "accept", "1 号选手的申诉已受理"),
    ):
        assert post(desk, f"{DESK}/appeals/{appeal_id}", decision=decision, answer="已复核").status_code == 303
        assert words in desk.get(f"{DESK}/{campaign_id}/appeals").text


def test_a_judge_sees_nothing_but_their_own_rounds(stage, clock):
    campaign_id, round_id, _people, judge = begun(stage, clock)
    client, start = browser(stage, judge), stage.starts(round_id)[1]
    for path in (
        f"{DESK}/{campaign_id}",
        f"{DESK}/rounds/{round_id}",
        f"{DESK}/{campaign_id}/contestants",
        "/console/events/",
    ):
        assert client.get(path).status_code == 404, path
    other = stage.world.client(stage.zone, stage.world.staff(stage.zone, "judge"))
    for path in (f"rounds/{round_id}", f"starts/{start.id}"):
        assert other.get(f"{DESK}/judging/{path}").status_code == 404, path
    tied = browser(stage, stage.judge(campaign_id, round_id, union=stage.east))
    assert tied.get(f"{DESK}/judging/starts/{start.id}").status_code == 404
    assert post(tied, f"{DESK}/judging/starts/{start.id}", score0="1", score1="1", sign="1").status_code in (403, 404)


def test_staff_find_a_judge_by_name_and_carry_the_round_on(stage, clock):
    campaign_id, round_id, _people, judge = begun(stage, clock)
    desk = boss(stage)
    person = stage.world.staff(stage.zone, "judge")
    page = desk.get(f"{DESK}/{campaign_id}/judges?q={person.name}").text
    assert str(person.account_id) in page
    answer = post(desk, f"{DESK}/{campaign_id}/judges", account_id=person.account_id, rounds=[str(round_id)])
    assert answer.status_code == 303
    assert person.name in desk.get(f"{DESK}/{campaign_id}/judges").text
    nobody = stage.world.staff(stage.world.zone(), "judge")
    assert (
        post(desk, f"{DESK}/{campaign_id}/judges", account_id=nobody.account_id, rounds=[str(round_id)]).status_code
        == 404
    )
    mark = stage.rounds(campaign_id)[0].mark
    answer = post(desk, f"{DESK}/rounds/{round_id}/carry-on/close", _seen=mark)
    assert answer.status_code == 409
    assert "还没有签" in answer.text
    stage.appoint(campaign_id, Actor(person.account_id, None, person.name))
    stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800))
    for action in ("close", "publish"):
        mark = stage.rounds(campaign_id)[0].mark
        assert post(desk, f"{DESK}/rounds/{round_id}/carry-on/{action}", _seen=mark).status_code == 303
    assert "90.00" in desk.get(f"{DESK}/rounds/{round_id}").text


def send(client, path: str, rows: list[tuple], headers: list[str]):
    target = io.BytesIO()
    write_sheet(target, headers, rows)
    target.seek(0)
    return client.post(path, data={"csrf_token": csrf_token(client), "file": (target, "成绩.xlsx")})


def test_scores_come_from_a_sheet_and_what_is_wrong_is_named_by_line_and_cell(stage, clock):
    _campaign_id, round_id, _people, judge = begun(stage, clock, WITH_SHEET)
    desk = boss(stage)
    path, headers = f"{DESK}/rounds/{round_id}/scores", ["参赛号", "姓名", "理论笔试"]
    with closing(desk.get(f"{path}.xlsx")) as answer:
        sheet = read_sheet(io.BytesIO(answer.data), "scores.xlsx", SheetLimits())
        assert list(sheet.headers) == headers
        assert len(list(sheet.rows)) == 2
    refused = send(desk, path, [(1, "", 88), (2, "", 100.5), (9, "", 50), (1, "", 70)], headers)
    assert refused.status_code == 422
    for cell in ("C3", "A4", "A5"):
        assert f">{cell}</td>" in refused.text
    assert stage.starts(round_id)[1].measured == []
    assert send(desk, path, [(1, "", 88)], ["参赛号", "笔试"]).status_code == 422
    stage.scored(round_id, judge, n1=(900,), n2=(900,))
    assert "缺少" in stage.refused(round_id, "close")
    assert send(desk, path, [(1, "", 88.5), (2, "", 90)], headers).status_code == 303
    with stage.fair.staff():
        (brought,) = measuring.list_lists(round_id)
    stage.confirm(brought)
    stage.step(round_id, "close")
    assert stage.starts(round_id)[1].score == 89_400
    assert send(desk, path, [(1, "", 1)], headers).status_code == 409


def test_lists_go_out_as_workbooks_and_a_contestant_is_excluded_with_a_reason(stage, clock):
    campaign_id, round_id, people, judge = begun(stage, clock)
    desk = boss(stage)
    stage.scored(round_id, judge, n1=(900, 900), n2=(800, 800))
    with stage.fair.staff():
        second = queries.list_contestants(campaign_id)[1].Contestant.id
    assert post(desk, f"{DESK}/contestants/{second}/exclude", reason="").status_code == 422
    assert post(desk, f"{DESK}/contestants/{second}/exclude", reason="证件不符").status_code == 303
    assert "证件不符" in browser(stage, people[1]).get(f"{HERE}/{campaign_id}").text
    stage.step(round_id, "close")
    assert stage.starts(round_id)[2].place is None
    for path in (f"{campaign_id}/contestants.xlsx", f"rounds/{round_id}/ranking.xlsx"):
        with closing(desk.get(f"{DESK}/{path}")) as answer:
            sheet = read_sheet(io.BytesIO(answer.data), "list.xlsx", SheetLimits())
            assert len(list(sheet.rows)) == 2, path


def test_the_list_of_contestants_goes_on_by_number(stage, clock, monkeypatch):
    campaign_id, *_rest = begun(stage, clock)
    desk = boss(stage)
    monkeypatch.setattr(queries, "PAGE", 1)
    page = desk.get(f"{DESK}/{campaign_id}/contestants").text
    (after,) = re.findall(r"after=(\d+)", page)[:1]
    assert "after=" not in desk.get(f"{DESK}/{campaign_id}/contestants?after={after}").text


def test_the_paper_is_checked_by_who_has_it_in_hand_and_by_nobody_else(stage, clock):
    campaign_id = stage.finished(clock)
    desk = boss(stage)
    with stage.fair.staff():
        (row,) = queries.list_certificates(campaign_id)
        code, certificate, name = certifying.check_code(row.Certificate.serial), row.Certificate, row.name
        contestant = queries.find_contestant(certificate.contestant_id)
    owner = browser(stage, Actor(contestant.account_id, None, ""))
    with closing(owner.get(f"{HERE}/{campaign_id}/certificate.pdf")) as answer:
        text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
        assert answer.headers["Cache-Control"] == "private, no-store"
    for words in (name, "一等奖", "焊工技能竞赛", certificate.serial):
        assert words in text
    visitor = stage.world.client(stage.zone)
    good = visitor.get(f"{HERE}/check/{certificate.serial}?code={code}").text
    assert "证书有效" in good
    assert name not in good
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code.upper())
    assert "证书有效" in visitor.get(f"{HERE}/check/{certificate.serial}", query_string={"code": wide}).text
    for wrong in (f"{certificate.serial}?code={'0' * 20}", f"2026-99999?code={code}", certificate.serial):
        page = visitor.get(f"{HERE}/check/{wrong}").text
        assert "证书有效" not in page
        assert "焊工技能竞赛" not in page
    other = browser(stage, stage.person(stage.west))
    assert other.get(f"{HERE}/{campaign_id}/certificate.pdf").status_code == 404
    assert post(desk, f"{DESK}/certificates/{certificate.id}/revoke", reason="冒名参赛").status_code == 303
    revoked = visitor.get(f"{HERE}/check/{certificate.serial}?code={code}").text
    assert "证书已撤销" in revoked
    assert "冒名参赛" not in revoked
    assert owner.get(f"{HERE}/{campaign_id}/certificate.pdf").status_code == 404


def test_nobody_tries_codes_as_fast_as_they_like(stage, monkeypatch):
    monkeypatch.setattr(member_pages, "CHECKS", type(member_pages.CHECKS)("test", 3, 60.0))
    visitor = stage.world.client(stage.zone)
    assert [visitor.get(f"{HERE}/check/2026-00001?code={place}").status_code for place in range(4)] == [
        200,
        200,
        200,
        429,
    ]


def test_another_zone_knows_nothing_of_a_certificate(stage, clock):
    campaign_id = stage.finished(clock)
    with stage.fair.staff():
        serial = queries.list_certificates(campaign_id)[0].Certificate.serial
        code = certifying.check_code(serial)
    elsewhere = stage.world.client(stage.world.zone())
    assert "证书有效" not in elsewhere.get(f"{HERE}/check/{serial}?code={code}").text
