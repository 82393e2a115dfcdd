"""One house for all kill tests of a process: it takes seconds to build and survives everything."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kill.house import House


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
