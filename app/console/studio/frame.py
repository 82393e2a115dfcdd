"""What the studio's pages share: the strip over the page, the preview beside it, saving a form in the draft."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console import drafts
from app.console.diff import Difference, differences
from app.console.previewing import preview_href, preview_pages, show_preview
from app.console.rows import SettingsForm
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.seen import ChangedMeanwhile
from app.core.theming import render
from tenants.context import current_zone
from tenants.revisions import RevisionDocument


def studio_page(template: str, *, shown: UUID | None = None, page: str = "home", **context: Any) -> str:
    """A page with the draft's strip, and the preview of a revision: the draft, the one in force, or `shown`."""
    draft = drafts.find_draft()
    revision_id = shown or (draft.id if draft else current_zone().revision_id)
    pages = preview_pages(drafts.draft_document())
    chosen = request.args.get("page", page)
    return render(
        template,
        has_draft=draft is not None,
        preview_url=preview_href(revision_id, chosen if chosen in pages else "home"),
        preview_page=chosen if chosen in pages else "home",
        preview_pages=pages.values(),
        seen=drafts.draft_mark(),
        **context,
    )


def is_preview() -> bool:
    """Whether the form was sent to be looked at, not to be saved."""
    return request.form.get("step") == "preview"


def edited(
    form: Form, *, change: Callable[[], RevisionDocument | None], page: Callable[..., str], saved: Callable[[], str]
) -> ResponseReturnValue:
    """A studio page with a form: shown, previewed with what is typed, or saved in the draft.

    `change` makes the document of the accepted form (None where it finds a fault), `page` shows the form again, `saved`
    says where to go on. When somebody else saved meanwhile, what is saved now is shown beside what was typed.
    """
    if request.method != "POST":
        return page(meanwhile=None)
    changed = change() if form.submit() else None
    if is_preview():
        return _unsaved(form, changed)
    meanwhile = _save(form, changed) if changed is not None else None
    if not form.errors:
        flash(_("Saved in the draft."), "success")
        return redirect(saved())
    if isinstance(form, SettingsForm):
        form.give_pictures_back()
    return page(meanwhile=meanwhile), 422 if meanwhile is None else ChangedMeanwhile.status


def _save(form: Form, changed: RevisionDocument) -> list[Difference] | None:
    """Save; a refusal goes to the form. Returns what differs from the draft that somebody else saved, if one did."""
    try:
        drafts.save_draft(changed, seen=form.seen)
    except ChangedMeanwhile as refusal:
        form.refuse(refusal)
        return differences(drafts.draft_document(), changed)
    except DomainError as refusal:
        form.refuse(refusal)
    return None


def _unsaved(form: Form, changed: RevisionDocument | None) -> ResponseReturnValue:
    """The preview of what is typed, or a small page with what is wrong with it."""
    if changed is not None and not form.errors:
        try:
            return show_preview(drafts.allowed(changed), request.form.get("page", "home"))
        except DomainError as refusal:
            form.refuse(refusal)
    return make_response(render("console/preview_refused.html", form=form), 422)
