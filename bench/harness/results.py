"""Results: ratios within one round, their least, middle and greatest, and whether a goal is met."""

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

AT_LEAST, AT_MOST = "≥", "≤"


@dataclass
class Result:
    """One line of the table: values in `unit`, the goal for their median; `note` says what was measured, or why not."""

    name: str
    unit: str = ""
    values: Sequence[float] = ()
    direction: str = AT_LEAST
    goal: float | None = None
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float | None:
        return statistics.median(self.values) if self.values else None

    @property
    def met(self) -> bool | None:
        if self.goal is None or self.median is None:
            return None
        return self.median >= self.goal if self.direction == AT_LEAST else self.median <= self.goal


def ratios(measured: Sequence[float], yardstick: Sequence[float]) -> list[float]:
    """Each round's figure by the yardstick's of the same round."""
    return [one / other for one, other in zip(measured, yardstick, strict=True)]


def show(results: Sequence[Result]) -> None:
    """Print the table."""
    print(f"\n{'':44}{'min':>10}{'median':>10}{'max':>10}  {'':6}{'goal':>9}")
    for result in results:
        if not result.values:
            print(f"{result.name:44}{'skipped: ' + result.note}")
            continue
        figures = "".join(f"{value:10.3g}" for value in (min(result.values), result.median or 0, max(result.values)))
        goal = f"{result.direction} {result.goal:g}" if result.goal is not None else ""
        verdict = {True: "met", False: "MISSED", None: ""}[result.met]
        print(f"{result.name:44}{figures}  {result.unit:6}{goal:>9} {verdict:7} {result.note}")


def write(results: Sequence[Result], file: Path, client: str) -> None:
    machine = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "granian": version("granian"),
        "flask": version("flask"),
        "client": client,
    }
    lines = [asdict(result) | {"median": result.median, "met": result.met} for result in results]
    file.write_text(json.dumps({"machine": machine, "results": lines}, ensure_ascii=False, indent=1) + "\n")
