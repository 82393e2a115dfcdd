"""Letters are written by a worker: they take half a second."""

from uuid import UUID

from flask_babel import lazy_gettext as _

from app.casework.issuing.operations import ISSUE, issue_letter
from app.core.jobs import Lane, job


@job(ISSUE, title=_("Write a decision letter"), lane=Lane.LONG)
def write_letter(event_id: str, granted: int | None, recovered: int | None) -> None:
    issue_letter(UUID(event_id), granted, recovered)
