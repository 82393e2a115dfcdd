"""Starting and ending everything with one command: the first start in an empty directory, the second, SIGTERM to the end."""

import shutil
import tempfile
from pathlib import Path

from bench.harness.city import BenchCity
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result
from tests.e2e.installation import Installation

FIRST, SECOND, END = 60.0, 5.0, 10.0  # seconds


def run(_: BenchCity, options: Options) -> list[Result]:
    """Each round has a directory of its own; the first start makes the databases and the demo city."""
    first, second, end = [], [], []
    for _round in range(options.rounds):
        folder = Path(tempfile.mkdtemp(prefix="hall-bench-start-"))
        installation = Installation(folder / "var")
        try:
            first.append(installation.start())
            end.append(installation.stop())
            second.append(installation.start())
            end.append(installation.stop())
        finally:
            if installation.process and installation.process.poll() is None:
                installation.stop()
            shutil.rmtree(folder, ignore_errors=True)
    return [
        Result("first start to ready", "s", first, AT_MOST, FIRST, "packages are there"),
        Result("second start to ready", "s", second, AT_MOST, SECOND),
        Result("SIGTERM to the end of everything", "s", end, AT_MOST, END),
    ]
