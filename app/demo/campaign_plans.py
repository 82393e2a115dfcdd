"""What the demo's campaigns are: at least one of each kind that opens a minute later, and a giveaway that is still to be reviewed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.core.clock import now
from app.demo.questions import LAW, SAFETY
from app.modules.events.states import APPROVE, FREEZE, SUBMIT

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
CITY_QUIZ = "全市职工安全知识竞答"
CITY_PLANS = (
    Plan("live", "劳模工匠事迹报告会", "全市会员同看一场报告会", LIVE_RULES, 3 * A_DAY, {"stream_url": "https://live.example.com/models"}),
    Plan("quiz", CITY_QUIZ, "各专区同题同规则，全市统一排名", QUIZ_RULES, 3 * A_DAY, {"parts": f"{LAW} 3\n{SAFETY} 5", "answers_shown": "when_closed", "ranked_citywide": True}),
)  # fmt: skip
"""Those that the city's own zone shares with every zone below."""
HOSTS = [{"role": "host", "name": "海城市总工会"}, {"role": "organiser", "name": "市工人文化宫"}]


def settings_of(plan: Plan, batches: list[UUID]) -> dict[str, Any]:
    """The settings of a plan's kind, with the batches of its prizes."""
    return plan.settings | SETTINGS.get(plan.kind, _nothing)(plan, batches)


def _voucher(_plan: Plan, batches: list[UUID]) -> dict[str, Any]:
    return {"batch_id": batches[0]}


def _prizes(plan: Plan, batches: list[UUID]) -> dict[str, Any]:
    rows = zip(plan.prizes, batches, strict=True)
    return {
        "prizes": [
            {"title": title, "batch_id": batch, "quantity": many} for (title, _goods, _cents, many), batch in rows
        ]
    }


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
