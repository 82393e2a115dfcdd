"""One server that we run: started on its data directory, watched, stopped, and started again after any death."""

import fcntl
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, ClassVar

from app.core.config import StartupError
from app.core.embedded.directories import Home
from app.core.embedded.tether import tethered

_PATIENCE = 60.0  # seconds; recovery after a crash may read a whole log of changes
_PAUSE = 0.02
_TELLING = (("No space left",), ("FATAL", "PANIC", "Fatal", "rror"))  # the first of a kind that is found tells most


class StillEndingError(StartupError):
    """What a killed server left running has not let go of its data yet; it will within moments."""


class Server(ABC):
    """A server process on `<var>/<name>`.

    The process and all its children inherit a lock on that directory. Whoever gets the lock knows that nothing of an
    earlier run is alive, and may remove left-over pid files and sockets without asking whose they are.
    """

    name: str
    stop_signal: ClassVar[signal.Signals]
    hurry_signal: ClassVar[signal.Signals]

    def __init__(self, home: Home, *, fast: bool = False) -> None:
        self.home = home
        self.fast = fast
        self.data = home.var / self.name
        self.log = home.var / "log" / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> Sequence[str]:
        """Make the data directory, remove what a killed server left behind; the command that starts the server."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it answers."""

    @property
    def pid(self) -> int | None:
        """Of the running process, or of the last one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start and wait until it answers. Raises `StartupError` with the reason that the server itself gave."""
        self.begin()
        self.wait_until_up()

    def begin(self) -> None:
        """Start, as soon as nothing of an earlier run holds the data any more."""
        self._wait_until(self._can_spawn, f"An earlier {self.name} on {self.data} does not end: stop it and try again.")

    def wait_until_up(self) -> None:
        """Wait until what was begun answers."""
        self._wait_until(self._is_up, f"{self.name} does not answer after {_PATIENCE:.0f} s: see {self.log}.")

    def spawn(self) -> None:
        """Start without waiting. Raises `StillEndingError` while something of an earlier run holds the data."""
        if self.poll() is None:  # also collects the exit status of the last process
            raise StillEndingError(f"{self.name} is running.")
        try:
            guard = os.open(self.home.var / f"{self.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._process = self._launch(self.prepare(), guard)
            finally:
                os.close(guard)  # from here on only the server and its children hold it
        except BlockingIOError:
            raise StillEndingError(f"The last {self.name} is still ending.") from None
        except OSError as error:
            raise StartupError(f"{self.name} cannot start on {self.data} ({error.strerror}).") from error

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._process.poll() if self._process else 0

    def terminate(self) -> None:
        """Ask it to end in good order."""
        self._signal(self.stop_signal)

    def kill(self) -> None:
        """End it at once; the next start recovers."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self, within: float = 8.0) -> None:
        """End it within so many seconds: in good order, else in a hurry, else at once."""
        for number, share in ((self.stop_signal, 0.75), (self.hurry_signal, 0.2), (signal.SIGKILL, 0.05)):
            if self._process is None or self._process.poll() is not None:
                return
            self._signal(number)
            try:
                self._process.wait(within * share)
            except subprocess.TimeoutExpired:
                continue

    def run_tool(self, argv: Sequence[str]) -> None:
        """Run a tool of the server's to its end, as the server's user. Raises `StartupError` with its last words."""
        with self._fresh_log() as log:
            done = subprocess.run(
                self._as_account(argv), stdout=log, stderr=log, cwd="/", env=self._environment(), check=False
            )
        if done.returncode:
            raise StartupError(f"{self.name} could not be set up on {self.data}: {self.last_words()}")

    def last_words(self) -> str:
        """The most telling line of the log."""
        lines = [line.strip() for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines()]
        lines = [line for line in lines if line]
        for words in _TELLING:
            if telling := [line for line in lines if any(word in line for word in words)]:
                return telling[-1]
        return (lines or ["it gave no reason."])[-1]

    def _launch(self, argv: Sequence[str], guard: int) -> subprocess.Popen[bytes]:
        with self._fresh_log() as log:
            return subprocess.Popen(
                self._as_account(argv),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self._environment(),
                pass_fds=[guard],
                start_new_session=True,  # Ctrl-C in a terminal is for us; the servers end last
            )

    def _as_account(self, argv: Sequence[str]) -> list[str]:
        return tethered(
            argv,
            death_signal=self.stop_signal,
            account=self.home.account,
            directories=[self.home.var, self.home.sockets, *self.program_directories()],
        )

    def program_directories(self) -> Sequence[Path]:
        """Where the server's programs and libraries are: its user must be able to reach them."""
        return ()

    def _environment(self) -> dict[str, str]:
        """Nothing of ours, where PGPORT or PGOPTIONS would bend the server, but what our Python itself needs to run."""
        needed = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        return needed | {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def _fresh_log(self) -> IO[bytes]:
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log.open("wb")

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _can_spawn(self) -> bool:
        try:
            self.spawn()
        except StillEndingError:
            return False
        return True

    def _is_up(self) -> bool:
        if self.is_ready():
            return True
        if self.poll() is not None:
            raise StartupError(f"{self.name} ended while it was starting on {self.data}: {self.last_words()}")
        return False

    def _wait_until(self, condition: Callable[[], bool], complaint: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise StartupError(complaint)
            time.sleep(_PAUSE)
