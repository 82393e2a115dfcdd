"""Two stories of the demo city, told by the people who would: wages that were got back, and help in an illness."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.casework.access.operations import break_glass
from app.casework.steps import take_step
from app.casework.stories.models import StoryState
from app.casework.stories.operations import answer_story, ask_member, publish_story, write_story
from app.casework.stories.queries import Told, find_draft
from app.demo.content import DemoCase
from app.demo.desk import Desk
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db


@dataclass(frozen=True)
class DemoStory:
    """A decided case, what is told of it, and what the handler does first; whether a lawyer had it and claims the fees."""

    case: DemoCase
    told: Told
    afterwards: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    has_lawyer: bool = False


PAID_CLAIM = DemoCase("help.mutual_aid", 4, {
    "hospital": "海城市第一人民医院", "stay_from": timedelta(), "stay_until": timedelta(), "invoices": [
        {"number": "0026110701", "code": "44060126", "kind": "inpatient", "issued_on": timedelta(), "total": 4_850_000,
         "insurance": 2_900_000, "self_paid": 1_560_000},
        {"number": "0026110702", "code": "44060126", "kind": "pharmacy", "issued_on": timedelta(), "total": 26_050,
         "insurance": 0, "self_paid": 26_050},
    ],
}, (
    ("take", {}),
    ("recommend", {"recommendation": "grant", "amount_recommended": 655_000, "note": "病历、票据齐全，互助保障在有效期内。"}),
), ("approve", {"amount_granted": 655_000}), names_oneself="patient")  # fmt: skip
STORIES = (
    DemoStory(
        DemoCase("legal_aid.litigation", 1, {
            "stage": "award", "received_on": timedelta(days=4), "employer": "海城锦程物流有限公司",
            "started_on": timedelta(days=1500), "is_employed": False, "left_on": timedelta(days=260), "claims": ["wages"],
            "wages_owed": 3_180_000, "dispute_on": timedelta(days=255),
            "description": "跑了四年长途货运，公司拖着最后半年的工资不结，仲裁裁了也不付，还到法院起诉。我不懂打官司，求工会帮忙。",
        }, (
            ("take", {}),
            ("recommend", {"recommendation": "grant", "note": "裁决书和考勤齐全，起诉期限将至，建议提供诉讼援助。"}),
        ), ("accept", {})),
        Told(
            "货车司机老何讨回了工钱",
            "老何开了好几年货车，离开时还有一笔工钱没结。他自己申请了仲裁，赢了，单位却不服，闹到了法院。"
            "老何第一次收到传票，慌得一夜没睡，第二天找到了工会。\n\n"
            "工会的同志陪他把材料一页页理清楚，给他请了律师，没要他一分钱。开庭那天，律师和工会的同志都来了。"
            "判决下来，老何赢了，钱也打到了卡上。\n\n老何说：原来遇到事，工会真的会站在我们这边。",
            "zh_CN",
        ),
        (("conclude", {"outcome": "判决生效，拖欠的工资已全部付清。", "amount_recovered": 3_180_000}),),
        has_lawyer=True,
    ),
    DemoStory(
        PAID_CLAIM,
        Told(
            "一份互助保障，帮小唐渡过难关",
            "小唐是车间里的一名质检员，去年单位工会替大家参加了职工医疗互助，她没太放在心上。后来她生了一场大病，"
            "手术很顺利，可自费的部分还是压得一家人喘不过气。\n\n"
            "工会的同志上门看望，告诉她这份互助保障可以理赔，还教她在手机上把材料拍照交上来。没过多久，互助金就到账了。\n\n"
            "如今小唐已经回到岗位。她说：几十块钱的互助，关键时候是一群人托着你。",
            "zh_CN",
        ),
    ),
)  # fmt: skip
REASON = "发布案例故事之前核对全部内容"


def tell_story(zone: ZoneFacts, desk: Desk, applicant: Actor, case_id: UUID, wanted: DemoStory) -> None:
    """Tell a case's story, agree to it as its member, and publish it; what was done before a cut-off is left."""
    handler, decider = desk.handler, desk.decider
    with scope(Plane.STAFF, zone=zone, actor=handler):
        if find_draft(case_id) is None:
            for action, given in wanted.afterwards:
                take_step(handler, case_id, action, dict(given))
            write_story(handler, case_id, wanted.told)
            ask_member(handler, case_id)
        db.session.commit()
    with scope(Plane.MEMBER, zone=zone, actor=applicant):
        if _stands(case_id, StoryState.ASKED):
            answer_story(applicant, case_id, StoryState.AGREED, "")
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=decider):
        if _stands(case_id, StoryState.AGREED):
            break_glass(decider, case_id, REASON)
            publish_story(decider, case_id)
        db.session.commit()


def _stands(case_id: UUID, state: StoryState) -> bool:
    draft = find_draft(case_id)
    return draft is not None and draft.state == state
