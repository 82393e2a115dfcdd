"""What identity refuses."""

from flask_babel import lazy_gettext

from app.core.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, TooMany


class WrongCode(InvalidInput):
    """The code is wrong, expired, used or tried too often; which of them is nobody's business."""

    code = "wrong-code"
    message = lazy_gettext("The code is wrong or no longer valid. Check it, or ask for a new one.")


class WrongPassword(InvalidInput):
    """Phone and password don't belong together; the same answer for phones nobody has."""

    code = "wrong-password"
    message = lazy_gettext("The phone number or the password is wrong.")


class AccountBlocked(Forbidden):
    """The person proved who they are, and the account is closed."""

    code = "account-blocked"
    message = lazy_gettext("This account is closed. Ask the staff of your union to open it again.")


class SmsNotSent(DomainError):
    """The provider of short messages is away."""

    code = "sms-not-sent"
    status = 503
    message = lazy_gettext("We couldn't send the code just now. Your number is still here: try again in a moment.")


class CodeJustSent(TooMany):
    """A code for this phone left less than a minute ago."""

    code = "code-just-sent"
    message = lazy_gettext("A code was sent less than a minute ago. Please wait for it to arrive.")


class WeakPassword(InvalidInput):
    """A password that is guessed first."""

    code = "weak-password"


class UnknownHost(NotFound):
    """A hand-off to a host that is none of ours."""

    code = "unknown-host"
    message = lazy_gettext("The address you came from is not one of this platform's.")


class UnknownRole(InvalidInput):
    """No role of that name."""

    code = "unknown-role"
    message = lazy_gettext("Please choose one of the roles.")


class UnknownUnion(InvalidInput):
    """No union of that name in the zone's subtree, or several."""

    code = "unknown-union"
    message = lazy_gettext("No single union here has this name. Enter the full name or the unified social credit code.")


class RoleNotYours(Forbidden):
    """Nobody grants or takes what they don't hold."""

    code = "role-not-yours"
    message = lazy_gettext("You can only give and take roles whose permissions you hold yourself.")


class OwnRole(Conflict):
    """Taking one's own role away would leave the desk without the one who noticed."""

    code = "own-role"
    message = lazy_gettext("You can't take your own role away. Ask a colleague to do it.")
