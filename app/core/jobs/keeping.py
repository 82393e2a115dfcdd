"""Holding the lease of the event that is being run, however long it takes; when the process dies, the lease ends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.core.jobs.execution import Ticket
from app.core.jobs.leasing import extend_lease
from app.core.jobs.policy import policy
from tenants.context import Plane, scope

log = structlog.get_logger()


class LeaseKeeper:
    """A thread beside the worker that extends the lease of the running event three times a lease."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._ticket: Ticket | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    @contextmanager
    def keeping(self, ticket: Ticket) -> Iterator[None]:
        self._ticket = ticket
        try:
            yield
        finally:
            self._ticket = None

    def _keep(self) -> None:
        with self._app.app_context():
            pause = policy().lease / 3
        seen: Ticket | None = None
        while not self._stop.wait(pause):
            ticket = self._ticket
            if ticket is not None and ticket is seen:  # it runs for one pause at least
                self._extend(ticket)
            seen = ticket

    def _extend(self, ticket: Ticket) -> None:
        try:
            with self._app.app_context(), scope(Plane.WORKER):
                extend_lease(ticket)
        except SQLAlchemyError as fault:
            log.warning("lease not extended", id=str(ticket.event_id), reason=type(fault).__name__)
