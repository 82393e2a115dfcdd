"""The story on a case's page: the member reads the exact text and answers, the desk sees how far it is."""

from flask_babel import lazy_gettext as _

from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.stories.inputs import AnswerSchema
from app.casework.stories.models import StoryState
from app.casework.stories.operations import ANSWER, ASK, PUBLISH, TAKE_BACK, may_have_story, outcome_of
from app.casework.stories.outcomes import TITLES
from app.casework.stories.queries import find_draft, told
from app.core.forms import Form
from app.core.modules import Text

KEY = "story"
EVENT_TITLES: dict[str, Text] = {
    ASK: _("Asked whether a story may be published"),
    ANSWER: _("Answered about the story"),
    PUBLISH: _("Story published"),
    TAKE_BACK: _("Consent to the story taken back"),
}
STATES: dict[str, tuple[Text, str]] = {
    StoryState.DRAFT: (_("Being written"), "neutral"),
    StoryState.ASKED: (_("The member was asked"), "info"),
    StoryState.CHANGES: (_("The member wants changes"), "warning"),
    StoryState.AGREED: (_("The member agrees"), "success"),
    StoryState.DECLINED: (_("The member declined"), "neutral"),
    StoryState.PUBLISHED: (_("Public"), "success"),
    StoryState.TAKEN_BACK: (_("The member took it back"), "neutral"),
}
ANSWERS: list[tuple[str, Text]] = [
    (StoryState.AGREED, _("I agree that exactly this text is published")),
    (StoryState.CHANGES, _("I agree if something is changed")),
    (StoryState.DECLINED, _("I do not want a story of my case")),
]


def _show_member(case: Case, refused: Form | None) -> Values | None:
    draft = find_draft(case.id)
    if draft is None:
        return None
    return {
        "draft": draft,
        "told": told(draft),
        "outcome": TITLES.get(outcome_of(case)),
        "form": refused or Form(AnswerSchema, seen=draft.mark),
        "answers": ANSWERS,
    }


def _show_desk(case: Case, _refused: Form | None) -> Values | None:
    draft = find_draft(case.id)
    return {"state": STATES[draft.state] if draft else None} if may_have_story(case) or draft else None


MEMBER = Panel(KEY, "casework/story_panel.html", _show_member)
DESK = Panel(KEY, "casework/desk/story_panel.html", _show_desk, is_beside=True)
