"""What the consoles refuse."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext

from app.core.errors import DomainError, Message
from tenants.errors import LifecycleError

MESSAGES: dict[str, Message] = {
    "bad-slug": lazy_gettext(
        "Use 1 to 40 lower-case letters, digits and hyphens, not starting or ending with a hyphen; some names are reserved."
    ),
    "encoded-slug": lazy_gettext(
        "Browsers show an address with “--” after its second character as another name. Choose one without that."
    ),
    "slug-taken": lazy_gettext("This address is in use, or was until recently."),
    "bad-name": lazy_gettext("Give the zone a name of at most 60 characters."),
    "union-has-zone": lazy_gettext("This union already has a zone."),
    "zone-differs": lazy_gettext(
        "This zone is already there with another name or starter zone. Change its name on its page; the starter zone stays."
    ),
    "no-zone-above": lazy_gettext("No union above this one has a zone yet. Choose another starter zone."),
    "unknown-preset": lazy_gettext("Choose one of the starter zones."),
    "no-such-transition": lazy_gettext("A zone in this state can't go there."),
    "bad-domain": lazy_gettext("Enter a domain like hall.example.cn, without a path or port."),
    "own-domain": lazy_gettext("This is an address of the platform itself. Enter a domain of the union's own."),
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


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """The tenancy layer's refusals as errors people can read."""
    try:
        yield
    except LifecycleError as refusal:
        raise ZoneRefused(refusal) from refusal


class NothingToChange(DomainError):
    """A change that changes nothing."""

    code = "nothing-to-change"
    status = 422
    message = lazy_gettext("Enter a new name, a new address, or both.")


class DraftRefused(DomainError):
    """A draft that can't be saved or published as it is."""

    code = "draft-refused"
    status = 422
