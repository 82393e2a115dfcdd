"""A certificate as PDF: one page across, in Chinese, with a QR code that leads to its check page."""

from dataclasses import dataclass
from datetime import date

import segno
from fpdf import FPDF

from app.core.fonts import FONT, printable

PAGE = (842, 595)
"""Points of an A4 page laid across."""
MIDDLE = PAGE[0] / 2
RED, INK, GREY = (176, 32, 36), (34, 34, 34), (102, 102, 102)
_FAMILY = "song"
_QR = 92


@dataclass(frozen=True, slots=True)
class Facts:
    """What a certificate says; `link` is where it is checked."""

    name: str
    union: str
    campaign: str
    award: str
    issuer: str
    day: date
    serial: str
    code: str
    link: str


def write_certificate(facts: Facts) -> bytes:
    """The certificate: the same facts make the same page."""
    document = FPDF(unit="pt", format=(PAGE[1], PAGE[0]), orientation="landscape")
    document.set_auto_page_break(False)
    document.set_lang("zh-CN")
    document.set_title("获奖证书")
    document.add_font(_FAMILY, fname=FONT)
    document.add_page()
    _frame(document)
    _line(document, "获奖证书", 150, 46, RED)
    _line(document, f"{facts.name}　同志", 222, 26, INK)
    if facts.union:
        _line(document, f"（{facts.union}）", 250, 13, GREY)
    _line(document, f"在“{facts.campaign}”中荣获", 304, 20, INK)
    _line(document, facts.award, 360, 36, RED)
    _line(document, "特发此证，以资鼓励。", 402, 16, INK)
    _line(document, facts.issuer, 462, 16, INK, right=PAGE[0] - 90)
    _line(document, f"{facts.day.year}年{facts.day.month}月{facts.day.day}日", 488, 16, INK, right=PAGE[0] - 90)
    _draw_qr(document, facts.link, 84, PAGE[1] - 84 - _QR)
    for top, text in ((468, f"证书编号：{facts.serial}"), (486, f"查验码：{facts.code}"), (504, "扫码查验真伪")):
        _line(document, text, top, 10, GREY, left=84 + _QR + 12)
    return bytes(document.output())


def _frame(document: FPDF) -> None:
    document.set_draw_color(*RED)
    for inset, width in ((30, 3), (38, 0.8)):
        document.set_line_width(width)
        document.rect(inset, inset, PAGE[0] - 2 * inset, PAGE[1] - 2 * inset)


def _line(
    document: FPDF,
    text: str,
    top: float,
    size: float,
    colour: tuple[int, int, int],
    *,
    left: float = 0,
    right: float = 0,
) -> None:
    """A line of text, in the middle unless it begins at `left` or ends at `right`; one too long for the page is set smaller."""
    shown, _missing = printable(text)
    document.set_font(_FAMILY, size=size)
    width = document.get_string_width(shown)
    if width > PAGE[0] - 120:
        document.set_font(_FAMILY, size=size * (PAGE[0] - 120) / width)
        width = PAGE[0] - 120
    document.set_text_color(*colour)
    document.text(left or (right - width if right else MIDDLE - width / 2), top, shown)


def _draw_qr(document: FPDF, link: str, left: float, top: float) -> None:
    code = segno.make(link, error="m")
    step = _QR / len(code.matrix)
    document.set_fill_color(*INK)
    for row, modules in enumerate(code.matrix):
        for column, is_dark in enumerate(modules):
            if is_dark:
                document.rect(left + column * step, top + row * step, step, step, style="F")
