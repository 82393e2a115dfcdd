"""What goes on in the demo city: articles, one of them the city's in every zone, cases, a notice to all."""

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import select

from app.casework.handover.desks import publish_desk
from app.casework.kinds import CONTACT, find_kind
from app.casework.models import Case
from app.casework.operations import attach_paper, save_draft, submit_case, withdraw_case
from app.casework.queries import find_own_case
from app.casework.recusals.operations import ask_recusal
from app.casework.retention.requests import ask_erasure
from app.casework.steps import take_step
from app.core.clock import today_in_china
from app.core.jobs.inline import run_due_events
from app.demo.benefits import give_beans, set_spending_rules
from app.demo.campaigns import hold_campaigns, hold_for_the_city
from app.demo.content import (
    ARTICLES,
    AT_LAW,
    CASES,
    CASES_ZONE,
    CITY,
    CITY_ARTICLE,
    IN_BATCH,
    MOVING,
    MOVING_TO,
    NOTICE,
    ON_NOTICE,
    DemoArticle,
    DemoCase,
)
from app.demo.desk import Desk, give_case, give_lawyer, pay, propose_elsewhere, put_on_notice
from app.demo.fees import claim_fees
from app.demo.ids import demo_id
from app.demo.mutual_aid import cover_everybody
from app.demo.people import InventedPerson
from app.demo.personas import lawyer_phone
from app.demo.stories import PAID_CLAIM, STORIES, tell_story
from app.demo.vouchers import give_vouchers
from app.identity.operations import ensure_account
from app.members.audience import Audience
from app.modules.news.models import Article, Category
from app.modules.news.operations import Content, pin_article, publish_article, write_article
from app.modules.news.sharing import share_down
from app.notifications import broadcasting
from app.notifications.kinds import INBOX
from app.notifications.models import Broadcast
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db

EDITOR = Actor(name="demo", permissions=frozenset({"news.write", "news.publish", "news.share", "broadcasts.send"}))
PAPER_SIZE = (620, 877)


def bring_to_life(
    zones: Mapping[str, ZoneFacts],
    members: Mapping[str, Sequence[UUID]],
    people: Mapping[str, Sequence[InventedPerson]],
    accounts: Mapping[str, UUID],
) -> None:
    """Do all of it, by the persona or member who would; what was done before a cut-off is not done twice."""
    for slug, zone in zones.items():
        _publish(zone, ARTICLES)
        if slug == CITY.slug:
            _publish(zone, [CITY_ARTICLE], is_shared=True)
            hold_for_the_city(zone)
    for each in zones.values():
        _publish_desk(each)
    zone = zones[CASES_ZONE]
    desk = Desk.of(zone, accounts)
    cover_everybody(zone, accounts[f"zone_admin:{CASES_ZONE}"])
    set_spending_rules(zones[CITY.slug].union_id)
    give_beans(zone, accounts, members[zone.slug])
    applicants = {
        _case_id(zone, wanted): _apply(
            zone, desk, wanted, members[zone.slug][wanted.member], people[zone.slug][wanted.member]
        )
        for wanted in (*CASES, *(story.case for story in STORIES))
    }
    give_lawyer(zone, desk, _case_id(zone, AT_LAW), lawyer_phone())
    propose_elsewhere(
        zone, desk, _case_id(zone, MOVING), zones[MOVING_TO], "会员已在坡头区上班，由坡头区总工会就近帮扶更方便。"
    )
    put_on_notice(zone, desk, _case_id(zone, ON_NOTICE))
    for case_id, card, is_settled in (
        (_case_id(zone, IN_BATCH), "6222021990001234567", False), (_case_id(zone, PAID_CLAIM), "6222021990007654321", True),
    ):  # fmt: skip
        pay(zone, desk, applicants[case_id], case_id, card, is_settled=is_settled)
    for story in STORIES:
        case_id = _case_id(zone, story.case)
        if story.has_lawyer:
            give_case(zone, desk, case_id)
        tell_story(zone, desk, applicants[case_id], case_id, story)
        if story.has_lawyer:
            claim_fees(zone, desk, case_id)
    give_vouchers(zone, accounts)
    hold_campaigns(zone, accounts, members[zone.slug])
    _tell_everybody(zone, accounts[f"zone_admin:{CASES_ZONE}"])
    run_due_events()


def _publish(zone: ZoneFacts, articles: Sequence[DemoArticle], *, is_shared: bool = False) -> None:
    with scope(Plane.STAFF, zone=zone, actor=EDITOR):
        notices = db.session.scalars(select(Category.id).where(Category.is_notice).limit(1)).first()
        usual = db.session.scalars(select(Category.id).where(Category.is_notice.is_(False)).limit(1)).first()
        for article in articles:
            article_id = demo_id("article", zone.id, article.title)
            if db.session.scalar(select(Article.id).where(Article.id == article_id)):
                continue
            category = notices if article.notice else usual
            content = Content(article.title, article.summary, article.body, category, source=zone.name)
            publish_article(EDITOR, write_article(EDITOR, content, article_id=article_id))
            if article.pinned:
                pin_article(EDITOR, article_id, today_in_china() + timedelta(days=30))
            if is_shared:
                share_down(EDITOR, article_id)
        db.session.commit()


def _case_id(zone: ZoneFacts, wanted: DemoCase) -> UUID:
    return demo_id("case", zone.id, wanted.kind, wanted.member)


def _apply(zone: ZoneFacts, desk: Desk, wanted: DemoCase, member_id: UUID, person: InventedPerson) -> Actor:
    """Hand the case in and take the steps of the desk; returns its member."""
    case_id = _case_id(zone, wanted)
    with scope(Plane.IDENTITY, actor=EDITOR):
        account_id = ensure_account(person.phone, person.name, member_id=member_id)
        db.session.commit()
    applicant = Actor(account_id, member_id, person.name)
    with scope(Plane.MEMBER, zone=zone, actor=applicant):
        if db.session.get(Case, (zone.id, case_id)):
            return applicant
    with scope(Plane.MEMBER, zone=zone, actor=applicant):
        _submit(applicant, case_id, wanted, person.phone)
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=desk.handler):
        for action, inputs in wanted.steps:
            take_step(desk.handler, case_id, action, dict(inputs))
        db.session.commit()
    if wanted.decision is not None:
        with scope(Plane.STAFF, zone=zone, actor=desk.decider):
            action, inputs = wanted.decision
            take_step(desk.decider, case_id, action, dict(inputs))
            db.session.commit()
    if wanted.objection:
        with scope(Plane.MEMBER, zone=zone, actor=applicant):
            ask_recusal(applicant, case_id, wanted.objection, seen=find_own_case(applicant, case_id).mark)
            db.session.commit()
    if wanted.is_given_up:
        with scope(Plane.MEMBER, zone=zone, actor=applicant):
            withdraw_case(applicant, case_id)
            ask_erasure(applicant, case_id)
            db.session.commit()
    return applicant


def _publish_desk(zone: ZoneFacts) -> None:
    with scope(Plane.WORKER, zone=zone):
        publish_desk()
        db.session.commit()


def _submit(applicant: Actor, case_id: UUID, wanted: DemoCase, phone: str) -> None:
    kind = find_kind(wanted.kind)
    draft = save_draft(applicant, kind, case_id, {})
    answers = {key: _told(answer) for key, answer in wanted.answers.items()} | {CONTACT: phone}
    if wanted.names_oneself:
        answers[wanted.names_oneself] = applicant.name
    papers = (paper.key for paper in kind.form.papers_for(answers) if paper.is_required)
    for number, paper in enumerate(papers):
        sheets = [_sheet_of_paper(number + place) for place in range(2)]
        data, ending = (_as_picture(sheets[0]), "png") if number % 2 == 0 else (_as_pdf(sheets), "pdf")
        attach_paper(applicant, draft, paper, data, f"{paper}.{ending}")
    submit_case(applicant, case_id, answers)


def _told(answer: Any) -> Any:
    """An answer with its times as days, in the rows of a list too."""
    if isinstance(answer, timedelta):
        return today_in_china() - answer
    if isinstance(answer, list):
        return [{key: _told(value) for key, value in row.items()} if isinstance(row, dict) else row for row in answer]
    return answer


def _sheet_of_paper(number: int) -> Image.Image:
    """A sheet with lines, as if somebody had photographed a form; every number gives another one."""
    sheet = Image.new("RGB", PAPER_SIZE, "#fbfaf5")
    draw = ImageDraw.Draw(sheet)
    width, height = PAPER_SIZE
    draw.rectangle((40, 40, width - 40, 100), fill="#d9dde3")
    for line, top in enumerate(range(140, height - 80, 34)):
        draw.line((40, top, width - 60 - (line * (37 + number)) % 220, top), fill="#8a8f98", width=4)
    return sheet


def _as_picture(sheet: Image.Image) -> bytes:
    written = io.BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()


def _as_pdf(sheets: list[Image.Image]) -> bytes:
    """A PDF of a page for each sheet."""
    written = io.BytesIO()
    sheets[0].save(written, "PDF", save_all=True, append_images=sheets[1:])
    return written.getvalue()


def _tell_everybody(zone: ZoneFacts, account_id: UUID) -> None:
    broadcast_id = demo_id("broadcast", zone.id)
    sender = Actor(account_id, name=f"{zone.name}管理员", permissions=EDITOR.permissions)
    title, body = NOTICE
    with scope(Plane.STAFF, zone=zone, actor=sender):
        if db.session.get(Broadcast, (zone.id, broadcast_id)) is None:
            broadcasting.compose(sender, broadcast_id, title=title, body=body, channels=[INBOX], audience=Audience())
            broadcasting.send(sender, broadcast_id)
        db.session.commit()
