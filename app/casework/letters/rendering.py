"""A letter as PDF: the same letter with the same facts makes the same bytes."""

from dataclasses import dataclass
from datetime import datetime, time

from fpdf import FPDF
from fpdf.enums import TextMode
from PIL import Image

from app.casework.letters.declarations import Facts, Letter, LetterError
from app.casework.letters.layout import (
    FIRST_TOP,
    LEFT,
    LOGO_HEIGHT,
    PAGE,
    RED,
    TOP,
    WIDTH,
    Line,
    Measure,
    foot,
    lay_out,
)
from app.casework.letters.words import filled, told
from app.core.clock import CHINA
from app.core.fonts import FONT, printable
from app.core.images import decode

_LANGUAGES = {"zh_CN": "zh-CN", "en": "en"}
_SHARPEST = 600  # pixels of a logo's longer side
_FAMILY = "song"


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A letter as PDF; `missing` are the characters that the font lacks, each shown as 〓 (`app.core.fonts.GETA`)."""

    pdf: bytes
    missing: str


def render_letter(letter: Letter, facts: Facts, *, locale: str) -> RenderedLetter:
    """Write a letter in a language.

    Raises `LetterError` for facts that are lacking, `ValueError` for an amount that can't be, `ImageError` for the logo.
    """
    if lacking := letter.asks - facts.all.keys():
        raise LetterError(f"letter {letter.key!r} lacks {sorted(lacking)}")
    said = {name: told(fact, locale) for name, fact in facts.all.items()}
    logo = decode(facts.logo, max_side=_SHARPEST) if facts.logo else None
    missing: dict[str, None] = {}

    def shown(text: str) -> str:
        line, lacked = printable(text)
        missing.update(dict.fromkeys(lacked))
        return line

    # Nothing is refused from here on: fpdf keeps what was begun, font and all, until it is written.
    document = _document(facts, locale)
    document.set_title(shown(filled(letter.title, said, locale)))
    measure, check_line = _measure(document), shown(facts.check_line)
    pages = lay_out(letter, said, locale, measure, shown, has_logo=logo is not None)
    for number, lines in enumerate(pages, 1):
        at_foot = foot(check_line, number, len(pages), locale, measure)
        _draw_page(document, lines, at_foot, logo if number == 1 else None)
    return RenderedLetter(bytes(document.output()), "".join(missing))


def _document(facts: Facts, locale: str) -> FPDF:
    document = FPDF(unit="pt", format=PAGE)
    document.set_auto_page_break(False)
    document.set_creation_date(datetime.combine(facts.day, time(), CHINA))
    document.set_lang(_LANGUAGES[locale])
    document.add_font(_FAMILY, fname=FONT)
    document.set_font(_FAMILY)
    return document


def _measure(document: FPDF) -> Measure:
    font = document.fonts[_FAMILY]
    return lambda text, size: font.get_text_width(text, size, None)[1]


def _draw_page(document: FPDF, lines: list[Line], at_foot: list[Line], logo: Image.Image | None) -> None:
    top = TOP if document.page else FIRST_TOP
    document.add_page()
    if logo:
        _draw_logo(document, logo)
        top += LOGO_HEIGHT
    _draw(document, lines, top)
    _draw(document, at_foot, PAGE[1] - 28 - sum(line.height for line in at_foot))


def _draw(document: FPDF, lines: list[Line], top: float) -> None:
    for line in lines:
        top += line.space_before
        style = line.style
        if line.is_ruled:
            document.set_draw_color(*RED)
            document.set_line_width(1.5)
            document.line(LEFT, top, LEFT + WIDTH, top)
        elif line.text:
            with document.local_context(
                font_size_pt=style.size,
                text_color=style.colour,
                draw_color=style.colour,
                text_mode=TextMode.FILL_STROKE if style.weight else TextMode.FILL,
                line_width=style.weight,
            ):
                document.set_char_spacing(line.spacing)
                document.text(line.x, top + style.leading / 2 + style.size * 0.38, line.text)
        top += style.leading


def _draw_logo(document: FPDF, logo: Image.Image) -> None:
    height = LOGO_HEIGHT - 8
    width = min(height * logo.width / logo.height, WIDTH)
    document.image(logo, (PAGE[0] - width) / 2, FIRST_TOP - 8, width, height)
