"""Clients: `wrk` where it is installed, else one of our own in Python, which is slower than the fastest servers are."""

import json
import re
import selectors
import shutil
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from bench.harness.http import ask
from bench.harness.servers import CLIENT_CORE, cpu_seconds, pinned

CONNECTIONS = 32
WRK = shutil.which("wrk")
CLIENT_NAME = "wrk" if WRK else "a Python client (install wrk for figures of servers faster than it)"


@dataclass(frozen=True)
class Asked:
    """What a case asks for; with `cookies`, each request brings the next of them."""

    port: int
    host: str
    path: str = "/"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()
    status: int = 200
    """The status every answer has; 0 for any that is no error."""


@dataclass(frozen=True)
class Measured:
    """Requests a second, latencies in milliseconds, and the CPU of all servers for one request in microseconds."""

    per_second: float
    p50: float
    p99: float
    cpu: float = 0.0


def warm(asked: Asked) -> None:
    """Ask once with each cookie, as everybody's first visit does.

    Raises `RuntimeError` when an answer has another status than the case expects.
    """
    for cookie in asked.cookies or ("",):
        headers = asked.headers | ({"Cookie": cookie} if cookie else {})
        status = ask(asked.port, asked.host, asked.path, headers)[0]
        if status != asked.status:
            raise RuntimeError(f"{asked.host}{asked.path} answers {status}, not {asked.status}")


def measure(asked: Asked, seconds: float) -> Measured:
    """Load one address for so long. Raises `RuntimeError` when requests fail."""
    used, started = cpu_seconds(), time.perf_counter()
    with pinned(CLIENT_CORE):
        found = _with_wrk(asked, seconds) if WRK else _with_python(asked, seconds)
    requests = found.per_second * (time.perf_counter() - started)
    return replace(found, cpu=(cpu_seconds() - used) / max(requests, 1) * 1e6)


_SCRIPT = """
local headers = %(headers)s
local cookies = %(cookies)s
local requests = {}
local n = 0
init = function()
  if #cookies == 0 then requests[1] = wrk.format("GET", %(path)s, headers) end
  for number, cookie in ipairs(cookies) do
    headers["Cookie"] = cookie
    requests[number] = wrk.format("GET", %(path)s, headers)
  end
end
request = function()
  n = n %% #requests + 1
  return requests[n]
end
done = function(summary, latency)
  local errors = summary.errors
  local wrong = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('{"requests": %%d, "micros": %%d, "p50": %%d, "p99": %%d, "wrong": %%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), wrong))
end
"""


def _lua(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{json.dumps(k)}] = {json.dumps(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(json.dumps(v) for v in value) + "}"
    return json.dumps(value)


def _with_wrk(asked: Asked, seconds: float) -> Measured:
    script = _SCRIPT % {
        "headers": _lua({"Host": asked.host, **asked.headers}),
        "cookies": _lua(list(asked.cookies)),
        "path": _lua(asked.path),
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.lua"
        file.write_text(script)
        command = [
            str(WRK),
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{max(1, round(seconds))}s",
            "-s",
            str(file),
            f"http://127.0.0.1:{asked.port}/",
        ]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(re.search(r"^\{.*\}$", output, re.MULTILINE)[0])  # type: ignore[index]
    if found["wrong"]:
        raise RuntimeError(f"{found['wrong']} of {found['requests']} requests failed")
    return Measured(found["requests"] / found["micros"] * 1e6, found["p50"] / 1e3, found["p99"] / 1e3)


_starts = count(step=17)


class _Connection:
    """One kept-alive connection that sends the next request as soon as the answer is complete."""

    def __init__(self, asked: Asked, requests: Sequence[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", asked.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._next = next(_starts) % len(requests)
        self._buffer = b""
        self._status = str(asked.status).encode()
        self.send()

    def send(self, request: bytes = b"") -> None:
        """Send this request, or the next one in turn."""
        self._next = (self._next + 1) % len(self._requests)
        self.sent_at = time.perf_counter()
        self.socket.sendall(request or self._requests[self._next])

    def receive(self) -> bool:
        """Whether an answer is complete now."""
        self._buffer += self.socket.recv(262_144)
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self._buffer[:end].lower()
        if head[9:12] != self._status and not (self._status == b"0" and head[9:10] in b"23"):
            raise RuntimeError(f"another status than {self._status.decode()}: {head[:60]!r}")
        length = re.search(rb"content-length: (\d+)", head)
        if len(self._buffer) < end + 4 + (int(length[1]) if length else 0):
            return False
        self._buffer = b""
        return True


def requests_of(asked: Asked, method: str = "GET") -> list[bytes]:
    """What is sent: one request for each cookie, or the one there is without any."""
    lines = [
        f"{method} {asked.path} HTTP/1.1",
        f"Host: {asked.host}",
        *[f"{name}: {value}" for name, value in asked.headers.items()],
        *(["Content-Length: 0"] if method != "GET" else []),
    ]
    head = "\r\n".join(lines)
    return [f"{head}\r\nCookie: {cookie}\r\n\r\n".encode() for cookie in asked.cookies] or [f"{head}\r\n\r\n".encode()]


def measure_each(asked: Asked, requests: Sequence[bytes], clients: int) -> Measured:
    """Send each request once, as many at a time as there are clients; always by the client in Python. Raises `RuntimeError`."""
    left, latencies = deque(requests), list[float]()
    with pinned(CLIENT_CORE), selectors.DefaultSelector() as waiting:
        started = time.perf_counter()
        for _ in range(min(clients, len(requests))):
            connection = _Connection(asked, [left.popleft()])
            waiting.register(connection.socket, selectors.EVENT_READ, connection)
        while len(latencies) < len(requests):
            for key, _ in waiting.select(30):
                if key.data.receive():
                    latencies.append(time.perf_counter() - key.data.sent_at)
                    if left:
                        key.data.send(left.popleft())
        seconds = time.perf_counter() - started
        for key in list(waiting.get_map().values()):
            key.data.socket.close()
    return _summed_up(latencies, seconds)


def _with_python(asked: Asked, seconds: float) -> Measured:
    requests = requests_of(asked)
    latencies: list[float] = []
    started = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for _ in range(CONNECTIONS):
            connection = _Connection(asked, requests)
            waiting.register(connection.socket, selectors.EVENT_READ, connection)
        while time.perf_counter() - started < seconds:
            for key, _ in waiting.select(1):
                if key.data.receive():
                    latencies.append(time.perf_counter() - key.data.sent_at)
                    key.data.send()
        for key in list(waiting.get_map().values()):
            key.data.socket.close()
    return _summed_up(latencies, time.perf_counter() - started)


def _summed_up(latencies: list[float], seconds: float) -> Measured:
    latencies.sort()
    middle, high = latencies[len(latencies) // 2], latencies[len(latencies) * 99 // 100]
    return Measured(len(latencies) / seconds, middle * 1e3, high * 1e3)
