"""Benefits in the demo city: spending rules in force, a catalogue, a budget with beans in it, an issue, and one thing that waits."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from app.benefits import proposals
from app.benefits.beans import appropriations, catalogues, issuing
from app.benefits.beans.issue_states import APPROVE, SUBMIT
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.models import BeanBudget, BeanCatalogueChange, BeanIssue
from app.benefits.rules import keeping, states
from app.benefits.rules.keeping import NewRule
from app.benefits.rules.models import PolicyRule
from app.core.clock import today_in_china
from app.demo.actors import staff_actor
from app.demo.ids import demo_id
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db

SOURCE = "演示数据：《海城市基层工会经费收支管理办法》第八条"
RULES = (
    NewRule("festival", 2_500_00, "year", "", date(2026, 1, 1), None, SOURCE),
    NewRule("festival", 600_00, "year", "poverty-relief", date(2026, 1, 1), None, SOURCE),
    NewRule("birthday", 300_00, "year", "", date(2026, 1, 1), None, SOURCE),
)
GOODS = ["daily-goods", "food", "relief-food"]
BEANS_IN, BEANS_WAITING, BEANS_EACH = 30_000, 5_000, 300


def set_spending_rules(city_union_id: UUID) -> None:
    """The city's rules, proposed by one and put in force by another."""
    maker, checker = (
        Actor(demo_id("rules", each), name=each, permissions=frozenset({keeping.KEEP}))
        for each in ("市总财务部经办", "市总财务部负责人")
    )
    with scope(Plane.CITY, actor=maker, reason="demo"):
        for place, new in enumerate(RULES):
            rule_id = demo_id("rule", place)
            if db.session.get(PolicyRule, rule_id) is None:
                rule = keeping.propose_rule(maker, rule_id, city_union_id, new)
                keeping.take_step(checker, rule.id, states.APPROVE, seen=rule.mark)
        db.session.commit()


def give_beans(zone: ZoneFacts, accounts: Mapping[str, UUID], members: Sequence[UUID]) -> None:
    """A budget that two people filled and issued from; done once."""
    maker, checker = (staff_actor(zone, accounts, role) for role in ("zone_admin", "approver"))
    with scope(Plane.STAFF, zone=zone, actor=maker):
        catalogue_id = _catalogue(maker, checker, zone)
        budget_id = demo_id("bean budget", zone.id)
        if db.session.get(BeanBudget, (zone.id, budget_id)) is None:
            appropriations.set_up_budget(
                maker, budget_id, union_id=zone.union_id, catalogue_id=catalogue_id, title="2027 年春节慰问", year=2027,
                cents_per_bean=1_00,
            )  # fmt: skip
        _put_in(maker, checker, budget_id, BEANS_IN, "党组会议纪要〔2026〕18 号")
        _put_in(maker, None, budget_id, BEANS_WAITING, "追加新入会会员慰问经费")
        _issue(maker, checker, zone, budget_id, members)
        db.session.commit()


def _catalogue(maker: Actor, checker: Actor, zone: ZoneFacts) -> UUID:
    catalogue_id, change_id = demo_id("bean catalogue", zone.id), demo_id("bean catalogue change", zone.id)
    if db.session.get(BeanCatalogueChange, (zone.id, change_id)) is None:
        change = catalogues.propose(maker, change_id, catalogue_id=catalogue_id, title="节日慰问目录", categories=GOODS)
        catalogues.take_step(checker, change.id, proposals.APPROVE, seen=change.mark)
    return catalogue_id


def _put_in(maker: Actor, checker: Actor | None, budget_id: UUID, amount: int, ground: str) -> None:
    """Put beans in; without a checker it waits for one."""
    kind, appropriation_id = TransactionKind.APPROPRIATE, demo_id("appropriation", budget_id, amount)
    found = appropriations.propose(
        maker, appropriation_id, budget_id=budget_id, kind=kind, amount=amount, ground=ground
    )
    if checker and found.state == proposals.ProposalState.SUBMITTED:
        appropriations.take_step(checker, found.id, proposals.APPROVE, seen=found.mark)


def _issue(maker: Actor, checker: Actor, zone: ZoneFacts, budget_id: UUID, members: Sequence[UUID]) -> None:
    issue_id = demo_id("bean issue", zone.id)
    if db.session.get(BeanIssue, (zone.id, issue_id)) is not None:
        return
    issue = issuing.draft_issue(
        maker, issue_id, budget_id=budget_id, category="festival", title="国庆中秋慰问",
        expires_on=today_in_china() + timedelta(days=180), grace_days=30,
    )  # fmt: skip
    issuing.set_lines(maker, issue_id, dict.fromkeys(members[:20], BEANS_EACH), seen=issue.mark)
    for actor, step in ((maker, SUBMIT), (checker, APPROVE)):
        issue = issuing.take_step(actor, issue_id, step, seen=issue.mark)
