"""Domain errors: what a rule refuses, in words a person can act on."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

Message = str | LazyString


class DomainError(Exception):
    """A refusal by a rule. `code` is stable for programs, `message` is for people, `field` names the input at fault.

    Subclasses set `code`, `status` (HTTP) and a default `message`.
    """

    code = "refused"
    status = 409
    message: Message = lazy_gettext("This can't be done right now.")

    def __init__(self, message: Message | None = None, *, field: str = "", **details: object) -> None:
        if message is not None:
            self.message = message
        self.field = field
        self.details = details
        super().__init__(self.code)

    @property
    def headers(self) -> dict[str, str]:
        """What an answer over HTTP says of the refusal in its headers."""
        return {}

    def __str__(self) -> str:
        return f"{self.code} {self.details}" if self.details else self.code


class NotFound(DomainError):
    """The object does not exist here, or the actor may not know that it does."""

    code = "not-found"
    status = 404
    message = lazy_gettext("There is nothing here.")


class Forbidden(DomainError):
    """The actor is known and lacks the permission."""

    code = "forbidden"
    status = 403
    message = lazy_gettext("You don't have permission for this.")


class Conflict(DomainError):
    """Somebody else was faster, or the state does not allow it any more."""

    code = "conflict"
    status = 409
    message = lazy_gettext("This has changed meanwhile. Reload the page and try again.")


class InvalidInput(DomainError):
    """Input that a schema lets pass and a rule does not."""

    code = "invalid-input"
    status = 422
    message = lazy_gettext("Please check what you entered.")


class TooMany(DomainError):
    """A limit against guessing or flooding was reached."""

    code = "too-many-requests"
    status = 429
    message = lazy_gettext("Too many attempts. Please wait a moment and try again.")

    @property
    def headers(self) -> dict[str, str]:
        """`details["retry_after"]` is the number of seconds after which the limit begins anew."""
        return {"Retry-After": str(self.details["retry_after"])} if "retry_after" in self.details else {}


class SignedOut(DomainError):
    """A form was sent after the session had ended; `path` leads to the sign-in and back.

    What `is_unread` was too large to be read and given back.
    """

    status = 401
    code = "signed-out"
    message = lazy_gettext("You have been signed out.")

    def __init__(self, path: str, *, is_unread: bool = False) -> None:
        self.path, self.is_unread = path, is_unread
        super().__init__()


class ReadOnly(DomainError):
    """The zone is read-only: reading goes on, writing is refused."""

    code = "zone-read-only"
    status = 409
    message = lazy_gettext("This zone is read-only at the moment. Nothing was changed.")
