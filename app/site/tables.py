"""Tables of the consoles: on a phone each row is a card, whose cells say themselves which column they stand in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

_OPENING = re.compile(r"<(?:tr|t[dh])\b")


def labelled(rows: Markup, columns: Sequence[Mapping[str, Any]], has_boxes: bool = False) -> Markup:
    """The rows of `ui.table`, each cell with its column's title in `data-label`; `has_boxes`: their first cell is a box."""
    labels: Iterator[str] = iter(())

    def label(opening: re.Match[str]) -> str:
        nonlocal labels
        if opening[0] == "<tr":
            labels = iter([""] * has_boxes + [_label(column) for column in columns])
            return opening[0]
        return opening[0] + next(labels, "")

    return Markup(_OPENING.sub(label, rows))  # noqa: S704 (the rows as they were, and escaped titles)


def _label(column: Mapping[str, Any]) -> str:
    return "" if column.get("hidden") else f' data-label="{escape(column["title"])}"'
