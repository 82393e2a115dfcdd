"""Who is covered claims, is shown what the formula comes to, and gets it by two people; caps hold whoever decides."""

import re

import pytest
from sqlalchemy import select, update

from app.casework.models import Case
from app.casework.steps import take_step
from app.members.models import Membership
from app.modules.help.mutual_aid.errors import BeyondFormula
from app.modules.help.mutual_aid.models import Claim, Cover
from app.modules.help.mutual_aid.tests.conftest import Deed
from app.modules.help.mutual_aid.tests.counter import APPLY, cover_since, fresh_number, invoice, make_counter
from app.modules.help.mutual_aid.tests.office import day
from tenants.context import Actor, Plane, scope
from tenants.database import db


def test_what_was_typed_is_calculated_before_it_is_sent(counter):
    counter.send(invoice(self_paid="1,500"), action="save")
    page = counter.member.get(APPLY).text
    assert "¥500.00" in page.partition("按已填内容试算")[2]
    assert "海工〔2026〕12号" in page
    assert str(day(-100)) in page


def test_what_is_half_typed_is_calculated_as_far_as_it_can_be_read(counter):
    counter.send(invoice(), {"number": "0099", "self_paid": "viel"}, action="save", stay_from="bald")
    assert "¥500.00" in counter.member.get(APPLY).text.partition("按已填内容试算")[2]


def test_a_claim_goes_its_way_with_the_calculated_amount(counter):
    case_id = counter.taken()
    page = counter.desk.handler.get(f"/console/help/{case_id}?step=recommend").text
    assert re.search(r'name="amount_recommended"[^>]* value="500\.00"', page)
    assert "起付额" in page
    assert counter.recommend(case_id, "500").status_code == 302  # no note: it is what the formula comes to
    assert counter.desk.step(counter.desk.admin, case_id, "approve", amount_granted="500").status_code == 302
    page = counter.member.get(f"/help/{case_id}").text
    assert "¥500.00" in page.partition("给付计算")[2]


def test_who_recommends_another_amount_says_why(counter):
    case_id = counter.taken()
    refused = counter.recommend(case_id, "400")
    assert refused.status_code == 422
    assert "备注" in refused.text
    assert counter.recommend(case_id, "400", note="一张票据与病情无关").status_code == 302


def test_to_refuse_what_the_formula_would_pay_needs_a_reason(counter):
    case_id = counter.taken()
    step = {"recommendation": "refuse"}
    assert counter.desk.step(counter.desk.handler, case_id, "recommend", **step).status_code == 422
    assert counter.desk.step(counter.desk.handler, case_id, "recommend", **step, note="票据存疑").status_code == 302


def test_nobody_recommends_more_than_the_member_paid(counter):
    refused = counter.recommend(counter.taken(), "1500.01", note="情况特殊")
    assert refused.status_code == 422
    assert "最多 ¥1,500.00" in refused.text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"patient": "林小海"}, "计划只保障会员本人"),
        ({"stay_from": str(day(-120)), "stay_until": str(day(-110))}, "该日不在您的保障期内"),
        ({"stay_from": str(day(-3)), "stay_until": str(day(-4))}, "治疗结束日早于开始日"),
    ],
)
def test_what_the_cover_does_not_hold_for_is_refused_with_the_reason_and_kept_as_a_draft(counter, told, words):
    answer = counter.send(**told)
    assert answer.status_code == 422
    assert words in answer.text
    assert "海城市第一人民医院" in counter.member.get(APPLY).text
    assert states(counter) == ["draft"]


def test_treatment_within_the_waiting_days_is_refused_with_the_day(counter):
    cover_since(counter.office.zone, -20, waiting=30)
    answer = counter.send()
    assert answer.status_code == 422
    assert f"{day(10)} 起开始的治疗方可申请" in answer.text


def test_treatment_beyond_the_end_of_the_cover_is_refused_with_the_day(counter):
    with scope(Plane.WORKER, zone=counter.office.zone):
        db.session.execute(update(Cover).values(covered_until=day(-5)))
        db.session.commit()
    answer = counter.send()
    assert answer.status_code == 422
    assert f"您的保障期已于 {day(-5)} 结束" in answer.text


def test_who_is_not_covered_is_told_before_and_after(counter, world):
    stranger = world.member(counter.office.zone, "林海燕")
    client = world.client(counter.office.zone, stranger)
    assert "您在本专区未参加医疗互助" in client.get(APPLY).text
    answer = counter.send(client=client)
    assert answer.status_code == 422
    assert "您在本专区未参加医疗互助" in answer.text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"code": ""}, "请填写票据代码"),
        ({"self_paid": "5000.01"}, "保险支付与个人自付之和超过总额"),
        ({"issued_on": str(day(-10))}, "开具日期早于治疗开始日"),
    ],
)
def test_an_invoice_that_can_t_be_so_is_named_at_its_field(counter, told, words):
    wrong = invoice(**told)
    answer = counter.send(invoice(), wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert f"票据 {wrong['number']}" in answer.text
    assert f"#field-invoices-1-{next(iter(told))}" in answer.text


def test_one_invoice_listed_twice_is_refused(counter):
    number = fresh_number()
    answer = counter.send(invoice(number), invoice(f"{number[:2]} {number[2:]}"))
    assert answer.status_code == 422
    assert "重复填写" in answer.text


def test_who_has_left_the_union_claims_as_long_as_the_cover_holds_and_applies_for_nothing_else(counter):
    leave(counter)
    assert "医疗互助给付" in counter.member.get("/help/").text
    assert counter.member.get(APPLY).status_code == 200
    assert counter.member.get("/help/apply/seasonal").status_code == 403
    assert "家庭困难" not in counter.member.get("/help/").text.partition("我的申请")[2]
    case_id = counter.submitted()
    assert counter.desk.find(case_id).union_path == counter.office.zone.union_path


def test_who_has_left_completes_what_came_back(counter):
    case_id = counter.taken()
    leave(counter)
    counter.desk.step(counter.desk.handler, case_id, "return", reason="请补第二张票据")
    assert APPLY in counter.member.get(f"/help/{case_id}").text
    assert counter.send(invoice(), invoice(self_paid="200"), case_id=case_id).status_code == 302


def test_what_was_paid_before_counts_towards_the_cap_of_the_period(world):
    counter = make_counter(world, claim_cap="400", period_cap="600")
    counter.approved(invoice(), amount="400")
    case_id = counter.taken(invoice())
    page = counter.desk.handler.get(f"/console/help/{case_id}").text
    assert "保障期给付封顶 ¥600.00，已使用 ¥400.00" in page
    refused = counter.recommend(case_id, "200.01", note="情况特殊")
    assert "最多 ¥200.00" in refused.text
    assert counter.recommend(case_id, "200").status_code == 302


def test_what_was_paid_later_does_not_change_a_calculation_that_was_decided_by(world):
    counter = make_counter(world, claim_cap="400", period_cap="600")
    first = counter.approved(invoice(), amount="400")
    counter.approved(invoice(), amount="200")
    assert "¥400.00" in counter.member.get(f"/help/{first}").text.partition("给付计算")[2].partition("就医情况")[0]
    with scope(Plane.WORKER, zone=counter.office.zone):
        assert list(db.session.scalars(select(Claim.paid_before_cents).order_by(Claim.id))) == [0, 40_000]


def test_two_decisions_at_once_do_not_pay_more_than_the_period_allows(world, overtaken):
    """An appeal and another claim of the same cover are granted at the same moment."""
    counter = make_counter(world, claim_cap="400", period_cap="600")
    zone, deciders = counter.office.zone, [world.staff(counter.office.zone) for _ in range(2)]
    appealed = counter.refused(invoice())
    counter.appeal(appealed)
    other = counter.taken(invoice())
    counter.recommend(other, "400")

    def deed(case_id, action, person):
        actor = Actor(person.account_id, None, person.name, frozenset({"help.review", "help.approve"}),
                      ties=frozenset({zone.union_path}))  # fmt: skip
        inputs = {"amount_granted": 40_000, "reason": "同意给付"}
        return Deed(
            zone, Plane.STAFF, actor, lambda actor: take_step(actor, case_id, action, inputs).amount_granted_cents
        )

    (outcome,) = overtaken(deed(appealed, "change", deciders[0]), deed(other, "approve", deciders[1]))
    assert isinstance(outcome, BeyondFormula)
    assert "最多 ¥200.00" in str(outcome.message) or "¥200.00" in str(outcome.message)
    with scope(Plane.WORKER, zone=zone):
        granted = list(
            db.session.scalars(select(Case.amount_granted_cents).where(Case.amount_granted_cents.is_not(None)))
        )
    assert granted == [40_000]


def test_a_partial_grant_may_be_appealed_and_the_appeal_gives_more(counter, world):
    case_id = counter.approved(amount="300")
    assert counter.appeal(case_id).status_code == 302
    third = world.client(counter.office.zone, world.staff(counter.office.zone))
    page = third.get(f"/console/help/{case_id}?step=change").text
    assert re.search(r'name="amount_granted"[^>]* value="500\.00"', page)
    assert counter.desk.step(third, case_id, "change", amount_granted="500").status_code == 302


def states(counter) -> list[str]:
    with scope(Plane.WORKER, zone=counter.office.zone):
        return list(db.session.scalars(select(Case.state).order_by(Case.id)))


def leave(counter) -> None:
    with scope(Plane.WORKER, zone=counter.office.zone):
        ended = {"status": "ended", "ended_on": day(-1)}
        member_id = counter.desk.person.member_id
        db.session.execute(update(Membership).where(Membership.member_id == member_id).values(**ended))
        db.session.commit()
