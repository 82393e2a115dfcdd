"""Ties a program to the process that starts it, and lets a server of root's run as somebody else.

Runs as a program of its own, before the real one takes its place: `preexec_fn` is unsafe beside threads. It imports
the standard library only, because `python -I -S` starts in 10 ms.

A server that root starts gives up root (PostgreSQL insists). When its directories lie below one that its new user may
not pass (a checkout in `/root`, say), it keeps the one capability to read through directories, and no other right:
copying the data elsewhere would be the alternative.
"""

import ctypes
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_CAPABILITY_VERSION_3 = 0x20080522


class Account(NamedTuple):
    """The operating system's user that a server runs as."""

    name: str
    uid: int
    gid: int


def tethered(
    argv: Sequence[str], *, death_signal: int, account: Account | None = None, directories: Sequence[Path] = ()
) -> list[str]:
    """`argv` in a form that gets `death_signal` when the calling process ends, however it ends.

    With an `account` it runs as that user, able to reach `directories`. The calling *thread* must live as long as
    the process: Linux sends the signal when the thread that forked ends.
    """
    plan = {
        "parent": os.getpid(),
        "signal": int(death_signal),
        "account": account,
        "directories": [str(each) for each in directories],
    }
    return [sys.executable, "-I", "-S", __file__, json.dumps(plan), *argv]


def main(plan: str, *argv: str) -> None:
    """Become `argv` under the conditions of `plan`."""
    wanted = json.loads(plan)
    if wanted["account"]:
        _become(Account(*wanted["account"]), wanted["directories"])
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, wanted["signal"])  # after the change of user, which clears it
    if os.getppid() != wanted["parent"]:
        sys.exit("The process that wanted this one has ended.")
    os.execv(argv[0], argv)


def _become(account: Account, directories: Sequence[str]) -> None:
    os.setgroups([])
    os.setresgid(account.gid, account.gid, account.gid)
    linux = sys.platform == "linux"
    permitted = _permitted_capabilities() if linux else 0
    if linux:
        _prctl(_PR_SET_KEEPCAPS, 1)
    os.setresuid(account.uid, account.uid, account.uid)
    unreachable = [path for path in directories if not os.access(path, os.R_OK | os.X_OK)]
    if linux:
        _keep_only(_way_through_directories(permitted) if unreachable else None)
    elif unreachable:
        sys.exit(f"The user {account.name} cannot reach {unreachable[0]}.")


def _way_through_directories(permitted: int) -> int:
    for capability in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):  # containers often have only the second
        if permitted & (1 << capability):
            return capability
    return sys.exit("root has no capability left here that lets a server through root's own directories.")


def _keep_only(capability: int | None) -> None:
    mask = 0 if capability is None else 1 << capability
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)  # effective, permitted, inheritable; then bits over 31
    if ctypes.CDLL(None, use_errno=True).capset(header, sets):
        raise OSError(ctypes.get_errno(), "capset")
    if capability is not None:
        _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def _permitted_capabilities() -> int:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("CapPrm:"):
            return int(line.split()[1], 16)
    return 0


def _prctl(option: int, *arguments: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, *(ctypes.c_ulong(each) for each in arguments)):
        raise OSError(ctypes.get_errno(), f"prctl {option}")


if __name__ == "__main__":
    main(*sys.argv[1:])
