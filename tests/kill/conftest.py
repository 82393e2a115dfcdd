"""One house for all kill tests of a process: it takes seconds to build and survives everything."""

import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.kill.house import House

TAIL = 20  # lines


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the processes said last belongs to the report of a test that failed."""
    report = yield
    house = getattr(item, "funcargs", {}).get("house")
    if report.failed and isinstance(house, House):
        report.sections += [(f"{name} (last lines)", text) for name, text in house.last_lines(TAIL)]
    return report


@pytest.fixture
def house(standing_house: House) -> House:
    """The house with nothing running in it but its servers and the sandbox."""
    standing_house.quiet()
    return standing_house


@pytest.fixture(scope="session")
def standing_house() -> Iterator[House]:
    var = Path(tempfile.mkdtemp(prefix="hall-kill-"))
    house = House(var)
    try:
        house.start_sandbox()
        yield house
    finally:
        house.close()
        shutil.rmtree(var, ignore_errors=True)
