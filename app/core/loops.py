"""The event loop of this process: the one its door runs in, or where there is no door one of a thread of its own."""

import asyncio
import os
import threading

_loops: dict[int, asyncio.AbstractEventLoop] = {}
"""By process: one that was forked runs no thread of the other's."""
_finding = threading.Lock()


def use_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Have a loop that runs, or is about to, be this process's."""
    _loops[os.getpid()] = loop


def leave_loop() -> None:
    """Have the loop of this process be its own no more: it ends."""
    _loops.pop(os.getpid(), None)


def the_loop() -> asyncio.AbstractEventLoop:
    """The loop of this process."""
    with _finding:
        loop = _loops.get(os.getpid())
        if loop is None:
            loop = _loops[os.getpid()] = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="loop", daemon=True).start()
        return loop
