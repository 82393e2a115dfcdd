"""The machinery behind the web: relay, worker and sandbox over a database of their own, a process each, with their ordinary
patience."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.harness.servers import ROOT, tree_seconds
from tests.kill.house import House

START = """
from app.core.config import load_settings
from app.core.jobs.{0} import run_{0}
from app.factory import create_app
run_{0}(create_app(load_settings()))
"""


@contextmanager
def machinery() -> Iterator[House]:
    """A house in which relay, worker and sandbox run; everything is gone afterwards."""
    var = Path(tempfile.mkdtemp(prefix="hall-bench-"))
    house = House(var)
    try:
        house.start_sandbox()
        for command in ("relay", "worker"):
            _start(house, command)
        yield house
    finally:
        house.close()
        shutil.rmtree(var, ignore_errors=True)


def _start(house: House, command: str) -> None:
    argv = [sys.executable, "-c", START.format(command)]
    with (house.var / "log" / f"{command}.out").open("ab") as log:
        house.processes[command] = subprocess.Popen(
            argv, cwd=ROOT, env=house.environment, stdout=log, stderr=log, start_new_session=True
        )


def used_seconds(house: House) -> dict[str, float]:
    """CPU that each part has used so far, with its children."""
    postgres = int(next(house.var.rglob("postmaster.pid")).read_text().split()[0])
    pids = {name: process.pid for name, process in house.processes.items()} | {"PostgreSQL": postgres}
    return {name: tree_seconds(pid) for name, pid in pids.items()}
