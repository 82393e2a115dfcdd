"""What the demo city's zones are about: unions, zones, articles. Invented, in the manner of such sites."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoZone:
    """A zone, the union it belongs to, the unions below, and how many members they have together."""

    slug: str
    union: str
    kind: str
    name: str
    preset: str
    below: tuple[tuple[str, str], ...] = ()
    members: int = 20


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article; `notice` puts it among the notices."""

    title: str
    summary: str
    body: str
    notice: bool = False
    pinned: bool = False


CITY = DemoZone("haicheng", "海城市总工会", "city", "海城市总工会", "industry", members=12)
ZONES = (
    DemoZone(
        "xiashan", "霞山区总工会", "county", "霞山区总工会", "county",
        (("town", "海滨街道总工会"), ("town", "友谊街道总工会"), ("enterprise", "海湾纺织厂工会"), ("enterprise", "蓝港物流公司工会")),
        60,
    ),
    DemoZone("potou", "坡头区总工会", "county", "坡头区总工会", "industry", (("town", "南调街道总工会"), ("enterprise", "南油修造厂工会")), 24),
    DemoZone("gangwu", "海港集团工会委员会", "enterprise", "海港集团职工之家", "enterprise", (), 24),
    DemoZone("xinye", "海城市新就业形态工会联合会", "industry", "新就业形态职工之家", "new_employment", (("enterprise", "外卖配送行业工会"), ("enterprise", "货运司机行业工会")), 24),
)  # fmt: skip

ARTICLES = (
    DemoArticle(
        "“送清凉”走进高温一线", "连日高温，工会干部把防暑药品和饮用水送到码头、工地和环卫站。",
        "<p>入伏以来，各级工会走访一线班组一百二十余个，为户外劳动者送去清凉。</p><h2>送到哪里</h2><ul><li>港口装卸作业区</li>"
        "<li>在建道路工地</li><li>环卫驿站</li></ul><p>需要防暑物资的班组，可向所在工会登记。</p>", pinned=True,
    ),
    DemoArticle(
        "职工书屋新增图书三千册", "读书角搬进了车间，午休时间可以借阅，也可以点一本想看的书。",
        "<p>新书以技能、法律、健康和亲子为主。会员凭手机即可借阅，借期三十天。</p>",
    ),
    DemoArticle(
        "技能竞赛报名启动：焊工、电工、数控三个工种", "设海选、复赛和总决赛，优胜者可申报技能等级。",
        "<p>比赛分三轮进行。海选由各基层工会组织，复赛和总决赛在市职工技能培训基地举行。</p><p>非会员报名时可同时申请入会。</p>",
    ),
    DemoArticle(
        "一封感谢信：工会帮我家渡过难关", "她的孩子做完手术已经返校，她想把这份心意写给大家。",
        "<p>“材料交上去第三天，工会的同志就来家里看了。”她在信里说，最难的时候有人接住了她。</p><p>文中人物为化名。</p>",
    ),
    DemoArticle("关于调整法律咨询接待时间的通知", "自下月起，每周二、周四全天接待，周六上午照常。", "<p>来访前可先电话预约，带好劳动合同和工资记录。</p>", notice=True),
    DemoArticle("秋季助学申请即将截止", "请有需要的会员在本月底前提交，材料不齐可先存草稿。", "<p>申请入口在“困难帮扶”。</p>", notice=True),
)  # fmt: skip

CITY_ARTICLE = DemoArticle(
    "全市职工运动会九月开赛，各区总工会组队报名", "设羽毛球、拔河、健步走等八个项目，市总工会统一办赛，各级工会组队参加。",
    "<p>本届运动会由市总工会主办，预赛在各区举行，决赛在市体育中心举行。</p><h2>怎样报名</h2><p>会员向所在工会报名，"
    "由各区总工会和产业工会汇总。参赛职工享受公假。</p>",
)  # fmt: skip

NOTICE = (
    "高温天气劳动保护提醒",
    "气象台发布高温橙色预警。请各班组合理安排作业时间，备足饮用水和防暑药品；身体不适请立即停止作业，并拨打职工服务热线。",
)


@dataclass(frozen=True, slots=True)
class DemoCase:
    """A case of the zone's `member`-th member: what they answer beside their phone, the steps the case handler takes, and the
    step of whoever decides.

    One that `is_given_up` is withdrawn then, and its member asks to have it erased. `objection` is why they object to the
    handler. `names_oneself` is the answer that is their
    own name. Money in cents; a time is a day that long ago.
    """

    kind: str
    member: int
    answers: Mapping[str, Any]
    steps: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    decision: tuple[str, Mapping[str, Any]] | None = None
    is_given_up: bool = False
    names_oneself: str = ""
    objection: str = ""


LAWYER_NAME, LAWYER_FIRM = "钟启明", "海城法理律师事务所"
CASES_ZONE, MOVING_TO = "xiashan", "potou"
ON_NOTICE = DemoCase(
    "help.seasonal", 0, {
        "household_size": 3, "monthly_income": 420_000, "amount_requested": 50_000,
        "description": "我在环卫站上早班，今年夏天特别热，想申请一份防暑用品和高温慰问，站里还有几位同事情况相同。",
    }, (
        ("take", {}),
        ("recommend", {"recommendation": "grant", "amount_recommended": 50_000, "note": "户外岗位，情况属实。"}),
    ), ("approve", {"amount_granted": 50_000}),
)  # fmt: skip
IN_BATCH = DemoCase(
    "help.mutual_aid", 9, {
        "hospital": "海城市中医医院", "stay_from": timedelta(), "stay_until": timedelta(), "invoices": [
            {"number": "0026110815", "code": "44060126", "kind": "inpatient", "issued_on": timedelta(), "total": 1_386_000,
             "insurance": 846_000, "self_paid": 450_000},
        ],
    }, (
        ("take", {}),
        ("recommend", {"recommendation": "grant", "amount_recommended": 160_000, "note": "票据与出院小结一致。"}),
    ), ("approve", {"amount_granted": 160_000}), names_oneself="patient",
)  # fmt: skip
MOVING = DemoCase(
    "help.hardship", 2, {
        "own_income": 230_000, "amount_requested": 300_000, "rent": 120_000,
        "household": [{"who": "女儿", "relation": "child", "age": 4, "situation": "school", "income": 0}],
        "description": "丈夫出了车祸还在康复，我换到坡头上班，一个人的工资付了房租就剩不下多少。",
    }, (("take", {}),),
)  # fmt: skip
AT_LAW = DemoCase(
    "legal_aid.arbitration", 0, {
        "employer": "海城新筑建筑劳务有限公司", "started_on": timedelta(days=820), "is_employed": False,
        "left_on": timedelta(days=350), "claims": ["wages"], "wages_owed": 2_360_000, "dispute_on": timedelta(days=400),
        "description": "工程完工后公司一直拖着不结工资，班组里十几个人都没拿到，电话也不接了，想申请劳动仲裁。",
        "alarm": ["limit", "many"],
    }, (
        ("take", {}),
        ("recommend", {"recommendation": "grant", "note": "欠条和考勤齐全，仲裁时效将满，建议尽快提供援助。"}),
    ), ("accept", {}),
)  # fmt: skip
CASES = (
    ON_NOTICE, IN_BATCH, MOVING, AT_LAW,
    DemoCase("help.hardship", 5, {
        "own_income": 190_000, "amount_requested": 500_000, "rent": 90_000, "medical": 120_000,
        "household": [
            {"who": "妻子", "relation": "spouse", "age": 41, "situation": "working", "income": 120_000},
            {"who": "母亲", "relation": "parent", "age": 68, "situation": "ill", "income": 0},
            {"who": "女儿", "relation": "child", "age": 13, "situation": "school", "income": 0},
        ],
        "description": "上个月家里老人住院，我请了长假照顾，工资少了一大半，房租和药费实在周转不开，希望工会帮一把。",
    }, (
        ("take", {}),
        ("recommend", {"recommendation": "grant", "amount_recommended": 400_000,
                       "note": "已电话核实并走访，情况属实，建议按四千元帮扶。"}),
    )),
    DemoCase("help.schooling", 7, {
        "school_level": "university", "is_admission": True, "year_fees": 1_200_000, "own_income": 380_000, "amount_requested": 300_000,
        "household": [{"who": "女儿", "relation": "child", "age": 18, "situation": "school", "income": 0}],
        "description": "孩子今年考上外地的大学，学费和路费一下子凑不齐，想申请助学。后来亲戚帮忙凑上了，就不申请了。",
    }, (("take", {}),), is_given_up=True),
    DemoCase("help.disaster", 8, {
        "event": "storm", "happened_on": timedelta(days=2), "damage": 6_000_000, "home_lost": True, "is_hurt": False,
        "own_income": 450_000, "amount_requested": 1_500_000, "rent": 80_000,
        "household": [{"who": "儿子", "relation": "child", "age": 6, "situation": "school", "income": 0}],
        "description": "前天夜里台风把自建房的屋顶掀了，家里进水，家电和被褥全泡坏了，现在带着孩子借住在亲戚家。",
    }),
    DemoCase("legal_aid.consultation", 3, {
        "subject": "hours", "question": "公司年底取消了我没休完的五天年休假，也不给补偿，这样合法吗？",
    }, (
        ("take", {}),
        ("answer", {"answer": "未休的年休假，经本人同意不休的，单位应按日工资的三倍支付报酬（含正常工资）；不能直接清零。"
                              "建议先书面提出，保留考勤和申请记录；如单位不答复，可以继续追问或申请调解。"}),
    )),
    DemoCase("legal_aid.mediation", 6, {
        "employer": "海湾纺织厂", "employer_union": "海湾纺织厂工会", "started_on": timedelta(days=700), "is_employed": True,
        "claims": ["hours", "insurance"], "dispute_on": timedelta(days=40),
        "description": "连续两个月每周上六天班，没有加班费，社保也断缴了两个月。我想继续干，希望工会出面和公司谈一谈。",
    }),
    DemoCase("legal_aid.arbitration", 11, {
        "employer": "海城鲜达食品配送有限公司", "started_on": timedelta(days=600), "is_employed": False,
        "left_on": timedelta(days=30), "claims": ["dismissal"], "dispute_on": timedelta(days=30),
        "description": "送货路上摔伤休了两周病假，回来就说不用我了，没有通知也没有补偿，想申请劳动仲裁。",
    }, (
        ("take", {}),
        ("recommend", {"recommendation": "grant", "note": "有工作群解雇通知截图和病假条，建议提供援助。"}),
    ), objection="经办人以前在这家公司做过人事，和现在的经理很熟，我担心不能公正办理。"),
)  # fmt: skip
