"""The conversation on a case's page. Whoever it is meant for has read it once it is shown."""

from typing import Any

from app.casework.conversation.models import Author
from app.casework.conversation.operations import may_write, note_read
from app.casework.conversation.queries import list_answers, list_messages
from app.casework.conversation.schemas import ATTACHMENT, MessageSchema
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.core.forms import Form
from tenants.context import current_actor
from tenants.ids import uuid7

KEY = "messages"


def _show_member(case: Case, refused: Form | None) -> Values:
    shown = _conversation(case, refused, Author.MEMBER)
    note_read(case, Author.MEMBER)
    return shown


def _show_desk(case: Case, refused: Form | None) -> Values:
    """For staff a message stays new until the handler opens the case; where nobody has taken it, whoever does."""
    shown = _conversation(case, refused, Author.STAFF) | {"answers": list_answers(case.module)}
    if case.handler_id in (None, current_actor().account_id):
        note_read(case, Author.STAFF)
    return shown


def _conversation(case: Case, refused: Form | None, reader: Author) -> dict[str, Any]:
    return {
        "messages": list_messages(case, for_member=reader is Author.MEMBER),
        "reader": reader,
        "form": refused or Form(MessageSchema),
        "once": uuid7(),
        "may_write": may_write(case),
        "takes": ATTACHMENT,
    }


MEMBER = Panel(KEY, "casework/messages.html", _show_member)
DESK = Panel(KEY, "casework/desk/messages.html", _show_desk)
