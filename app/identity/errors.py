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


class NumberUnreachable(InvalidInput):
    """The provider will never deliver to this number; it is told alike for every phone, known here or not."""

    code = "number-unreachable"
    message = lazy_gettext("Messages can't be delivered to this number. Check it, or use another one.")


class PhoneTaken(Conflict):
    """Another account has the phone; told only to whoever has just entered a code that was sent to it."""

    code = "phone-taken"
    message = lazy_gettext("This number has an account of its own. Sign in with it, or choose another number.")


class CodeJustSent(TooMany):
    """A code for this phone left less than a minute ago."""

    code = "code-just-sent"
    message = lazy_gettext("A code was sent less than a minute ago. Please wait for it to arrive.")


class WeakPassword(InvalidInput):
    """A password that is guessed first."""

    code = "weak-password"


class TokenNeeded(DomainError):
    """A program came without a token where one is needed."""

    code = "token-needed"
    status = 401
    message = lazy_gettext("This takes a token of this zone, sent in the header Authorization: Bearer <token>.")

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": challenge()}


class InvalidToken(DomainError):
    """The token is unknown in this zone, expired, revoked, or not sent as a bearer token."""

    code = "invalid-token"
    status = 401
    message = lazy_gettext(
        "This token is not valid in this zone: it is unknown here, expired or revoked, or its account is closed."
    )

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": challenge("invalid_token")}


class ScopeMissing(Forbidden):
    """The token is good and does not carry the scope, or its account does not hold it any more."""

    code = "scope-missing"
    message = lazy_gettext("The token does not carry the scope that this takes, or its account no longer holds it.")

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": challenge("insufficient_scope", scope=str(self.details["scope"]))}


def challenge(error: str = "", *, scope: str = "") -> str:
    """The header by which a program learns how to sign in, and what was wrong with how it did (RFC 6750, section 3)."""
    given = {"realm": "unionhall", "error": error, "scope": scope}
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in given.items() if value)


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


class CityRoleBelowCity(InvalidInput):
    """A role for the whole city, asked for at a union below it."""

    code = "city-role-below-city"
    message = lazy_gettext("This role is for the whole city: it can only be given for the city union itself.")


class OwnRole(Conflict):
    """Taking one's own role away would leave the desk without the one who noticed."""

    code = "own-role"
    message = lazy_gettext("You can't take your own role away. Ask a colleague to do it.")


class RoleHeldInZone(Conflict):
    """With the role ends what its holder does in a zone, which that zone alone knows."""

    code = "role-held-in-zone"
    message = lazy_gettext(
        "What this person does in the zone of that union ends with the role: cases, fees, appointments. Have it ended there, in "
        "the zone's own console; the role goes with it."
    )


class NoAccount(NotFound):
    """Nobody signs in with this phone; told to city staff only."""

    code = "no-account"
    message = lazy_gettext("Nobody has an account with this number.")


class LastCityAdmin(Conflict):
    """The city would be left without anybody who can give roles."""

    code = "last-city-admin"
    message = lazy_gettext("This is the last administrator of the city. Appoint another one first.")


class OwnAccount(Conflict):
    """Nobody closes the account they are working with."""

    code = "own-account"
    message = lazy_gettext("You can't close your own account. Ask a colleague to do it.")


class WeChatAway(DomainError):
    """WeChat did not answer, or not in a way that can be understood."""

    code = "wechat-away"
    status = 503
    message = lazy_gettext("WeChat does not answer just now. Nothing was changed: try again in a moment.")


class WeChatRefused(InvalidInput):
    """What WeChat sent along is over or was used before."""

    code = "wechat-refused"
    message = lazy_gettext("This took too long, or was done already. Please begin again.")


class WeChatIncomplete(InvalidInput):
    """WeChat shows only a snapshot of our pages, to a visitor without an account of their own."""

    code = "wechat-incomplete"
    message = lazy_gettext("WeChat shows this page as a snapshot only. Open the whole page in WeChat, and begin again.")


class WeChatTaken(Conflict):
    """Another account is connected with this WeChat; whose is nobody's business."""

    code = "wechat-taken"
    message = lazy_gettext(
        "This WeChat is connected with another account. Disconnect it there first, or use another WeChat."
    )
