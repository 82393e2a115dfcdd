"""Two people, or two windows, at one thing: a form says which state of it its page showed, and nothing is done upon another one.

A page puts the thing's mark, a short text that changes with it, into its forms (`ui.seen`). The view hands the mark that
comes back to the operation, which calls `require_seen`. The answer to a refusal is the page with 409: what is there now
beside what was typed, and the mark of that, so that sending again is a decision.
"""

from typing import Any

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict

FIELD = "_seen"


class ChangedMeanwhile(Conflict):
    """The thing was changed after the page was opened, by somebody else or in another window.

    `mark` is that of its present state, `saved` may be the thing itself as it is now.
    """

    code = "changed-meanwhile"
    message = _(
        "This was changed after you opened it, in another window or by somebody else, so nothing was done. Look at what is there now, and send again what still holds."
    )

    def __init__(self, mark: str = "", saved: Any = None) -> None:
        self.mark = mark
        self.saved = saved
        super().__init__()


def require_seen(seen: str | None, mark: str, saved: object = None) -> None:
    """Raises `ChangedMeanwhile` for a page that showed another state than `mark`; None is a caller without a page."""
    if seen is not None and seen != mark:
        raise ChangedMeanwhile(mark, saved)
