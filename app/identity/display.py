"""Language and text size as somebody's account has them."""

from app.core.forms import Form
from app.core.i18n import choose_locale
from app.identity.schemas import DisplayForm
from app.identity.sessions import SignedIn


def display_form(signed_in: SignedIn) -> Form:
    """The form of `layout/display_form.html`: what was never chosen stands as the page shows it."""
    return Form(DisplayForm, {"locale": signed_in.locale or choose_locale(), "large_text": signed_in.large_text})
