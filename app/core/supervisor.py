"""Keeps a handful of processes running: prints what they say, starts again what falls over, ends all of them together.

Small on purpose. Production uses systemd (see deploy/); this is what `flask up` runs on one machine.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Protocol, TextIO

from app.core.config import StartupError
from app.core.embedded.tether import tethered

_TICK = 0.1  # seconds between two looks at the children
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0  # before a child is started again, doubling
_STEADY = 30.0  # a child that ran so long has recovered: its next death starts with the first pause again
GRACE = 6.0  # for ending in good order: longer than a worker takes to give its work back (`jobs.worker.LAST_MOMENT`)
_SERVERS_GRACE = 2.0  # what a server has not written by then it recovers at its next start; all is down within 10 s
_SETTLED = 1.0  # a process without a test of its own counts as ready when it has run so long
_FALLS_BEFORE_READY = 4  # a child that falls so often before everything was ready never will be


class Child(Protocol):
    """What the supervisor looks after: its own processes, and the embedded servers."""

    @property
    def name(self) -> str: ...
    def spawn(self) -> None: ...
    def poll(self) -> int | None: ...
    def is_ready(self) -> bool: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


@dataclass(frozen=True)
class ProcessSpec:
    """A process to run: `env` is added to ours, `restart=False` lets it end.

    It serves when `ready` says so. One that `follows` is started once the others serve and is not waited for: what hands its
    work over keeps it until then. A line with `greeting` in it is for nobody's eyes.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    restart: bool = True
    follows: bool = False
    greeting: str = ""


class Process:
    """A running `ProcessSpec`, in a session of its own so that nothing it started outlives it."""

    def __init__(self, spec: ProcessSpec, say: Callable[[str, str], None]) -> None:
        self.spec = spec
        self.name = spec.name
        self._say = say
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """Of the running process, or of the last one."""
        return self._process.pid if self._process else None

    def spawn(self) -> None:
        """Start it. Raises `StartupError` when there is no such program."""
        if self._process is not None:
            self.kill()  # what the last one left behind may still hold its port
        program = shutil.which(self.spec.argv[0])
        if program is None:
            raise StartupError(f"{self.name} cannot start: there is no program {self.spec.argv[0]}.")
        self._process = subprocess.Popen(
            tethered([program, *self.spec.argv[1:]], death_signal=signal.SIGTERM),
            env=os.environ | self.spec.env | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self._relay, args=[self._process.stdout], daemon=True).start()

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._process.poll() if self._process else 0

    def is_ready(self) -> bool:
        """Whether it serves, by its own test; a process without one is ready when it runs."""
        return self.poll() is None and (self.spec.ready is None or self.spec.ready())

    def terminate(self) -> None:
        """Ask it to end; what it started is its own business."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _relay(self, output: IO[str]) -> None:
        with output:
            for line in output:
                if not self.spec.greeting or self.spec.greeting not in line:
                    self._say(self.name, line.rstrip("\n"))


@dataclass
class _Watch:
    """What the supervisor remembers about one child."""

    child: Child
    restart: bool
    tested: bool = True  # by a test of its own, when it says that it is ready
    follows: bool = False
    started: float = 0.0
    falls: int = 0
    again_at: float | None = None  # when it is to be started; None while it runs or may rest


class Supervisor:
    """Runs `processes`, and looks after `servers` that were started before and end after them.

    Call `run` from the main thread: children end with the thread that started them.
    """

    def __init__(
        self, processes: Sequence[ProcessSpec], *, servers: Sequence[Child] = (), out: TextIO | None = None
    ) -> None:
        self.processes = [Process(spec, self._say) for spec in processes]
        self.servers = list(servers)
        self._out = out or sys.stdout
        self._width = max((len(each.name) for each in [*self.processes, *self.servers]), default=0)
        self._watches = [_Watch(each, restart=True) for each in self.servers]
        self._watches += [
            _Watch(each, each.spec.restart, each.spec.ready is not None, each.spec.follows) for each in self.processes
        ]
        self._stopping = False
        self._ready = False

    def run(self, on_ready: Callable[[], None] | None = None) -> None:
        """Start all, call `on_ready` once all serve that are waited for, and return when asked to end.

        SIGTERM, SIGINT and `stop` ask. Raises `StartupError` when a process keeps falling before all were ready. Everything is down on return.
        """
        with self._ending_signals():
            try:
                self._spawn(follow=False)
                while not self._stopping:
                    self._look_after_all()
                    self._announce(on_ready)
                    time.sleep(_TICK)
            finally:
                self._end_all()

    def stop(self) -> None:
        """Make `run` end everything and return; safe from any thread or signal handler."""
        self._stopping = True

    def _look_after_all(self) -> None:
        now = time.monotonic()
        for watch in self._watches:
            if watch.again_at is not None:
                if now >= watch.again_at:
                    self._start_again(watch, now)
            elif watch.started and (status := watch.child.poll()) is not None:
                self._note_end(watch, status, now)

    def _note_end(self, watch: _Watch, status: int, now: float) -> None:
        name, how = watch.child.name, _in_words(status)
        if not watch.restart:
            watch.started = 0.0
            self._say("supervisor", f"{name} {how}.")
            return
        if now - watch.started > _STEADY:
            watch.falls = 0
        watch.falls += 1
        if not self._ready and watch.falls >= _FALLS_BEFORE_READY:
            raise StartupError(f"{name} {how} {watch.falls} times and never served: its lines above say why.")
        pause = min(_FIRST_PAUSE * 2 ** (watch.falls - 1), _LONGEST_PAUSE)
        watch.again_at = now + pause
        self._say("supervisor", f"{name} {how}; starting it again in {pause:.1f} s.")

    def _start_again(self, watch: _Watch, now: float) -> None:
        try:
            watch.child.spawn()
        except StartupError as error:
            watch.again_at = now + min(_FIRST_PAUSE * 2**watch.falls, _LONGEST_PAUSE)
            self._say("supervisor", str(error))
        else:
            watch.started, watch.again_at = now, None

    def _announce(self, on_ready: Callable[[], None] | None) -> None:
        if not self._ready and all(self._serves(watch) for watch in self._watches if not watch.follows):
            self._spawn(follow=True)
            self._ready = True
            if on_ready:
                on_ready()

    def _spawn(self, *, follow: bool) -> None:
        for process in self.processes:
            if process.spec.follows == follow:
                process.spawn()
        for watch in self._watches:
            if watch.follows == follow:
                watch.started = time.monotonic()

    def _serves(self, watch: _Watch) -> bool:
        if not watch.restart:
            return True
        return watch.child.is_ready() and (watch.tested or time.monotonic() - watch.started >= _SETTLED)

    def _end_all(self) -> None:
        _end(self.processes, GRACE)
        _end(self.servers, _SERVERS_GRACE)

    def _say(self, name: str, line: str) -> None:
        with suppress(OSError, ValueError):  # nobody reads any more; the children must not stop for that
            self._out.write(f"{name:<{self._width}} | {line}\n")
            self._out.flush()

    @contextmanager
    def _ending_signals(self) -> Iterator[None]:
        numbers = [signal.SIGTERM, signal.SIGINT]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup keeps us alive
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, lambda *_: self.stop()) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def port_is_free(port: int) -> bool:
    """Whether a server could listen on `port` of every address now. Raises `PermissionError` where we may not."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("", port))
            attempt.listen()
        except PermissionError:
            raise
        except OSError:
            return False
        return True


def require_free_port(port: int, setting: str = "HALL_PORT", *, patience: float = 0.0) -> None:
    """Raises `StartupError` with one sentence when nothing can be served on `port`, also after `patience` seconds."""
    deadline = time.monotonic() + patience
    try:
        while not (free := port_is_free(port)) and time.monotonic() < deadline:
            time.sleep(_TICK)
    except PermissionError:
        raise StartupError(f"Port {port} is for root only: choose one above 1023 with {setting}.") from None
    if not free:
        raise StartupError(f"Port {port} is taken by another program: stop it, or choose another one with {setting}.")


def _end(children: Sequence[Child], grace: float) -> None:
    """Ask all to end, wait `grace` seconds for the last, then end what is left."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(child.poll() is None for child in children):
        time.sleep(_TICK / 4)
    for child in children:
        child.kill()


def _in_words(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}" if status else "ended"
