"""Forms as a union would declare them: hardship with a household in rows, and the kinds of help there are today."""

from flask_babel import LazyString

from app.casework.forms import (
    AllOf,
    AnyOf,
    CaseForm,
    Choice,
    Choices,
    Count,
    Day,
    Has,
    Is,
    LongText,
    Mobile,
    Money,
    Over,
    Paper,
    ResidentId,
    Rows,
    Section,
    Text,
    YesNo,
)
from app.core.i18n import current_locale


def say(chinese: str, english: str) -> LazyString:
    """A text in both languages, without a catalogue."""
    return LazyString(lambda: chinese if current_locale() == "zh_CN" else english)


HOUSEHOLD = Rows(
    "household",
    say("家庭成员", "People in the household"),
    say("与您共同生活的每一位家人，不含本人", "Everybody who lives with you, without yourself"),
    add=say("添加一位家人", "Add a person"),
    is_required=True,
    most=8,
    columns=(
        Text("name", say("姓名", "Name"), is_required=True, is_sensitive=True, most=30),
        Choice(
            "relation",
            say("与本人关系", "Relation to you"),
            is_required=True,
            options=(
                ("spouse", say("配偶", "Spouse")),
                ("child", say("子女", "Child")),
                ("parent", say("父母", "Parent")),
                ("other", say("其他", "Other")),
            ),
        ),
        ResidentId("resident_id", say("身份证号", "ID number")),
        YesNo("has_work", say("有工作", "Works"), is_required=True),
        Money("income", say("月收入", "Monthly income"), is_required=True, when=Is("has_work", True)),
    ),
)

HARDSHIP = CaseForm(
    "2026",
    (
        Section(
            say("家庭情况", "Your household"),
            (
                HOUSEHOLD,
                Money(
                    "monthly_income",
                    say("家庭月收入", "Monthly income of the household"),
                    say("税后，近三个月平均", "After tax, on average over the last three months"),
                    is_required=True,
                ),
                Choices(
                    "income_sources",
                    say("收入来源", "What you live on"),
                    is_required=True,
                    options=(
                        ("wages", say("工资", "Wages")),
                        ("allowance", say("低保金", "Subsistence allowance")),
                        ("pension", say("养老金", "Pension")),
                        ("none", say("没有收入", "Nothing")),
                    ),
                ),
                YesNo("has_debts", say("是否有欠款", "Do you have debts"), is_required=True),
                Money("debts", say("欠款总额", "Debts altogether"), is_required=True, when=Is("has_debts", True)),
            ),
        ),
        Section(
            say("困难原因", "Why you need help"),
            (
                Choice(
                    "reason",
                    say("主要原因", "Main reason"),
                    is_required=True,
                    options=(
                        ("illness", say("患病", "Illness")),
                        ("accident", say("意外事故", "An accident")),
                        ("lost_job", say("失业", "A lost job")),
                    ),
                ),
                Day("since", say("何时开始", "Since when"), is_required=True),
                LongText(
                    "description",
                    say("具体情况", "What happened"),
                    say("发生了什么，现在靠什么生活", "What happened, and what you have to live on now"),
                    is_required=True,
                ),
            ),
        ),
        Section(
            say("患病情况", "The illness"),
            (
                Choice(
                    "illness_of",
                    say("患病的是谁", "Who is ill"),
                    is_required=True,
                    options=(
                        ("self", say("本人", "I am")),
                        ("spouse", say("配偶", "My spouse")),
                        ("child", say("子女", "My child")),
                        ("parent", say("父母", "A parent")),
                    ),
                ),
                Day(
                    "child_born_on",
                    say("孩子出生日期", "Birth date of the child"),
                    is_required=True,
                    is_sensitive=True,
                    when=Is("illness_of", "child"),
                ),
                Money(
                    "own_costs", say("自付医疗费", "What you had to pay yourself"), is_required=True, is_sensitive=True
                ),
                LongText(
                    "costs_reason",
                    say("费用说明", "What the costs were for"),
                    is_required=True,
                    is_sensitive=True,
                    least=10,
                    when=Over("own_costs", 5_000_000),
                ),
            ),
            note=say("病情只有经办人员可见", "Only those who handle your case see this"),
            when=Is("reason", "illness"),
        ),
        Section(
            say("申请内容", "What you ask for"),
            (
                Money(
                    "amount_requested",
                    say("申请金额", "Amount you need"),
                    is_required=True,
                    least_cents=1,
                    most_cents=1_000_000,
                    too_little=say("请填写需要的金额。", "Write how much you need."),
                    too_much=say("困难帮扶最高 %(amount)s。", "Family hardship pays at most %(amount)s."),
                    column="amount_requested_cents",
                ),
                Mobile("contact_phone", say("联系电话", "Mobile phone for questions"), is_required=True),
            ),
        ),
    ),
    (
        Paper("household_register", say("户口簿", "Household register"), is_required=True),
        Paper("diagnosis", say("诊断证明", "Diagnosis"), is_required=True, when=Is("reason", "illness")),
        Paper(
            "allowance_book",
            say("低保证", "Allowance book"),
            is_required=True,
            when=AnyOf(Has("income_sources", "allowance"), Has("income_sources", "none")),
        ),
        Paper(
            "loan_contract",
            say("借款合同", "Loan contract"),
            when=AllOf(Is("has_debts", True), Over("debts", 10_000_000)),
        ),
    ),
)

TYPED = {
    "household": [
        {"name": "陈小明", "relation": "child", "has_work": "no"},
        {"name": "李阿姨", "relation": "spouse", "has_work": "yes", "income": "2，300元"},
    ],
    "monthly_income": "2,300",
    "income_sources": ["allowance", "wages"],
    "has_debts": "yes",
    "debts": "1.2万",
    "reason": "illness",
    "since": "2026年3月5日",
    "description": "孩子三月确诊，一直在广州治疗，家里只有一个人上班，房租已经欠了两个月。",
    "illness_of": "child",
    "child_born_on": "2018/6/1",
    "own_costs": "30000.50",
    "amount_requested": "¥8,000",
    "contact_phone": "138 1234 5678",
}


def _help(most_cents: int, prompt: LazyString, *papers: Paper) -> CaseForm:
    """What each kind of help asks today."""
    return CaseForm(
        "1",
        (
            Section(
                say("家庭情况", "Your household"),
                (
                    Count("household_size", say("家庭人口", "People in the household"), is_required=True,
                          least=1, most=30, column="household_size"),
                    Money("monthly_income", say("家庭月收入", "Monthly income of the household"), is_required=True,
                          column="monthly_income_cents"),
                    Mobile("contact_phone", say("联系电话", "Mobile phone for questions"), is_required=True),
                ),
            ),
            Section(
                say("您的需要", "What you need"),
                (
                    LongText("description", say("具体情况", "What happened"), prompt, is_required=True),
                    Money("amount_requested", say("申请金额", "Amount you need"), is_required=True, least_cents=1,
                          most_cents=most_cents, column="amount_requested_cents"),
                ),
            ),
        ),
        papers,
    )  # fmt: skip


_INCOME = Paper("income", say("收入证明", "Proof of income"), is_required=True)
_OTHER = Paper("other", say("其他材料", "Other papers"))

HELP = {
    "hardship": _help(
        1_000_000,
        say("发生了什么", "What happened"),
        Paper("household", say("户口簿", "Household register"), is_required=True),
        _INCOME,
        _OTHER,
    ),
    "illness": _help(
        5_000_000,
        say("谁患病", "Who is ill"),
        Paper("diagnosis", say("诊断证明", "Diagnosis"), is_required=True),
        Paper("bills", say("医院票据", "Hospital bills"), is_required=True),
        _OTHER,
    ),
    "schooling": _help(
        800_000,
        say("哪所学校", "Which school"),
        Paper("school", say("学校证明", "School certificate"), is_required=True),
        _INCOME,
        _OTHER,
    ),
    "seasonal": _help(200_000, say("需要什么", "What you need for the season"), _OTHER),
}
