"""Bodies and answers of every length through the real server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.deploy.machine import free_port

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws",
               "--log-level", "error", "app.site.door.tests.echo:door"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    found = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(600):
            try:
                httpx.post(found, trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield found
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_what_was_sent_comes_back_whole(address, size, is_chunked):
    sent = os.urandom(size)
    body = iter([sent[:1_000], sent[1_000:]]) if is_chunked else sent
    assert httpx.post(address, content=body, trust_env=False).content == sent


def test_a_long_answer_comes_whole_and_its_end_is_not_waited_for_by_others(address):
    with (
        httpx.Client(trust_env=False) as client,
        client.stream("POST", f"{address}?40", content=b"y" * 1_000_000) as answer,
    ):
        pieces = answer.iter_raw()
        first = next(pieces)
        assert httpx.post(address, content=b"meanwhile", trust_env=False).content == b"meanwhile"
        assert len(first) + sum(map(len, pieces)) == 40_000_000
