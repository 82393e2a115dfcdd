"""What pages of a case say of other ones: for the desk its links and what was merged into it, for the member where it goes on."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.casework import reviews
from app.casework.conversation.queries import MessageLine, list_messages
from app.casework.kinds import CaseKind, find_kind
from app.casework.links.inputs import RELATIONS, LinkSchema
from app.casework.links.linking import list_readable_links
from app.casework.links.merging import MERGE, TAKE_IN, list_choices
from app.casework.links.queries import find_last_goes_on, list_merged_into
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.queries import HistoryLine, Paper, list_history, list_papers
from app.core.forms import Form
from tenants.context import current_actor

KEY = "links"
EVENT_TITLES = {
    MERGE: _("Merged into another case"),
    TAKE_IN: _("Another case was merged into this one"),
}


@dataclass(frozen=True, slots=True)
class MergedCase:
    """A case that was merged into the shown one, with what it brings."""

    case: Case
    kind: CaseKind
    papers: list[Paper]
    messages: list[MessageLine]
    history: list[HistoryLine]


def _show_to_desk(case: Case, refused: Form | None) -> Values:
    actor = current_actor()
    links = list_readable_links(actor, case)
    return {
        "goes_on": find_last_goes_on(case),
        "merged": [_merged(each) for each in list_merged_into(case.id) if reviews.reads(actor, each.id)],
        "links": [line for line in links if line.link.unlinked_at is None],
        "former": [line for line in links if line.link.unlinked_at is not None],
        "kinds": {line.other.id: find_kind(line.other.kind) for line in links},
        "relations": RELATIONS,
        "form": refused or Form(LinkSchema),
        "is_refused": refused is not None,
        "may_merge": bool(list_choices(actor, case)),
    }


def _merged(case: Case) -> MergedCase:
    """What a merged case brings; reading it is reading that case."""
    reviews.open_case(current_actor(), case.id)
    return MergedCase(
        case, find_kind(case.kind), list_papers(case.id), list_messages(case, for_member=False),
        list_history(case.id, for_member=False),
    )  # fmt: skip


def _show_to_member(case: Case, _refused: Form | None) -> Values | None:
    goes_on, merged = find_last_goes_on(case), list_merged_into(case.id)
    return {"goes_on": goes_on, "merged": merged} if goes_on or merged else None


DESK = Panel(KEY, "casework/links/desk.html", _show_to_desk)
MEMBER = Panel(KEY, "casework/links/member.html", _show_to_member)
