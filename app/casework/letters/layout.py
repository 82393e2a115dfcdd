"""Where each line of a letter stands. Measures are points; a page is laid out as GB/T 9704—2012 lays out official letters."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.casework.letters.declarations import Letter
from app.casework.letters.line_breaking import break_lines
from app.casework.letters.words import Words, filled

PAGE = (595.28, 841.89)  # A4
LEFT, RIGHT, TOP, BOTTOM = 79.4, 73.7, 104.9, 99.2  # 28, 26, 37 and 35 mm
WIDTH = PAGE[0] - LEFT - RIGHT
FIRST_TOP = 85.0  # the letterhead stands higher, 30 mm from the edge
LOGO_HEIGHT = 48.0
RED, BLACK, GREY = (200, 20, 20), (0, 0, 0), (90, 90, 90)
_ADDRESSEE: Words = {"zh_CN": "{addressee}：", "en": "To {addressee}:"}
_PAGE_OF: Words = {"zh_CN": "第 {page} 页，共 {pages} 页", "en": "Page {page} of {pages}"}
_WESTERN = 0.75  # a line whose letters are narrower than this part of their size is mostly Western
_WIDEST_GAP = 0.08  # of a letter's size, to fill a line out
_LAST_TOGETHER = 2  # lines of the body that go along with the signature: it never stands on a page alone

Measure = Callable[[str, float], float]
"""How wide a text is at a size."""
Shown = Callable[[str], str]
"""A text as it can be printed."""


@dataclass(frozen=True, slots=True)
class Style:
    """How lines are set: size of the letters, distance to the next line, indent of a first line in letters, and how much
    heavier than the font the strokes are."""

    size: float
    leading: float
    indent: float = 0
    colour: tuple[int, int, int] = BLACK
    weight: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line's text, style, distance from the left edge, and what is put between its letters so that it fills the width."""

    text: str
    style: Style
    x: float = LEFT
    spacing: float = 0
    space_before: float = 0
    is_ruled: bool = False

    @property
    def height(self) -> float:
        return self.space_before + self.style.leading


SENDER = Style(26, 38, colour=RED, weight=0.7)
NUMBER = Style(12, 20)
TITLE = Style(22, 34, weight=0.5)
FOOT = Style(9, 13, colour=GREY)
BODY = {"zh_CN": Style(16, 28.9, indent=2), "en": Style(12, 19, indent=2)}


def lay_out(
    letter: Letter, said: Mapping[str, str], locale: str, measure: Measure, shown: Shown, *, has_logo: bool
) -> list[list[Line]]:
    """The lines of each page below the logo; `said` is what the facts say in the language."""
    body, sender = BODY[locale], shown(said["sender"])

    def text(words: Words) -> str:
        return shown(filled(words, said, locale))

    head = [
        *_centred(sender, SENDER, measure),
        Line("", Style(1, 6), is_ruled=True),
        *_at_right(shown(said["number"]), NUMBER, measure),
        *_spaced(_centred(text(letter.title), TITLE, measure), 16),
        *_spaced(_paragraph(text(_ADDRESSEE), replace(body, indent=0), measure), 14),
    ]
    main = [line for words in (*letter.paragraphs, letter.remedies) for line in _paragraphs(text(words), body, measure)]
    signature = _signature(sender, said["day"], body, measure)
    whole = head + main
    together = [*whole[-_LAST_TOGETHER:], *signature]
    return paginate([*([line] for line in whole[:-_LAST_TOGETHER]), together], LOGO_HEIGHT if has_logo else 0)


def paginate(groups: Iterable[list[Line]], used: float) -> list[list[Line]]:
    """Pages of lines; a group stays together. `used` is taken on the first page before them."""
    pages: list[list[Line]] = [[]]
    room = PAGE[1] - FIRST_TOP - BOTTOM - used
    for group in groups:
        height = sum(line.height for line in group)
        if height > room and pages[-1]:
            pages.append([])
            room = PAGE[1] - TOP - BOTTOM
        pages[-1] += group
        room -= height
    return pages


def foot(check_line: str, page: int, pages: int, locale: str, measure: Measure) -> list[Line]:
    """The foot of a page: by what the letter is checked, and which page it is of how many."""
    numbered = _PAGE_OF[locale].format(page=page, pages=pages)
    return [line for text in (check_line, numbered) for line in _centred(text, FOOT, measure)]


def _paragraphs(text: str, style: Style, measure: Measure) -> Iterator[Line]:
    for paragraph in text.split("\n"):
        if paragraph.strip():
            yield from _paragraph(paragraph.strip(), style, measure)


def _paragraph(text: str, style: Style, measure: Measure) -> list[Line]:
    indent = style.indent * style.size
    texts = list(_broken(text, style, measure, indent=indent))
    starts = [LEFT + indent] + [LEFT] * (len(texts) - 1)
    lines = [Line(each, style, x) for each, x in zip(texts, starts, strict=True)]
    return [*(_filled_out(line, measure) for line in lines[:-1]), lines[-1]]


def _filled_out(line: Line, measure: Measure) -> Line:
    """The line spread to the right edge, as Chinese is set; a line of Western words stays ragged."""
    size, natural = line.style.size, measure(line.text, line.style.size)
    gap = (LEFT + WIDTH - line.x - natural) / max(1, len(line.text) - 1)
    is_western = natural / len(line.text) < _WESTERN * size
    return line if is_western or gap > _WIDEST_GAP * size else replace(line, spacing=gap)


def _centred(text: str, style: Style, measure: Measure) -> list[Line]:
    return [Line(each, style, LEFT + (WIDTH - measure(each, style.size)) / 2) for each in _broken(text, style, measure)]


def _at_right(text: str, style: Style, measure: Measure) -> list[Line]:
    return [Line(each, style, LEFT + WIDTH - measure(each, style.size)) for each in _broken(text, style, measure)]


def _signature(sender: str, day: str, style: Style, measure: Measure) -> list[Line]:
    """Who signs above the day, each centred on the other, two letters from the right edge."""
    names = list(_broken(sender, style, measure, width=WIDTH - 4 * style.size))
    texts = [*names, day]
    widths = [measure(each, style.size) for each in texts]
    middle = LEFT + WIDTH - 2 * style.size - max(widths) / 2
    lines = [Line(each, style, middle - width / 2) for each, width in zip(texts, widths, strict=True)]
    return _spaced(lines, 2 * style.leading)


def _broken(text: str, style: Style, measure: Measure, *, width: float = WIDTH, indent: float = 0) -> Iterator[str]:
    one_line = " ".join(text.split("\n"))
    return break_lines(one_line, width, lambda part: measure(part, style.size), indent=indent)


def _spaced(lines: list[Line], space: float) -> list[Line]:
    return [replace(lines[0], space_before=space), *lines[1:]]
