import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.letters.line_breaking import NEVER_FIRST, NEVER_LAST, break_lines


def measure(text: str) -> float:
    """A Chinese letter is two wide, a Western one is one."""
    return sum(2 if character > "\u1fff" else 1 for character in text)


def broken(text: str, width: float = 20, **how) -> list[str]:
    return list(break_lines(text, width, measure, **how))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("一二三四五六七八九十一", ["一二三四五六七八九十", "一"]),
        ("一二三四五六七八九十，一", ["一二三四五六七八九", "十，一"]),
        ("一二三四五六七八九（十）", ["一二三四五六七八九", "（十）"]),
        ("一二三四五六七八“九”。", ["一二三四五六七八", "“九”。"]),
        ("一二三四五六七八九——十", ["一二三四五六七八", "九——十"]),
        ("一二三四五六七八九……", ["一二三四五六七八", "九……"]),
        ("一二三四五六七八九 word", ["一二三四五六七八九", "word"]),
        ("words stay whole where they fit", ["words stay whole", "where they fit"]),
        ("a-word-that-is-longer-than-a-line.", ["a-word-that-is-longe", "r-than-a-line."]),
        ("金额¥1,200.50元整，另付", ["金额¥1,200.50元整，", "另付"]),
        ("金额一二三四五￥1,200.50", ["金额一二三四五", "￥1,200.50"]),
        ("，" * 12, ["，" * 10, "，，"]),
    ],
)
def test_where_lines_end(text, lines):
    assert broken(text) == lines


def test_the_first_line_leaves_room_for_its_indent():
    assert broken("一二三四五六七八九十一", indent=4) == ["一二三四五六七八", "九十一"]


TEXTS = st.text(st.sampled_from("一二三工会员ab1 ，。、）（《》“”—…:;(."), max_size=120)


@given(TEXTS, st.integers(20, 60), st.integers(0, 4))
def test_nothing_is_lost_and_no_line_is_too_wide(text, width, indent):
    lines = broken(text, width, indent=indent)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert measure(lines[0]) <= width - indent
    assert all(measure(line) <= width for line in lines)


SENTENCES = st.lists(
    st.sampled_from(["一", "二三", "会员", "word ", "（工会）", "“章程”", "，", "。", "《法》、"]), max_size=60
)


@given(SENTENCES, st.integers(24, 60))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(parts, width):
    text = "起"
    for part in parts:
        text += part if part[0] not in NEVER_FIRST or text[-1] not in NEVER_FIRST else ""
    lines = broken(text, width)
    assert not [line for line in lines[1:] if line[0] in NEVER_FIRST]
    assert not [line for line in lines[:-1] if line[-1] in NEVER_LAST]
