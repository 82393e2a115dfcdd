"""An XLSX roster of 100,000 rows beside a million members: from the uploaded file to the last merged row, and its memory."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.harness.city import BenchCity
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result

ROWS, SECONDS, MEGABYTES = 100_000, 20.0, 300.0
KINDS = {"all new": "every row a new member", "yearly": "70 % as they were, 15 % changed, 10 % new, 5 % wrong"}


def run(_: BenchCity, options: Options) -> list[Result]:
    """Once each: an import can't be repeated beside the same members. It has a city and a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "roster.json"
        command = [sys.executable, "-m", "bench.roster_import", "--existing", str(options.members), "--rows", str(ROWS)]
        subprocess.run([*command, "--json", str(file)], check=True, stdout=subprocess.DEVNULL)
        found = json.loads(file.read_text())
    return [result for kind, note in KINDS.items() for result in _lines(kind, note, found[kind])]


def _lines(kind: str, note: str, measured: dict[str, Any]) -> list[Result]:
    name = f"roster of {ROWS:,}, {kind}"
    return [
        Result(name, "s", [measured["import"]["clock"]], AT_MOST, SECONDS, note),
        Result(f"{name}: memory", "MB", [measured["peak_mb"]], AT_MOST, MEGABYTES, "the importing process at its peak"),
    ]
