"""Sending a one-time code to a phone while the person waits."""

from app.core import messaging
from app.core.i18n import choose_locale
from app.identity import operations
from app.identity.browser import attempt_of, own_transaction
from app.identity.errors import NumberUnreachable, SmsNotSent
from app.identity.operations import codes


def send_code_to(number: str, use: codes.Use) -> None:
    """Make a code, commit it, then send it; raises `CodeJustSent`, `TooMany`, `SmsNotSent` or `NumberUnreachable`."""
    attempt = attempt_of(number)
    with own_transaction():
        fresh = operations.issue_code(attempt, use)
    minutes = str(int(codes.LIFETIME.total_seconds()) // 60)
    try:
        messaging.send_now(number, f"{use}_code", {"code": fresh, "minutes": minutes}, locale=choose_locale())
    except messaging.MessageNotSent as fault:
        with own_transaction():
            operations.retract_code(attempt)
        refusal = NumberUnreachable if isinstance(fault, messaging.NumberRefused) else SmsNotSent
        raise refusal(field="phone") from None
