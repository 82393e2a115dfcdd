"""Lines of Chinese and Western text: no line begins with a closing mark or ends with an opening one (避头尾)."""

import re
from collections.abc import Callable, Iterator

NEVER_FIRST = "，。、；：？！…—～·％‰℃〉》」』】〕〗）］｝〞”’々ー,.;:?!%)]}"
NEVER_LAST = "（〈《「『【〔〖［｛〝“‘￥¥$([{"
_PARTS = re.compile(r" +|[!-\u1fff]+|.", re.DOTALL)

Measure = Callable[[str], float]


def break_lines(text: str, width: float, measure: Measure, *, indent: float = 0) -> Iterator[str]:
    """A paragraph's lines, each as full as it can be; the first has `indent` less room.

    Western words stay whole where they fit a line.
    """
    line, room = "", width - indent
    for unit in _units(text):
        if measure((line + unit).rstrip()) <= room:
            line += unit
            continue
        if line.strip():
            yield line.rstrip()
            room = width
        line = unit.lstrip()
        while measure(line.rstrip()) > room:
            head = _head(line, room, measure)
            yield head
            line, room = line[len(head) :], width
    yield line.rstrip()


def _units(text: str) -> Iterator[str]:
    """What stays together: a word, or a character, with the marks that belong to it and the spaces behind."""
    unit = ""
    for part in _PARTS.findall(text):
        if unit and not (part[0] in NEVER_FIRST or part[0] == " " or unit[-1] in NEVER_LAST):
            yield unit
            unit = ""
        unit += part
    if unit:
        yield unit


def _head(unit: str, room: float, measure: Measure) -> str:
    """As much of what is wider than a line as fits, at least one character."""
    end = 1
    while measure(unit[: end + 1]) <= room:
        end += 1
    return unit[:end]
