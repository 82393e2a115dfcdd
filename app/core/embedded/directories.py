"""Where the servers keep their files, who owns them, and the lock that keeps a second instance out."""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.core.config import StartupError
from app.core.embedded.tether import Account

_LONGEST_SOCKET_PATH = 107  # bytes in sockaddr_un
_LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"
_SPACE_FOR_NEW, _SPACE_TO_GO_ON = 200 * 1024 * 1024, 50 * 1024 * 1024


@dataclass(frozen=True)
class Home:
    """The directories of one instance: `var` itself, `sockets` (short and private) and the user all of it is for."""

    var: Path
    sockets: Path
    account: Account | None

    def private_directory(self, path: Path) -> Path:
        """`path`, made if missing, which only the servers' user (and root) can enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)
        return path


def prepare_home(var: Path) -> Home:
    """Make `var` ready to hold servers. Raises `StartupError` where it cannot be written or the disk is full."""
    try:
        for directory in (var, var / "log"):
            directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=var):
            pass
    except OSError as error:
        raise _unusable(var, error) from error
    _refuse_full_disk(var)
    _refuse_foreign_data(var)
    home = Home(var=var, sockets=_socket_directory(var), account=_account_for(var))
    home.private_directory(home.sockets)
    return home


@dataclass
class InstanceLock:
    """The lock of the one instance that may use `var`; held until released or until the process ends.

    `after_a_death` says that its last holder did not release it: what that one left behind may still be ending.
    """

    file: IO[str]
    after_a_death: bool

    def release(self) -> None:
        """Give `var` back in good order."""
        self.file.truncate(0)
        self.file.close()


def lock_instance(var: Path) -> InstanceLock:
    """Claim `var`. Raises `StartupError` when another instance has it, or it cannot be written."""
    try:
        file = (var / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return InstanceLock(file, after_a_death=bool(_sign(file)))
        except OSError:
            file.close()
            raise
    except BlockingIOError:
        holder = (var / "lock").read_text().strip() or "unknown"
        raise StartupError(
            f"Unionhall is already running on {var} (process {holder}): "
            "stop it, or give this one its own directory with HALL_VAR."
        ) from None
    except OSError as error:
        raise _unusable(var, error) from error


def _sign(file: IO[str]) -> str:
    """Write our process id into the lock; returns what its last holder left there."""
    file.seek(0)
    left = file.read().strip()
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return left


def _unusable(var: Path, error: OSError) -> StartupError:
    return StartupError(
        f"The directory {var} cannot be used ({error.strerror}): "
        "make it writable, with room to spare, or choose another one with HALL_VAR."
    )


def _account_for(var: Path) -> Account | None:
    """Who the servers run as: oneself, but never root. The owner of existing data stays its owner."""
    if os.geteuid() != 0:
        return None
    candidates = [path.stat().st_uid for path in (var / "postgres", var / "valkey", var) if path.exists()]
    for identity in [*(uid for uid in candidates if uid != 0), "postgres", "nobody"]:
        try:
            entry = pwd.getpwuid(identity) if isinstance(identity, int) else pwd.getpwnam(identity)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise StartupError("PostgreSQL refuses to run as root and there is no other user here: start as another user.")


def _refuse_full_disk(var: Path) -> None:
    free = shutil.disk_usage(var).free
    needed = _SPACE_TO_GO_ON if (var / "postgres").exists() else _SPACE_FOR_NEW
    if free < needed:
        raise StartupError(
            f"The disk under {var} is full ({free >> 20} MB free, the servers need {needed >> 20} MB): "
            "make room, or choose another directory with HALL_VAR."
        )


def _refuse_foreign_data(var: Path) -> None:
    me = os.geteuid()
    for path in (var / "postgres", var / "valkey"):
        if me != 0 and path.exists() and path.stat().st_uid != me:
            raise StartupError(
                f"{path} belongs to another user (uid {path.stat().st_uid}): "
                "start as that user or as root, or choose another directory with HALL_VAR."
            )


def _socket_directory(var: Path) -> Path:
    """`<var>/run`, or a directory in the system's temporary one where that is too long for a socket's path."""
    near = var / "run"
    if len(os.fsencode(f"{near}{_LONGEST_SOCKET_NAME}")) <= _LONGEST_SOCKET_PATH:
        return near
    short = Path("/tmp") / f"hall-{hashlib.sha256(os.fsencode(var)).hexdigest()[:12]}"  # noqa: S108 - checked below
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    ours = {os.geteuid(), account.uid} if (account := _account_for(var)) else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours or found.st_mode & 0o077:
        raise StartupError(f"{short} is not ours: remove it, or choose a shorter directory with HALL_VAR.")
    return short
