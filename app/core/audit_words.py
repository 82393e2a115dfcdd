"""What the audit trail calls the deeds of background work."""

from flask_babel import lazy_gettext as _

from app.core.audit import AuditEntry
from app.core.audit_things import Thing, column
from app.core.jobs.wording import title_of
from app.core.tasks import Task

ACTIONS = {
    "jobs.cancel": _("Called off background work"),
    "jobs.retry": _("Had background work tried again"),
    "jobs.discard": _("Let background work go"),
}


def _titles_of_work(entries: list[AuditEntry]) -> dict[str, str]:
    return {entry.object_id: title_of(entry.detail["kind"]) for entry in entries}


THINGS = {
    "task": Thing(_("Background work"), column(Task.title), permission="jobs.view"),
    "outbox_event": Thing(_("Background work"), _titles_of_work),
}
