"""What the rules of news refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput
from app.core.seen import ChangedMeanwhile


class AlreadyWritten(ChangedMeanwhile):
    """The same new-article form was sent before, with another text; `saved` is the one that is stored."""

    code = "news-already-written"
    message = _(
        "This article was already saved from the same form, with another text. Your text is kept below; compare both and save again."
    )


class WrongState(Conflict):
    """The article's state does not allow this step."""

    code = "news-wrong-state"
    message = _("This article is not in a state that allows this. Reload the page to see what happened to it.")


class NothingToPublish(InvalidInput):
    """Readers would see an empty page."""

    code = "news-empty-body"
    message = _("Write the text of the article before publishing it.")

    def __init__(self) -> None:
        super().__init__(field="body")


class NeedsPublisher(Forbidden):
    """The article is public: changing it is publishing."""

    code = "news-needs-publisher"
    message = _("This article is public. Only staff who may publish can change it.")


class NotTheCity(Forbidden):
    """Only the zone of the city's own union shares articles with the zones below."""

    code = "news-not-the-city"
    message = _("Only the city union's own zone can share articles with other zones.")
