import gc
import io
import re
from datetime import date

import pytest
from fpdf.fonts import TTFFont
from PIL import Image
from pypdf import PdfReader

from app.casework.letters.declarations import Facts, LetterError
from app.casework.letters.layout import BOTTOM, LEFT, PAGE, WIDTH
from app.casework.letters.line_breaking import NEVER_FIRST
from app.casework.letters.rendering import render_letter
from app.casework.letters.standard import GRANTED, REFUSED
from app.casework.letters.words import Amount
from app.core.i18n import LOCALES
from app.core.images import ImageError

LONG = (
    "本人于三月确诊，住院四十二天，自费部分八万余元；“单位”已停发工资（见附件一）——家中还有两位老人、一名在读学生……"
    "请求帮助！"
)


def facts(reasons: str = "符合规定。", **changes) -> Facts:
    own = {
        "service": "困难帮扶", "applied_on": date(2026, 11, 3), "case_number": "BF-2026-000123", "reasons": reasons,
        "amount": Amount(120050), "appeal_by": date(2026, 12, 1), "appeal_to": "霞山市总工会",
    } | changes.pop("own", {})  # fmt: skip
    values = {
        "sender": "霞山区总工会", "number": "霞工帮〔2026〕12号", "day": date(2026, 11, 6), "addressee": "欧阳䶮",
        "check_line": "核验码：7F3K-92QD", "own": own,
    } | changes  # fmt: skip
    return Facts(**values)


def pages(letter=GRANTED, given: Facts | None = None, locale: str = "zh_CN") -> list[str]:
    """The text of each page, line by line, as a reader's program extracts it."""
    rendered = render_letter(letter, given or facts(), locale=locale)
    return [page.extract_text() for page in PdfReader(io.BytesIO(rendered.pdf)).pages]


def joined(texts: list[str]) -> str:
    return re.sub(r"\s", "", "".join(texts))


def test_a_letter_says_what_was_decided():
    (page,) = pages()
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    assert lines[:4] == ["霞山区总工会", "霞工帮〔2026〕12号", "困难帮扶审批决定书", "欧阳䶮："]
    assert "您于2026年11月3日提出的困难帮扶申请（编号：BF-2026-000123）收悉。" in joined([page])
    assert "给予困难帮扶人民币壹仟贰佰元伍角（¥1,200.50）。" in joined([page])
    assert "可以在2026年12月1日前（含当日）" in joined([page])
    assert lines[-4:] == ["霞山区总工会", "2026年11月6日", "核验码：7F3K-92QD", "第 1 页，共 1 页"]


def test_a_letter_in_english():
    (page,) = pages(locale="en")
    words = " ".join(page.split())
    assert "To 欧阳䶮:" in words
    assert "your application of November 3, 2026 (number BF-2026-000123: 困难帮扶)" in words
    assert "CN¥1,200.50" in words
    assert words.endswith("霞山区总工会 November 6, 2026 核验码：7F3K-92QD Page 1 of 1")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("letter", [GRANTED, REFUSED], ids=lambda letter: letter.key)
def test_the_same_letter_is_the_same_file(letter, locale):
    first, second = (render_letter(letter, facts(LONG * 30, logo=logo()), locale=locale) for _ in range(2))
    assert first == second
    assert PdfReader(io.BytesIO(first.pdf)).metadata.creation_date.date() == date(2026, 11, 6)  # type: ignore[union-attr]
    assert render_letter(letter, facts(LONG * 30 + "。"), locale=locale) != first


def test_long_reasons_go_on_over_pages_and_nothing_is_lost():
    reasons = "\n".join(f"第{number}，{LONG}" for number in range(160))
    assert len(reasons) > 10_000
    found = pages(REFUSED, facts(reasons))
    assert len(found) > 15
    body = [re.sub(r"核验码：7F3K-92QD\s*第 \d+ 页，共 \d+ 页\s*$", "", page) for page in found]
    assert joined([reasons]) in joined(body)
    assert all(f"第 {number} 页，共 {len(found)} 页" in page for number, page in enumerate(found, 1))
    assert not [line for page in body for line in page.splitlines() if line.strip() and line.strip()[0] in NEVER_FIRST]


def test_no_line_leaves_the_page():
    long_word = "https://example.org/" + "a" * 300
    given = facts("\n".join([LONG * 20, long_word] * 5), sender="霞山区总工会" * 20)
    rendered = render_letter(REFUSED, given, locale="zh_CN")
    for page in PdfReader(io.BytesIO(rendered.pdf)).pages:
        places: list[tuple[float, float]] = []
        page.extract_text(
            visitor_text=lambda text, _cm, tm, *_: places.append((tm[4], tm[5])) if text.strip() else None  # noqa: B023
        )
        assert places
        assert all(LEFT <= x <= LEFT + WIDTH and 20 < y < PAGE[1] for x, y in places)
        assert sum(y < BOTTOM - 20 for _x, y in places) == 2, "only the foot stands at the foot"


@pytest.mark.parametrize("lines", range(1, 24))
def test_the_signature_never_stands_on_a_page_alone(lines):
    last = pages(REFUSED, facts("\n".join(["理由"] * lines)))[-1]
    before_signature = last[: last.index("2026年11月6日")].split()
    assert "予受理。" in before_signature[-2]
    assert len(before_signature) > 2, "two lines of the body came along"


def test_what_people_typed_stays_text():
    typed = "<b>粗</b> & {amount} {0} %s {{x}}\r\n\r\n第二段\x00\u202e  <script>alert(1)</script>\\n (未完"
    text = joined(pages(REFUSED, facts(typed)))
    assert "<b>粗</b>&{amount}{0}%s{{x}}第二段<script>alert(1)</script>\\n(未完" in text


def test_characters_the_font_lacks_are_shown_as_a_sign_and_told():
    rendered = render_letter(REFUSED, facts("谢谢😀😀", addressee="𠮷同志", check_line="🔒"), locale="zh_CN")
    assert set(rendered.missing) == {"😀", "𠮷", "🔒"}
    text = joined([page.extract_text() for page in PdfReader(io.BytesIO(rendered.pdf)).pages])
    assert "〓同志：" in text
    assert "谢谢〓〓" in text
    assert render_letter(REFUSED, facts("龘䶮㛃喆"), locale="zh_CN").missing == ""


def test_facts_that_are_lacking_are_named():
    given = facts()
    del given.own["appeal_by"], given.own["amount"]
    with pytest.raises(LetterError, match=r"lacks \['amount', 'appeal_by'\]"):
        render_letter(GRANTED, given, locale="zh_CN")


@pytest.mark.parametrize("field", ["sender", "number", "addressee", "check_line"])
@pytest.mark.parametrize("text", ["", "长" * 300, "a" * 300, "一\n二"])
def test_any_text_stands_in_the_frame_of_a_letter(field, text):
    assert joined([text]) in joined(pages(REFUSED, facts(**{field: text})))


def test_the_font_is_in_the_file_and_only_what_is_used_of_it():
    rendered = render_letter(GRANTED, facts(), locale="zh_CN")
    (font,) = PdfReader(io.BytesIO(rendered.pdf)).pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    assert "/FontFile2" in descriptor
    assert len(rendered.pdf) < 120_000


def logo(kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA", (300, 200), (200, 0, 0, 128)).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_logo_stands_on_the_first_page(kind):
    rendered = render_letter(REFUSED, facts(LONG * 20, logo=logo(kind)), locale="zh_CN")
    reader = PdfReader(io.BytesIO(rendered.pdf))
    assert [len(page.images) for page in reader.pages] == [1] + [0] * (len(reader.pages) - 1)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"logo": b"no picture"}, ImageError),
        ({"own": {"amount": Amount(-1)}}, ValueError),
    ],
)
def test_a_letter_that_can_t_be_written_leaves_nothing_open(changes, refusal):
    with pytest.raises(refusal):
        render_letter(GRANTED, facts(**changes), locale="zh_CN")
    gc.collect()
    assert not any(isinstance(each, TTFFont) for each in gc.get_objects())
