"""Showing once more who one is, before something changes by which one gets in."""

from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from app.identity import operations
from app.identity.browser import attempt_of, own_transaction
from app.identity.errors import WrongPassword
from app.identity.operations import passwords


def check_present_password(phone: str, typed: str) -> None:
    """Raises `WrongPassword` for the field `current`, or `TooMany`."""
    attempt = attempt_of(phone)
    with own_transaction():
        passwords.spend_try(attempt)
    with own_transaction():
        matches = operations.check_password(attempt, typed)
    if matches is None:
        raise WrongPassword(_("This is not your present password."), field="current")


def sign_in_again(next_path: str) -> str:
    """Where one signs in once more, and comes back from."""
    return f"{url_for('identity.sign_in.phone')}?{urlencode({'next': next_path, 'again': '1'})}"
