"""Background work in words for staff; what only programmers understand is kept apart."""

import re

from flask_babel import gettext as _

from app.core.jobs.registry import handlers

REFUSED = re.compile(r"[a-z][a-z0-9-]*: (?P<message>.+)", re.DOTALL)
BROKEN = re.compile(r"[A-Z]\w+(?: at \S+:\d+)?")


def title_of(kind: str) -> str:
    """What work of a kind does; its name where no part declares it (any more)."""
    handler = handlers.get(kind)
    return str(handler.title or kind) if handler else _("Work of a part that is no longer installed")


def reason_of(last_error: str) -> str:
    """Why work was given up: one sentence of the end an event keeps (`execution.describe`)."""
    if refused := REFUSED.fullmatch(last_error):
        return refused["message"]
    if BROKEN.fullmatch(last_error):
        return _(
            "The program came upon something it was not made for. Tell those who run the platform; they need the details."
        )
    if last_error.startswith("the zone is "):
        return _("The zone is closed for good.")
    if last_error.startswith("the provider "):
        return _("The provider was out of reach, or did not take it, for a whole day.")
    if last_error.startswith("every worker "):
        return _("Each time the machine stopped before this was finished.")
    return _("It could not be done. Tell those who run the platform; they need the details.")
