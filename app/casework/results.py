"""The page after a member has done something: what happened, what comes next and by when, and where to go from here."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.casework.clock_runs import find_promise
from app.casework.display import progress, promised
from app.casework.employers import unions_at
from app.casework.kinds import CaseKind, find_kind
from app.casework.models import Case
from app.casework.queries import HistoryLine
from app.casework.states import Phase


def outcome(case: Case, history: list[HistoryLine], *, may_apply: bool) -> dict[str, Any] | None:
    """What `layout/result.html` shows of a submitted or withdrawn case; None for any other.

    `may_apply`: whether the reader may begin another one.
    """
    kind = find_kind(case.kind)
    facts = [(_("Case number"), case.number), (_("Kind"), kind.title)]
    if case.phase == Phase.WITHDRAWN:
        begin_again = [_link(_("Apply again"), ".apply", kind_name=kind.name)] if may_apply else []
        return {
            "kind": "success",
            "title": _("It has been withdrawn"),
            "text": _("Nobody goes on with it. What you told us stays in your list, and you can apply again at any time.")
            if may_apply
            else _("Nobody goes on with it. What you told us stays in your list."),
            "facts": facts,
            "actions": [*begin_again, _home()],
        }  # fmt: skip
    if case.phase == Phase.OPEN:
        promise = find_promise(case, kind)
        return {
            "kind": "success",
            "title": _("It has been submitted"),
            "text": _("A case handler of your union reads it. If something is missing we tell you in your messages;"
                      " you need not come in person."),
            "facts": [*facts, (_("Answer by"), promised(promise.due_at if promise else None)), *_kept_from(case, kind)],
            "steps": progress(case, kind, history),
            "actions": [_link(_("See how it stands"), ".case", case_id=case.id), _home()],
        }  # fmt: skip
    return None


def _kept_from(case: Case, kind: CaseKind) -> list[tuple[str, str]]:
    """The unions that must not know, of a case that is kept from the employer's."""
    if not kind.is_employer_blind:
        return []
    names = "、".join(unions_at(case.blind_paths))
    return [(_("Kept from"), names or _("Nobody in particular: we do not know the union of your employer"))]


def _link(label: str, endpoint: str, **values: Any) -> dict[str, str]:
    return {"label": label, "href": url_for(endpoint, **values)}


def _home() -> dict[str, str]:
    return _link(_("Back to the list"), ".home")
