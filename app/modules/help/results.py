"""The page after a member has done something: what happened, what comes next and by when, and where to go from here."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.core.i18n import day
from app.modules.help.display import progress
from app.modules.help.kinds import KINDS
from app.modules.help.models import Application
from app.modules.help.queries import HistoryLine
from app.modules.help.states import WAITING, State


def outcome(application: Application, history: list[HistoryLine], *, may_apply: bool) -> dict[str, Any] | None:
    """What `layout/result.html` shows of a submitted or withdrawn application; None for any other.

    `may_apply`: whether the reader may begin another one.
    """
    facts = [(_("Application number"), application.number), (_("Kind"), KINDS[application.kind].title)]
    if application.state == State.WITHDRAWN:
        return {
            "kind": "success",
            "title": _("The application has been withdrawn"),
            "text": _(
                "Nobody goes on with it. What you told us stays in your list, and you can apply again at any time."
            )
            if may_apply
            else _("Nobody goes on with it. What you told us stays in your list."),
            "facts": facts,
            "actions": [_link(_("Apply again"), "help.apply", kind_key=application.kind), _home()]
            if may_apply
            else [_home()],
        }
    if application.state in WAITING:
        return {
            "kind": "success",
            "title": _("Your application has been submitted"),
            "text": _("A case handler of your union reads it. If something is missing we tell you in your messages;"
                      " you need not come in person."),
            "facts": [*facts, (_("Answer by"), day(application.promised_by))],
            "steps": progress(application, history),
            "actions": [_link(_("See the application"), "help.application", application_id=application.id), _home()],
        }  # fmt: skip
    return None


def _link(label: str, endpoint: str, **values: Any) -> dict[str, str]:
    return {"label": label, "href": url_for(endpoint, **values)}


def _home() -> dict[str, str]:
    return _link(_("My applications"), "help.home")
