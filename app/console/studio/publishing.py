"""Publishing the draft, looking at earlier revisions, and going back to one."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console import drafts
from app.console.diff import differences
from app.console.errors import DraftRefused
from app.console.locks import with_locks
from app.console.previewing import preview_href
from app.console.studio.frame import studio_page
from app.core.access import requires
from tenants.context import current_zone
from tenants.revisions import RevisionDocument, published_document

LONGEST_NOTE = 200


@requires("zone.publish")
def publish() -> ResponseReturnValue:
    """What would change, the button that makes it so, and what was published before."""
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    if request.method == "POST":
        try:
            published = drafts.publish_draft(note)
        except DraftRefused as refusal:
            return _page(note, refusal), refusal.status
        flash(_("Revision %(number)s is published.", number=published.number), "success")
        return redirect(url_for("console.publish"))
    return _page(note)


def _page(note: str, refusal: DraftRefused | None = None) -> str:
    revisions = drafts.list_revisions(request.args.get("before", type=int))
    shown = revisions[: drafts.PAGE]
    return studio_page(
        "console/publish.html",
        changes=differences(published_document(current_zone()), drafts.draft_document()) if drafts.find_draft() else [],
        revisions=shown,
        who=drafts.publishers(shown),
        view=preview_href,
        next_href=url_for("console.publish", before=shown[-1].number) if len(revisions) > drafts.PAGE else "",
        form={"values": {"note": note}, "errors": {"": [str(refusal.message)]} if refusal else {}},
    )


@requires("zone.publish")
def discard() -> ResponseReturnValue:
    drafts.discard_draft()
    flash(_("The draft is discarded."), "success")
    return redirect(url_for("console.publish"))


@requires("zone.publish")
def revision(revision_id: UUID) -> ResponseReturnValue:
    """An earlier revision beside what is in force now, before one goes back to it."""
    found = drafts.find_revision(revision_id)
    document = with_locks(RevisionDocument.from_json(found.document))
    return studio_page(
        "console/revision.html",
        shown=found.id,
        revision=found,
        who=drafts.publishers([found]).get(found.id, ""),
        changes=differences(published_document(current_zone()), document),
    )


@requires("zone.publish")
def roll_back(revision_id: UUID) -> ResponseReturnValue:
    try:
        published = drafts.roll_back(revision_id)
    except DraftRefused as refusal:
        flash(str(refusal.message), "error")
        return redirect(url_for("console.revision", revision_id=revision_id))
    flash(_("Rolled back: revision %(number)s is published.", number=published.number), "success")
    return redirect(url_for("console.publish"))
