"""Amounts and days are found however they are written."""

import pytest

from app.casework.stories.numbers import amounts_in, days_in


@pytest.mark.parametrize(
    "text", ["23600元", "23,600.00元", "２３６００元", "2.36万元", "两万三千六百元", "贰万叁仟陆佰元", "¥23,600"]
)
def test_an_amount_is_found_in_every_spelling(text):
    assert 2_360_000 in amounts_in(f"厂里欠他{text}没给")


@pytest.mark.parametrize("text", ["3月5日", "2026年3月5号", "2026-03-05", "2026/3/5", "三月五日", "二〇二六年三月五日"])
def test_a_day_is_found_in_every_spelling(text):
    assert list(days_in(f"他{text}来的")) == [(3, 5)]


def test_a_year_is_no_amount_and_a_word_no_number():
    assert amounts_in("2025年起，大家一起来，万事开头难") == {100: "1"}


@pytest.mark.parametrize(
    "text",
    [
        "一万二千六",
        "1万2600",
        "1万2千6",
        "12 600 元",
        "12.6k",
        "12.6 thousand yuan",
        "1.26万",
        "壹万贰仟陆",
        "一万两千六百",
    ],
)
def test_amounts_as_people_say_them(text):
    assert 1_260_000 in amounts_in(f"他拿到{text}，松了一口气")


@pytest.mark.parametrize(
    ("text", "cents"), [("两万三", 2_300_000), ("2万3", 2_300_000), ("一百二", 12_000), ("一万零六", 1_000_600)]
)
def test_a_last_digit_is_of_the_next_lower_place(text, cents):
    assert cents in amounts_in(text)
