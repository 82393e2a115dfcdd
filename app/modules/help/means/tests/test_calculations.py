"""A case's calculation: shown before it is sent and after, kept with the rules of its day, established anew by its handler."""

import io
import re
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import ProgrammingError

from app.casework.kinds import find_kind
from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.modules.help.means.calculations import list_calculations, usual_cents
from app.modules.help.means.in_force import rules_on
from app.modules.help.means.models import Basis, CaseMeans, LocalStandard
from app.modules.help.means.rules import Tier
from app.modules.help.tests.desk import STORY, picture
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import hidden_fields, typed

FORM = "/help/apply/hardship"
PER_HEAD = "¥1,066.83"  # of 3200.50 for the applicant, a mother and a son


def sent(desk, **more) -> str:
    answer = desk.send(desk.form(**more))
    assert answer.status_code == 302, answer.text
    return answer.location.split("/")[-2]


def in_hand(desk, **more) -> str:
    case_id = sent(desk, **more)
    assert desk.step(desk.handler, case_id, "take").status_code == 302
    return case_id


def kept(desk, case_id) -> list[tuple[Basis, Tier]]:
    with scope(Plane.WORKER, zone=desk.zone):
        return [(each.basis, each.assessment.tier) for each in list_calculations(case_id)]


def establish(desk, case_id, client=None, **changed):
    path = f"/console/help/{case_id}/means"
    page = (client or desk.handler).get(path)
    if page.status_code != 200:
        return page
    return (client or desk.handler).post(path, data=typed(page.text, path, **changed))


def test_what_would_be_sent_is_shown_with_its_calculation_and_sent_from_there(desk):
    answer = desk.send(desk.form(action="check"))
    assert answer.status_code == 302
    page = desk.member.get(answer.location)
    for text in (PER_HEAD, "相对困难", "小儿子", STORY, "户口簿.webp", "不作为承诺"):
        assert text in page.text, text
    again = desk.send({**hidden_fields(desk.member, answer.location), "consent": "1", "action": "submit"})
    assert again.status_code == 302, again.text
    assert again.location.endswith("/result")
    case_id = again.location.split("/")[-2]
    assert kept(desk, case_id) == [(Basis.TYPED, Tier.RELATIVE)]
    member_page = desk.member.get(f"/help/{case_id}").text
    assert PER_HEAD in member_page
    assert "小儿子" in member_page


def test_a_form_that_is_wrong_is_not_checked_but_shown_with_what_is_wrong(desk):
    answer = desk.send(desk.form(action="check", own_income="很少"))
    assert answer.status_code == 422
    assert 'id="error-own_income"' in answer.text
    unready = desk.member.get(f"{FORM}/check").text
    assert "还需填写" in unready
    assert 'value="submit"' not in unready
    assert "很少" in desk.member.get(FORM).text


def test_a_consent_that_is_forgotten_on_the_page_that_checks_loses_nothing(desk):
    answer = desk.send(desk.form(action="check"))
    again = desk.send({**hidden_fields(desk.member, answer.location), "action": "submit"})
    assert again.status_code == 422
    assert 'id="error-consent"' in again.text
    assert "小儿子" in again.text


def test_a_member_above_the_lines_is_told_gently_and_may_apply(desk):
    case_id = sent(desk, own_income="20000")
    page = desk.member.get(f"/help/{case_id}").text
    assert "仍可提交申请" in page
    assert kept(desk, case_id) == [(Basis.TYPED, Tier.ABOVE)]


def test_an_old_case_is_calculated_by_the_rules_of_its_day(desk):
    case_id = sent(desk)
    try:
        with scope(Plane.CITY, reason="test"):
            db.session.add(LocalStandard(union_path=desk.zone.union_path, region="测试县", effective_from=date(2020, 1, 1),
                                         line_cents=200_000, source="事后登记"))  # fmt: skip
            db.session.commit()
        with scope(Plane.MEMBER, zone=desk.zone):
            assert rules_on(today_in_china(), desk.zone.union_path).standard.line_cents == 200_000
        assert kept(desk, case_id) == [(Basis.TYPED, Tier.RELATIVE)]
        assert "事后登记" not in desk.member.get(f"/help/{case_id}").text
    finally:
        with scope(Plane.CITY, reason="test"):
            db.session.execute(delete(LocalStandard))
            db.session.commit()


def test_the_handler_establishes_figures_and_both_calculations_are_shown_with_the_reason(desk):
    case_id = in_hand(desk)
    answer = establish(desk, case_id, own_income="2000", means_reason="工资流水显示月均两千元")
    assert answer.status_code == 302, answer.text
    assert kept(desk, case_id) == [(Basis.TYPED, Tier.RELATIVE), (Basis.ESTABLISHED, Tier.DEEP)]
    for page in (desk.handler.get(f"/console/help/{case_id}").text, desk.member.get(f"/help/{case_id}").text):
        for text in (PER_HEAD, "¥666.67", "工资流水显示月均两千元", "本人填报", "工会核定"):
            assert text in page, text
    with scope(Plane.STAFF, zone=desk.zone):
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "help.establish_means")).all()
    assert len(entries) == 1
    assert "工资" not in str(entries[0].detail)


def test_figures_sent_twice_are_established_once_and_two_at_a_time_never_both(desk):
    case_id = in_hand(desk)
    path = f"/console/help/{case_id}/means"
    page = desk.handler.get(path).text
    first = typed(page, path, own_income="2000", means_reason="以银行流水为准")
    for _ in range(2):
        assert desk.handler.post(path, data=first).status_code == 302
    assert len(kept(desk, case_id)) == 2
    other = desk.handler.post(path, data=typed(page, path, own_income="2500", means_reason="另一个页面写的"))
    assert other.status_code == 409
    for text in ("另一个页面写的", "2500", "¥2,000.00"):
        assert text in other.text
    assert desk.handler.post(path, data=typed(other.text, path)).status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        assert len(db.session.scalars(select(CaseMeans.id)).all()) == 3


def test_wrong_figures_are_shown_again_with_everything_typed_and_rows_come_and_go(desk):
    case_id = in_hand(desk)
    wrong = establish(desk, case_id, own_income="不详", means_reason="以流水为准")
    assert wrong.status_code == 422
    assert 'id="error-own_income"' in wrong.text
    assert "以流水为准" in wrong.text
    without = establish(desk, case_id, means_reason="", step="remove:household:0", own_income="不详")
    assert without.status_code == 200
    assert "母亲" not in without.text
    assert "小儿子" in without.text
    assert establish(desk, case_id, means_reason="").status_code == 422
    assert kept(desk, case_id) == [(Basis.TYPED, Tier.RELATIVE)]


@pytest.mark.parametrize("who", ["colleague", "admin"])
def test_only_the_handler_establishes_figures(desk, who):
    case_id = in_hand(desk)
    path = f"/console/help/{case_id}/means"
    form = typed(desk.handler.get(path).text, path, own_income="1", means_reason="不应当可以")
    assert getattr(desk, who).get(path).status_code in (403, 404)
    assert getattr(desk, who).post(path, data=form).status_code in (400, 403, 404)
    assert kept(desk, case_id) == [(Basis.TYPED, Tier.RELATIVE)]


def test_after_the_recommendation_the_figures_stand(desk):
    case_id = in_hand(desk)
    path = f"/console/help/{case_id}/means"
    form = typed(desk.handler.get(path).text, path, own_income="1", means_reason="来晚了")
    desk.step(desk.handler, case_id, "recommend", recommendation="grant", amount_recommended="3000")
    for client in (desk.handler, desk.admin):
        page = client.get(path)
        assert "小儿子" in page.text
        assert 'name="means_reason"' not in page.text
    assert desk.handler.post(path, data=form).status_code == 409
    assert kept(desk, case_id) == [(Basis.TYPED, Tier.RELATIVE)]


def test_figures_handed_in_again_count_for_those_that_were_established(desk):
    case_id = in_hand(desk)
    establish(desk, case_id, own_income="2000", means_reason="以流水为准")
    desk.step(desk.handler, case_id, "return", reason="请更正收入")
    assert desk.send(desk.form(own_income="2600")).status_code == 302
    assert kept(desk, case_id) == [(Basis.TYPED, Tier.RELATIVE)]


@pytest.mark.parametrize(("amount", "note", "status"), [
    ("2000", "", 302), ("6000", "", 302), ("1999.99", "", 422), ("6000.01", "", 422), ("6000.01", "家中另有债务", 302),
])  # fmt: skip
def test_a_recommendation_outside_the_usual_amounts_takes_a_note(desk, amount, note, status):
    case_id = in_hand(desk)
    with scope(Plane.WORKER, zone=desk.zone):
        assert usual_cents(desk.find(case_id)) == (200_000, 600_000)
    answer = desk.step(desk.handler, case_id, "recommend", recommendation="grant", amount_recommended=amount, note=note)
    assert answer.status_code == status
    assert ('id="error-note"' in answer.text) == (status == 422)


@pytest.mark.parametrize("recommendation", ["grant", "refuse"])
def test_where_nothing_is_usual_a_recommendation_takes_a_note(desk, recommendation):
    given = {"recommendation": recommendation, "amount_recommended": "500"}
    assert desk.step(desk.handler, desk.taken(), "recommend", **given).status_code == 422
    assert desk.step(desk.handler, in_hand(desk, own_income="30000"), "recommend", **given).status_code == 422


def test_a_case_on_the_former_form_is_shown_without_a_calculation(desk):
    kind = find_kind("help.hardship")
    assert "household_size" in kind.forms["2026-11"].known
    case_id = desk.taken()
    assert kept(desk, case_id) == []
    assert desk.handler.get(f"/console/help/{case_id}").status_code == 200
    assert desk.handler.get(f"/console/help/{case_id}/means").status_code == 404


def test_what_is_kept_is_sealed_and_nobody_writes_it_in_anothers_name(desk):
    case_id = sent(desk)
    with scope(Plane.WORKER, zone=desk.zone):
        row = db.session.scalars(select(CaseMeans)).one()
        assert "母亲".encode() not in row.household_cipher
        assert b"320050" not in row.household_cipher
    member = Actor(desk.person.account_id, desk.person.member_id)
    for plane, basis in ((Plane.MEMBER, Basis.ESTABLISHED), (Plane.STAFF, Basis.TYPED)):
        with scope(plane, zone=desk.zone, actor=member):
            db.session.add(CaseMeans(id=uuid7(), case_id=case_id, member_id=desk.person.member_id, basis=basis, rules={},
                                     household_cipher=b"x"))  # fmt: skip
            with pytest.raises(ProgrammingError):
                db.session.flush()
    with scope(Plane.STAFF, zone=desk.zone), pytest.raises(ProgrammingError):
        db.session.execute(update(CaseMeans).values(rules={}))


def disaster(**more) -> dict[str, str]:
    return {"event": "fire", "happened_on": "2026-11-20", "damage": "3000", "home_lost": "no", "is_hurt": "no",
            "description": STORY, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "is_urgent"),
    [
        ({}, False),
        ({"home_lost": "yes"}, True),
        ({"is_hurt": "yes"}, True),
        ({"damage": "5万"}, False),
        ({"damage": "50001"}, True),
    ],
)
def test_a_disaster_is_answered_sooner_and_the_worst_first(desk, more, is_urgent):
    form = desk.form(**disaster(**more), paper_pictures=(io.BytesIO(picture()), "屋顶.jpg"))
    answer = desk.send(form, "disaster")
    assert answer.status_code == 302, re.findall(r"hall-errors.*?</ul>", answer.text, re.DOTALL)
    case = desk.find(answer.location.split("/")[-2])
    assert case.is_urgent is is_urgent
    assert find_kind(case.kind).declared("answer").amount == 3
    assert (case.due_at - case.submitted_at).days <= 6
    assert case.due_at < desk.find(sent(desk)).due_at
