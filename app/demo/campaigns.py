"""Holding the demo's campaigns: written by one, reviewed by another, and begun by members where that shows more."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.benefits.papers import Step
from app.benefits.vouchers.batch_states import APPROVE as APPROVE_BATCH
from app.benefits.vouchers.batch_states import SUBMIT as SUBMIT_BATCH
from app.benefits.vouchers.batches import draft_batch
from app.benefits.vouchers.batches import take_step as take_batch_step
from app.benefits.vouchers.models import VoucherShop
from app.core.clock import now, today_in_china
from app.demo.actors import staff_actor
from app.demo.campaign_plans import A_DAY, AN_HOUR, ANNOUNCED, CITY_PLANS, CITY_QUIZ, HOSTS, PLANS, Plan, settings_of
from app.demo.ids import demo_id
from app.demo.questions import written_questions
from app.identity.queries import Colleague
from app.modules.events.entering import add_entries
from app.modules.events.kinds.quiz.bank.writing import bring_in
from app.modules.events.kinds.quiz.teams.forming import found, join
from app.modules.events.kinds.signup.doors import name_keeper
from app.modules.events.kinds.signup.sessions import When, write_session
from app.modules.events.kinds.works.jury.appointing import appoint
from app.modules.events.models import Campaign
from app.modules.events.operations import Content, draft_campaign, take_step
from app.modules.events.sharing.queries import list_offered
from app.modules.events.states import APPROVE
from app.modules.events.teams.links import code_of
from app.modules.events.weeks.models import WeekState
from app.modules.events.weeks.occurring import Every
from app.modules.events.weeks.operations import Written, announce_week, write_week
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db

IN_THE_WEEK = ("claim", "lottery")
WORKS_JUDGES = {"zone_admin": "approver", "approver": "zone_admin"}
"""Who judges, and who names them: nobody names themselves."""


def hold_for_the_city(zone: ZoneFacts) -> None:
    """Campaigns of the city's own zone that every zone below shows, with a quiz whose zones are ranked together; done once."""
    writer, reviewer = (Actor(demo_id("staff", zone.id, who), name=f"{zone.name}{who}") for who in ("宣教部", "办公室"))
    for plan in CITY_PLANS:
        with scope(Plane.STAFF, zone=zone, actor=writer):
            campaign_id = demo_id("campaign", zone.id, plan.title)
            if db.session.get(Campaign, (zone.id, campaign_id)):
                continue
            if plan.kind == "quiz":
                bring_in(writer, written_questions())
            opens_at = now() + plan.opens_in
            draft_campaign(writer, campaign_id, plan.kind, Content(
                title=plan.title, summary=plan.summary, rules=plan.rules, opens_at=opens_at, closes_at=opens_at + plan.lasts, hosts=HOSTS,
                shared_down=True, settings=plan.settings,
            ))  # fmt: skip
            _take(writer, reviewer, campaign_id, plan.steps)
            db.session.commit()


def _take_up_quiz(zone: ZoneFacts, writer: Actor, reviewer: Actor) -> None:
    """The zone's own one of the city's quiz, with a prize of its own."""
    with scope(Plane.STAFF, zone=zone, actor=writer):
        campaign_id = demo_id("campaign", zone.id, CITY_QUIZ)
        shared = next((each.shared for each in list_offered() if each.shared.title == CITY_QUIZ), None)
        if shared is None or db.session.get(Campaign, (zone.id, campaign_id)):
            return
        prize = {
            "title": "优胜奖",
            "batch_id": _batch(writer, reviewer, zone, "安全应急包券", 3000, 20),
            "quantity": 20,
        }
        facts = {name: getattr(shared, name) for name in ("title", "summary", "opens_at", "closes_at", "hosts")}
        settings = shared.settings | {"prizes": [prize]}
        content = Content(rules=shared.rules_html, shared_id=shared.id, settings=settings, **facts)
        draft_campaign(writer, campaign_id, "quiz", content)
        _take(writer, reviewer, campaign_id, ANNOUNCED)
        db.session.commit()


def _found_team(zone: ZoneFacts, campaign_id: UUID, members: Sequence[UUID]) -> None:
    """A team of these; the first founds it and sends the others its link."""
    captain, *others = members
    with scope(Plane.MEMBER, zone=zone, actor=Actor(name="demo", member_id=captain)):
        team = found(captain, demo_id("quiz team", zone.id), campaign_id, team="安全先锋队")
        team_id, code = team.id, code_of(team.id)
        db.session.commit()
    for each in others:
        with scope(Plane.MEMBER, zone=zone, actor=Actor(name="demo", member_id=each)):
            join(each, team_id, code)
            db.session.commit()


def hold_week(zone: ZoneFacts, accounts: Mapping[str, UUID]) -> UUID:
    """The members' week of a zone, that comes every month and runs now; done once."""
    week_id = demo_id("week", zone.id)
    with scope(Plane.STAFF, zone=zone, actor=staff_actor(zone, accounts, "zone_admin")):
        first = today_in_china() - A_DAY
        week = write_week(
            week_id, Written("会员周", "每月一周，本级工会的活动集中在这几天", first, first + 6 * A_DAY, Every.MONTH)
        )
        if week.state == WeekState.DRAFT:
            announce_week(week_id, seen=week.mark)
        db.session.commit()
    return week_id


def hold_campaigns(zone: ZoneFacts, accounts: Mapping[str, UUID], members: Sequence[UUID]) -> None:
    """Written by the zone's administrator and reviewed by its approver; done once."""
    writer, reviewer = (staff_actor(zone, accounts, role) for role in ("zone_admin", "approver"))
    week_id = hold_week(zone, accounts)
    for plan in PLANS:
        with scope(Plane.STAFF, zone=zone, actor=writer):
            campaign_id = demo_id("campaign", zone.id, plan.title)
            if db.session.get(Campaign, (zone.id, campaign_id)):
                continue
            batches = [_batch(writer, reviewer, zone, goods, cents, many) for _title, goods, cents, many in plan.prizes]
            opens_at = now() + plan.opens_in
            settings = settings_of(plan, batches)
            draft_campaign(writer, campaign_id, plan.kind, Content(
                title=plan.title, summary=plan.summary, rules=plan.rules, opens_at=opens_at, closes_at=opens_at + plan.lasts,
                week_id=week_id if plan.kind in IN_THE_WEEK else None,
                settings=settings | ({"prizes": [*settings["prizes"], *_of_beans(zone, plan)]} if plan.beans else {}),
            ))  # fmt: skip
            _write_sessions(writer, zone, campaign_id, plan)
            if plan.kind == "quiz":
                bring_in(writer, written_questions())
            _take(writer, reviewer, campaign_id, plan.steps)
            if plan.kind == "signup":
                name_keeper(writer, campaign_id, accounts[f"approver:{zone.slug}"], reviewer.name)
            db.session.commit()
        with scope(Plane.WORKER, zone=zone, actor=writer):
            add_entries(campaign_id, members[: plan.registered])
            db.session.commit()

        if plan.kind == "works":
            _name_judges(zone, accounts, campaign_id)
        if plan.kind == "quiz":
            _found_team(zone, campaign_id, members[-3:])
    _take_up_quiz(zone, writer, reviewer)


def _take(writer: Actor, reviewer: Actor, campaign_id: UUID, steps: Sequence[Step]) -> None:
    for step in steps:
        take_step(reviewer if step is APPROVE else writer, campaign_id, step)


def _name_judges(zone: ZoneFacts, accounts: Mapping[str, UUID], campaign_id: UUID) -> None:
    for role, by in WORKS_JUDGES.items():
        judge, namer = staff_actor(zone, accounts, role), staff_actor(zone, accounts, by)
        with scope(Plane.STAFF, zone=zone, actor=namer):
            appoint(namer, campaign_id, Colleague(accounts[f"{role}:{zone.slug}"], judge.name, None, judge.ties))
            db.session.commit()


def _of_beans(zone: ZoneFacts, plan: Plan) -> list[dict[str, Any]]:
    """The prizes out of the zone's budget of beans (`demo.benefits`)."""
    budget_id = demo_id("bean budget", zone.id)
    return [
        {"title": title, "budget_id": budget_id, "beans": each, "quantity": many} for title, each, many in plan.beans
    ]


def _write_sessions(writer: Actor, zone: ZoneFacts, campaign_id: UUID, plan: Plan) -> None:
    for title, days in plan.at:
        starts_at = (now() + days * A_DAY).replace(
            hour=1 if title == "上午场" else 6, minute=30, second=0, microsecond=0
        )
        when = When("工人文化宫三楼花艺教室", starts_at, starts_at + 2 * AN_HOUR, starts_at - A_DAY, 20)
        write_session(writer, campaign_id, demo_id("session", zone.id, title), title, when, seen=None)


def _batch(writer: Actor, reviewer: Actor, zone: ZoneFacts, title: str, value_cents: int, stock: int) -> UUID:
    batch_id, today = demo_id("vouchers", zone.id, title), today_in_china()
    shops = set(db.session.scalars(db.select(VoucherShop.id)))
    made = draft_batch(
        writer, batch_id, kind="goods", category="sports_culture", goods="culture", title=title, terms="", value_cents=value_cents, threshold_cents=0, stock=stock, per_member=1,
        valid_from=today, expires_on=today + 60 * A_DAY, grace_days=7, shops=shops,
    )  # fmt: skip
    for step in (SUBMIT_BATCH, APPROVE_BATCH):
        made = take_batch_step(writer if step is SUBMIT_BATCH else reviewer, batch_id, step, seen=made.mark)
    return batch_id
