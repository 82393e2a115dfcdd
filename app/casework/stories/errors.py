"""What the rules of stories refuse."""

from datetime import date

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput
from app.core.modules import Text


class NotOver(Conflict):
    """A story is told of what is over."""

    code = "story-case-not-over"
    message = _("A story is told of a case that is over.")


class MemberSaidNo(Conflict):
    """Who declined, or took their consent back, is not asked again."""

    code = "story-member-said-no"
    message = _("The member does not want a story of this case.")


class TellsTooMuch(InvalidInput):
    """The text holds something of what the application tells; `field` says where."""

    code = "story-tells-too-much"

    def __init__(self, field: str, found: str, what: Text) -> None:
        super().__init__(_("“%(found)s” leads to the person: %(what)s. Leave it out, or say it otherwise.", found=found, what=what),
                         field=field)  # fmt: skip


class OwnStory(Forbidden):
    """Whoever wrote a story may not publish it."""

    code = "story-own"
    message = _("You wrote this story: it takes a second person to publish it.")


class NameStillShown(Conflict):
    """The masked name is on public notice: whoever reads both would know whose story it is."""

    code = "story-name-still-shown"

    def __init__(self, last_day: date) -> None:
        super().__init__(_("The masked name is on public notice until %(day)s: beside it the story would tell whose it is. Publish it later.",
                           day=last_day.isoformat()))  # fmt: skip


class StoryMovedOn(Conflict):
    """The story stands where this can't be done."""

    code = "story-moved-on"
    message = _("The story has moved on; this can't be done any more.")
