"""Each field by itself: what it takes, what it refuses, how it is told."""

from datetime import date
from typing import Any

import pytest
from marshmallow import ValidationError

from app.casework.forms import (
    Choice,
    Choices,
    Count,
    Day,
    Field,
    LongText,
    Mobile,
    Money,
    ResidentId,
    Rows,
    Text,
    YesNo,
    yuan,
)
from app.core.clock import today_in_china
from app.core.identifiers import check_character

pytestmark = pytest.mark.usefixtures("english")

ID = "44080219900307001" + check_character("44080219900307001")
AB = (("a", "A"), ("b", "B"))
MONEY = Money("sum", "Sum")
DAY = Day("on", "On")
COUNT = Count("size", "Size", least=1, most=30)


@pytest.mark.parametrize(
    ("field", "typed", "answer"),
    [
        (Text("t", "T"), "  ａｂｃ\u3000陈 ", "abc 陈"),
        (LongText("t", "T", least=1), " a\r\nb ", "a\nb"),
        (MONEY, "1200", 120_000),
        (MONEY, "¥1,200.5", 120_050),
        (MONEY, "１２００．５０ 元", 120_050),
        (MONEY, "0", 0),
        (MONEY, "0.01", 1),
        (MONEY, "1.2万", 1_200_000),
        (MONEY, "1.234567万元", 1_234_567),
        (MONEY, "100000000", 10_000_000_000),
        (MONEY, 7, 7),
        (COUNT, "3", 3),
        (COUNT, "３ 人", 3),
        (COUNT, "30", 30),
        (COUNT, 1, 1),
        (DAY, "2026-03-05", date(2026, 3, 5)),
        (DAY, "2026/3/5", date(2026, 3, 5)),
        (DAY, "2026.03.05", date(2026, 3, 5)),
        (DAY, "20260305", date(2026, 3, 5)),
        (DAY, "2026年3月5日", date(2026, 3, 5)),
        (DAY, "２０２６年 3 月 5 号", date(2026, 3, 5)),
        (DAY, "2024-02-29", date(2024, 2, 29)),
        (Day("on", "On", may_be_future=True), "2099-01-01", date(2099, 1, 1)),
        (Choice("c", "C", options=AB), "b", "b"),
        (Choices("c", "C", options=AB), ["b", "a", "b"], ["a", "b"]),
        (YesNo("y", "Y"), "yes", True),
        (YesNo("y", "Y"), False, False),
        (Mobile("m", "M"), "0086 138-1234-5678", "+8613812345678"),
        (ResidentId("i", "I"), f"{ID[:6]} {ID[6:]}".lower(), ID),
    ],
)
def test_answer_is_taken_in_any_usual_spelling(field: Field[Any], typed: Any, answer: Any):
    assert field.read(typed) == answer
    assert type(field.read(typed)) is type(answer)


@pytest.mark.parametrize("field", [Text("t", "T", most=3), LongText("t", "T", most=25), MONEY, COUNT, DAY, Mobile("m", "M"),
                                   ResidentId("i", "I"), YesNo("y", "Y"), Choice("c", "C", options=AB),
                                   Choices("c", "C", options=AB)], ids=lambda field: type(field).__name__)  # fmt: skip
@pytest.mark.parametrize("typed", ["not this", "9" * 30, 1.5, float("inf"), {"a": "b"}, [{"a": 1}], ["z"], [True], -1])
def test_what_is_no_answer_is_refused_in_words(field: Field[Any], typed: Any):
    with pytest.raises(ValidationError) as refused:
        field.read(typed)
    (words,) = refused.value.messages
    assert isinstance(words, str)
    assert words[-1] == "."


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (MONEY, "1.234"), (MONEY, "-5"), (MONEY, "1e5"), (MONEY, "1.2345678万"), (MONEY, "很少"), (MONEY, "1.2.3"),
        (MONEY, "100000000.01"), (MONEY, True), (MONEY, 3.0), (MONEY, "٣"),
        (COUNT, "0"), (COUNT, "31"), (COUNT, "三口"), (COUNT, "3.5"), (COUNT, True), (COUNT, 3.0),
        (DAY, "2026-02-30"), (DAY, "2026-3/5"), (DAY, "26-3-5"), (DAY, "3月5日"), (DAY, "2026-13-01"), (DAY, "1899-12-31"),
        (DAY, "0000-01-01"), (DAY, 20260305),
        (YesNo("y", "Y"), "true"), (YesNo("y", "Y"), 1), (Choice("c", "C", options=AB), "z"),
        (Text("t", "T"), "\u200b"), (Text("t", "T", least=2), "x"), (LongText("t", "T"), "短" * 19),
        (Mobile("m", "M"), "0759-2223333"), (ResidentId("i", "I"), ID[:-1]), (ResidentId("i", "I"), "1" + ID[1:]),
    ],
)  # fmt: skip
def test_near_miss_is_refused(field: Field[Any], typed: Any):
    with pytest.raises(ValidationError):
        field.read(typed)


def test_day_may_be_today_and_not_tomorrow():
    today = today_in_china()
    assert DAY.read(today.isoformat()) == today
    with pytest.raises(ValidationError, match="future"):
        DAY.read(date.fromordinal(today.toordinal() + 1).isoformat())


def test_day_may_be_no_earlier_than_declared():
    with pytest.raises(ValidationError, match="before 2020-01-01"):
        Day("on", "On", earliest=date(2020, 1, 1)).read("2019-12-31")


def test_day_to_come_is_of_this_century():
    with pytest.raises(ValidationError, match="after 2099-12-31"):
        Day("on", "On", may_be_future=True).read("2100-01-01")


@pytest.mark.parametrize("nothing", [None, "", "  ", [], [""], {}, [{}], [{"a": " "}]])
def test_nothing_is_no_answer_and_is_refused_only_where_one_is_required(nothing):
    assert Text("t", "T").read(nothing) is None
    with pytest.raises(ValidationError, match="fill this in"):
        Text("t", "T", is_required=True).read(nothing)


@pytest.mark.parametrize(
    ("field", "answer", "masked"),
    [
        (Text("t", "T", is_sensitive=True), "陈小明", "陈*明"),
        (LongText("t", "T", is_sensitive=True), "陈小明病了", "***"),
        (Money("m", "M", is_sensitive=True), 120_000, "***"),
        (Day("d", "D", is_sensitive=True), date(2018, 6, 1), "***"),
        (YesNo("y", "Y", is_sensitive=True), True, "***"),
        (Choices("c", "C", options=AB, is_sensitive=True), ["a"], "***"),
        (Mobile("m", "M"), "+8613812345678", "138****5678"),
        (ResidentId("i", "I"), ID, f"440*************{ID[-2:]}"),
    ],
)
def test_sensitive_answer_is_masked(field: Field[Any], answer: Any, masked: str):
    assert field.tell(answer, masked=True) == masked
    assert field.tell(answer) != masked


def test_amounts_are_told_to_the_cent():
    assert [yuan(cents) for cents in (None, 0, 1, 120_050, 10_000_000_000)] == [
        "", "¥0.00", "¥0.01", "¥1,200.50", "¥100,000,000.00",
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "is_taken"), [(0, True), (1, False), (2, True), (3, True), (4, False)])
def test_optional_list_is_empty_or_has_as_many_rows_as_declared(count, is_taken):
    field = Rows("people", "People", add="Add", least=2, most=3, columns=(Text("name", "Name", is_required=True),))
    rows = [{"name": "陈小明"}] * count
    if is_taken:
        assert field.read(rows) == (rows or None)
    else:
        with pytest.raises(ValidationError, match="here"):
            field.read(rows)
