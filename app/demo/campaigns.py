"""The demo's campaigns: at least one of each kind that opens a minute later, and a giveaway that is still to be reviewed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.benefits.vouchers.batch_states import APPROVE as APPROVE_BATCH
from app.benefits.vouchers.batch_states import SUBMIT as SUBMIT_BATCH
from app.benefits.vouchers.batches import draft_batch
from app.benefits.vouchers.batches import take_step as take_batch_step
from app.benefits.vouchers.models import VoucherShop
from app.core.clock import now, today_in_china
from app.demo.actors import staff_actor
from app.demo.ids import demo_id
from app.demo.questions import LAW, SAFETY, written_questions
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
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from app.modules.events.teams.links import code_of
from app.modules.events.weeks.models import WeekState
from app.modules.events.weeks.occurring import Every
from app.modules.events.weeks.operations import Written, announce_week, write_week
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db

SOON = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
ANNOUNCED = (SUBMIT, APPROVE, FREEZE)
VOUCHER_RULES = """每位会员限领一份，电子券发放到“我的福利”，凭动态码到店核销。

1. 活动期间登录本专区即可参加，名额有限。
2. 电子券仅限本人使用，不得转让，过期作废。
3. 活动由本级工会主办，咨询请到职工服务中心。"""
SIGNUP_RULES = "每位会员限报一场，材料由工会准备。名额满后可以候补；不能到场请提前取消，把名额留给其他会员。"
LIVE_RULES = "直播由本级工会主办，劳动法律师在线答疑。预约后，开播前会收到提醒；错过的会员可以观看回放。"
LOTTERY_RULES = (
    "登记后等活动结束时公开抽取，每人最多中奖一次。奖品以电子券发放到“我的福利”，凭动态码到店核销，不得转让。"
)
WHEEL_RULES = (
    "每天可以转动三次转盘，当场揭晓。中奖概率和剩余奖品在活动页面公布，每人最多中奖一次，奖品以电子券发放到“我的福利”。"
)
CATCH_RULES = (
    "每天可以玩三局，每局三十秒，取最好成绩。得分达标的会员在活动结束后公开抽奖，不便操作的会员可以直接领取抽奖号。"
)
MATCH_RULES = "每天可以玩三局，翻开两张相同的牌即为配对成功。活动结束后按得分名次发放奖品，得分相同的，用时短的在前。"
COMPETITION_RULES = "在职职工均可报名，还不是会员的可以先报名、在决赛前入会。理论笔试与实际操作两轮，评委按本专区公布的评分项打分，成绩公布后可以申诉。"
TEAM_RULES = "三至五人组成一队，由队长组队、邀请队友扫码加入并提交报名；还不是会员的可以先加入队伍，在决赛前入会。每队一个成绩、一个名次，队员每人一份证书。"
WORKS_RULES = "每位会员投一件作品，一到六张照片。作品经审核后展出，投票期内每天可投三票，不能投自己的作品。评委评分占六成，投票占四成，评委不评本单位会员的作品。奖品按名次以电子券发放。"
WORKS_CRITERIA = "主题与立意 100 40\n构图与用光 100 40\n感染力 10 20"
WORKS_JUDGES = {"zone_admin": "approver", "approver": "zone_admin"}
"""Who judges, and who names them: nobody names themselves."""
SURVEY_RULES = "问卷匿名，只用于改进职工食堂，约需两分钟。参加者中抽取二十份读书券，抽奖与答案无关。"
REFERRAL_RULES = "邀请还没有入会的同事，用您的专属链接入会。入会确认满三十天、对方仍在会时，双方各得一份电子券；九十天内退会的，奖励收回。"
QUIZ_RULES = "题目从题库中随机抽取，每天可以答三次，取最好成绩。成绩相同的，用时短的排在前面；再相同的，先交卷的在前。奖品以电子券发放到“我的福利”。"
CANTEEN = (
    ("您常在职工食堂用餐吗？", "single", "几乎每天\n偶尔\n从不", "C 5", True),
    ("饭菜口味怎么样？", "scale", "很不满意\n很满意", "", True),
    ("服务态度怎么样？", "scale", "很不满意\n很满意", "", True),
    ("希望增加什么？", "multiple", "早餐\n夜宵\n清淡套餐\n地方风味", "6", False),
    ("为什么不来用餐？", "single", "离得远\n时间对不上\n口味不合\n其他", "", True),
    ("还有什么想对食堂说的？", "long", "", "", False),
)
IN_THE_WEEK = ("claim", "lottery")


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign to be held. `prizes` are (title, vouchers, value in cents, quantity), `beans` (title, how many each, quantity); `at` are
    sessions' (title, days), `registered` the members who take part from the beginning."""

    kind: str
    title: str
    summary: str
    rules: str
    lasts: timedelta
    settings: dict[str, Any] = field(default_factory=dict)
    prizes: tuple[tuple[str, str, int, int], ...] = ()
    beans: tuple[tuple[str, int, int], ...] = ()
    at: tuple[tuple[str, int], ...] = ()
    registered: int = 0
    opens_in: timedelta = SOON
    steps: tuple = ANNOUNCED


PLANS = (
    Plan("claim", "周末观影 · 会员抢票", "两百张电影票，先到先得", VOUCHER_RULES, 7 * A_DAY, {"mode": "first_come"}, (("", "电影兑换券", 5000, 200),)),
    Plan("claim", "亲子乐园 · 公平抽签", "六十张家庭票，截止前登记都有机会", VOUCHER_RULES, 5 * A_DAY, {"mode": "draw"}, (("", "亲子乐园家庭票", 5000, 60),)),
    Plan("claim", "烘焙体验课 · 抽签候补", "三个名额，未中签的按抽签顺序候补", VOUCHER_RULES, 3 * SOON, {"mode": "draw"}, (("", "烘焙体验课券", 5000, 3),), registered=9),
    Plan("claim", "职工健身月卡抽签", "三十张健身月卡", VOUCHER_RULES, 3 * A_DAY, {"mode": "draw"}, (("", "健身月卡", 5000, 30),), opens_in=3 * A_DAY, steps=(SUBMIT,)),
    Plan("signup", "工间花艺沙龙", "跟着老师插一盆花带回家，周末两场任选", SIGNUP_RULES, 9 * A_DAY, at=(("上午场", 9), ("下午场", 10))),
    Plan("live", "劳动法律在线课堂", "合同、工资、工伤，律师在线讲解", LIVE_RULES, A_DAY, {"stream_url": "https://live.example.com/law"}),
    Plan("lottery", "迎新年幸运抽奖", "登记即有机会，三个奖项公开抽取", LOTTERY_RULES, 6 * A_DAY, prizes=(("一等奖", "乐器培训课程券", 30000, 2), ("二等奖", "话剧演出券", 10000, 10), ("三等奖", "图书券", 3000, 50))),
    Plan("referral", "携手入会有礼", "邀请同事入会，双方有礼", REFERRAL_RULES, 25 * A_DAY, {"budget": 50, "per_referrer": 5, "cooling_days": 30, "claw_back_days": 90}, (("推荐人", "生活用品礼券", 3000, 50), ("新会员", "入会纪念礼券", 2000, 50))),
    Plan("game", "工惠日幸运大转盘", "每天三次机会，当场揭晓", WHEEL_RULES, 6 * A_DAY, {"game": "wheel", "turns": 100}, (("一等奖", "健康体检券", 20000, 2), ("二等奖", "书店礼券", 5000, 8), ("三等奖", "咖啡券", 2000, 20))),
    Plan("game", "趣味接福", "三十秒接住福气，达标即可抽奖", CATCH_RULES, 8 * A_DAY, {"game": "catch", "least": 150}, (("幸运奖", "公园年票", 4000, 30),)),
    Plan("game", "翻牌配对大挑战", "八对图案，看谁记得牢", MATCH_RULES, 8 * A_DAY, {"game": "match", "way": "rank", "least": 500}, (("优胜奖", "游泳馆次卡", 3000, 10),), (("鼓励奖", 30, 50),)),
    Plan("quiz", "劳动法律与安全知识竞赛", "十分钟八道题，取最好成绩", QUIZ_RULES, 10 * A_DAY, {"parts": f"{LAW} 5\n{SAFETY} 3", "union_best": 10, "union_least": 3, "team_from": 2, "team_to": 4, "answers_shown": "at_once"}, (("冠军奖", "智能手环券", 20000, 3), ("优胜奖", "保温杯券", 5000, 30))),
    Plan("survey", "职工食堂满意度问卷", "匿名填写，两分钟", SURVEY_RULES, 14 * A_DAY, {"mode": "anonymous", "is_published": True, "questions": [dict(zip(("prompt", "kind", "options", "jumps", "is_required"), row, strict=True)) for row in CANTEEN]}, (("读书券", "读书券", 2000, 20),)),
    Plan("competition", "焊工职业技能竞赛", "海选、总决赛两轮，前三等获颁可查验的证书", COMPETITION_RULES, 8 * A_DAY),
    Plan("competition", "班组安全技能团队赛", "三至五人组队，队长提交报名，两轮决出名次", TEAM_RULES, 8 * A_DAY, {"team_from": 3, "team_to": 5}),
    Plan("works", "最美劳动瞬间 · 摄影征集", "拍下身边的劳动者", WORKS_RULES, 20 * A_DAY, {"least_pictures": 1, "author_shown": "name"}, (("最佳作品", "相机租赁券", 20000, 3),)),
)  # fmt: skip


CITY_LIVE = "劳模工匠事迹报告会"
CITY_QUIZ = "全市职工安全知识竞答"
CITY_QUIZ_SETTINGS = {"parts": f"{LAW} 3\n{SAFETY} 5", "answers_shown": "when_closed", "ranked_citywide": True}
HOSTS = [{"role": "host", "name": "海城市总工会"}, {"role": "organiser", "name": "市工人文化宫"}]


def hold_for_the_city(zone: ZoneFacts) -> None:
    """Campaigns of the city's own zone that every zone below shows, with a quiz whose zones are ranked together; done once."""
    writer, reviewer = (Actor(demo_id("staff", zone.id, who), name=f"{zone.name}{who}") for who in ("宣教部", "办公室"))
    live = {"stream_url": "https://live.example.com/models"}
    for kind, title, summary, rules, settings in (
        ("live", CITY_LIVE, "全市会员同看一场报告会", LIVE_RULES, live), ("quiz", CITY_QUIZ, "各专区同题同规则，全市统一排名", QUIZ_RULES, CITY_QUIZ_SETTINGS),
    ):  # fmt: skip
        with scope(Plane.STAFF, zone=zone, actor=writer):
            campaign_id = demo_id("campaign", zone.id, title)
            if db.session.get(Campaign, (zone.id, campaign_id)):
                continue
            if kind == "quiz":
                bring_in(writer, written_questions())
            opens_at = now() + SOON
            draft_campaign(writer, campaign_id, kind, Content(
                title=title, summary=summary, rules=rules, opens_at=opens_at, closes_at=opens_at + 3 * A_DAY, hosts=HOSTS,
                shared_down=True, settings=settings,
            ))  # fmt: skip
            for step in ANNOUNCED:
                take_step(reviewer if step is APPROVE else writer, campaign_id, step)
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
        for step in ANNOUNCED:
            take_step(reviewer if step is APPROVE else writer, campaign_id, step)
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
            settings = plan.settings | SETTINGS.get(plan.kind, _nothing)(plan, batches)
            draft_campaign(writer, campaign_id, plan.kind, Content(
                title=plan.title, summary=plan.summary, rules=plan.rules, opens_at=opens_at, closes_at=opens_at + plan.lasts,
                week_id=week_id if plan.kind in IN_THE_WEEK else None,
                settings=settings | ({"prizes": [*settings["prizes"], *_of_beans(zone, plan)]} if plan.beans else {}),
            ))  # fmt: skip
            _write_sessions(writer, zone, campaign_id, plan)
            if plan.kind == "quiz":
                bring_in(writer, written_questions())
            for step in plan.steps:
                take_step(reviewer if step is APPROVE else writer, campaign_id, step)
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


def _name_judges(zone: ZoneFacts, accounts: Mapping[str, UUID], campaign_id: UUID) -> None:
    for role, by in WORKS_JUDGES.items():
        judge, namer = staff_actor(zone, accounts, role), staff_actor(zone, accounts, by)
        with scope(Plane.STAFF, zone=zone, actor=namer):
            appoint(namer, campaign_id, Colleague(accounts[f"{role}:{zone.slug}"], judge.name, None, judge.ties))
            db.session.commit()


def _voucher(_plan: Plan, batches: list[UUID]) -> dict[str, Any]:
    return {"batch_id": batches[0]}


def _prizes(plan: Plan, batches: list[UUID]) -> dict[str, Any]:
    rows = zip(plan.prizes, batches, strict=True)
    return {
        "prizes": [
            {"title": title, "batch_id": batch, "quantity": many} for (title, _goods, _cents, many), batch in rows
        ]
    }


def _of_beans(zone: ZoneFacts, plan: Plan) -> list[dict[str, Any]]:
    """The prizes out of the zone's budget of beans (`demo.benefits`)."""
    budget_id = demo_id("bean budget", zone.id)
    return [
        {"title": title, "budget_id": budget_id, "beans": each, "quantity": many} for title, each, many in plan.beans
    ]


def _rewards(_plan: Plan, batches: list[UUID]) -> dict[str, Any]:
    return {"referrer_batch_id": batches[0], "joiner_batch_id": batches[1]}


def _works(plan: Plan, batches: list[UUID]) -> dict[str, Any]:
    first = now() + 12 * A_DAY
    return _prizes(plan, batches) | {
        "send_until": now() + 10 * A_DAY, "vote_from": first, "vote_until": first + 6 * A_DAY, "criteria": WORKS_CRITERIA, "judge_from": first,
        "judge_until": first + 7 * A_DAY, "judges_see": "work", "least_judges": 2, "jury_weight": 60,
    }  # fmt: skip


def _nothing(_plan: Plan, _batches: list[UUID]) -> dict[str, Any]:
    return {}


def _rounds(plan: Plan, _batches: list[UUID]) -> dict[str, Any]:
    first = (now() + plan.opens_in + plan.lasts + 2 * A_DAY).replace(hour=1, minute=0, second=0, microsecond=0)
    rows = (("海选", 30, "理论笔试 100 40 表格\n操作规范 100 60"), ("总决赛", None, "操作规范 100 40\n完成质量 100 60"))
    return {
        "rounds": [
            {"title": title, "mode": "onsite", "venue": "市技工学校实训中心", "starts_at": first + number * 7 * A_DAY,
             "ends_at": first + number * 7 * A_DAY + 8 * AN_HOUR, "go_on": go_on, "criteria": criteria}
            for number, (title, go_on, criteria) in enumerate(rows)
        ],
        "appeal_hours": 48, "first_prizes": 1, "second_prizes": 3, "third_prizes": 6, "prizes": [],
    }  # fmt: skip


SETTINGS: dict[str, Callable[[Plan, list[UUID]], dict[str, Any]]] = {
    "claim": _voucher,
    "lottery": _prizes,
    "game": _prizes,
    "competition": _rounds,
    "referral": _rewards,
    "quiz": _prizes,
    "survey": _prizes,
    "works": _works,
}


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
