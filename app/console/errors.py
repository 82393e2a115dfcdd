"""What the consoles refuse."""

from flask_babel import lazy_gettext

from app.core.errors import DomainError, Message
from tenants.errors import LifecycleError

MESSAGES: dict[str, Message] = {
    "bad-slug": lazy_gettext(
        "Use 1 to 40 lower-case letters, digits and hyphens, not starting or ending with a hyphen; some names are reserved."
    ),
    "slug-taken": lazy_gettext("This address is in use, or was until recently."),
    "bad-name": lazy_gettext("Give the zone a name of at most 60 characters."),
    "union-has-zone": lazy_gettext("This union already has a zone."),
    "unknown-preset": lazy_gettext("Choose one of the starter zones."),
    "no-such-transition": lazy_gettext("A zone in this state can't go there."),
    "bad-domain": lazy_gettext("Enter a domain like hall.example.cn, without a path or port."),
    "domain-taken": lazy_gettext("Another zone uses this domain."),
    "domain-unproven": lazy_gettext(
        "The proof was not found in the domain's DNS yet. Add the TXT record and try again."
    ),
}


class ZoneRefused(DomainError):
    """A step in a zone's life that its rules refuse."""

    def __init__(self, refusal: LifecycleError) -> None:
        super().__init__(MESSAGES[refusal.code], field=refusal.field, **refusal.details)
        self.code = refusal.code


class DraftRefused(DomainError):
    """A draft that can't be saved or published as it is."""

    code = "draft-refused"
    status = 422


class DraftOutdated(DomainError):
    """Somebody else saved the draft meanwhile."""

    code = "draft-outdated"
    message = lazy_gettext(
        "Somebody else changed the draft meanwhile. Your entries are still below; reload to see theirs."
    )
