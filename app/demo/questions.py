"""The demo's bank of questions for quizzes."""

from app.modules.events.kinds.quiz.bank.schemas import QuestionForm, Written

LAW, SAFETY = "劳动法律", "安全生产"
CHOICES = "单位\n职工本人\n双方各半"
QUESTIONS = (
    ("single", LAW, "建立劳动关系，应当自用工之日起多长时间内订立书面劳动合同？", "一个月\n三个月\n半年\n一年", "A", "《劳动合同法》第十条。"),
    ("single", LAW, "三年以上固定期限劳动合同，试用期最长是多久？", "一个月\n两个月\n三个月\n六个月", "D", "《劳动合同法》第十九条。"),
    ("single", LAW, "法定休假日安排劳动者工作，加班工资不低于工资的多少？", "百分之一百五十\n百分之二百\n百分之三百", "C", "《劳动法》第四十四条。"),
    ("single", LAW, "累计工作满一年不满十年的职工，每年休几天年休假？", "5天\n10天\n15天", "A", "《职工带薪年休假条例》第三条。"),
    ("single", LAW, "劳动争议申请仲裁的时效期间是多久？", "六十天\n半年\n一年\n两年", "C", "《劳动争议调解仲裁法》第二十七条。"),
    ("true_false", LAW, "用人单位招用劳动者，可以扣押劳动者的居民身份证。", "", "错", "《劳动合同法》第九条。"),
    ("true_false", LAW, "劳动者提前三十日以书面形式通知用人单位，可以解除劳动合同。", "", "对", "《劳动合同法》第三十七条。"),
    ("multiple", SAFETY, "我国安全生产的方针包括哪些？", "安全第一\n预防为主\n综合治理\n效益优先", "ABC", "《安全生产法》第三条。"),
    ("multiple", SAFETY, "登高作业应当佩戴、穿着哪些防护用品？", "安全帽\n安全带\n防滑鞋\n拖鞋", "ABC", ""),
    ("single", SAFETY, "发现火情，应当拨打哪个电话报警？", "110\n119\n120\n122", "B", ""),
    ("single", SAFETY, "职业健康检查的费用由谁承担？", CHOICES, "A", "《职业病防治法》第三十五条。"),
    ("true_false", SAFETY, "发现直接危及人身安全的紧急情况，从业人员有权停止作业、撤离现场。", "", "对", "《安全生产法》第五十五条。"),
)  # fmt: skip


def written_questions() -> list[Written]:
    """The questions as staff would have typed them."""
    columns = ("kind", "category", "prompt", "options", "answer", "explanation")
    return [QuestionForm().load(dict(zip(columns, row, strict=True))) for row in QUESTIONS]  # type: ignore[misc]
