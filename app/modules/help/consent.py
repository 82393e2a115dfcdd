"""What a person agrees to before sensitive data is taken (PIPL art. 29: separate consent for sensitive data).

An application keeps the version it was agreed to under, so a text is never edited: a new one gets a new version.
"""

from flask_babel import lazy_gettext as _

from app.core.modules import Text

CURRENT = "2026-11"

TEXTS: dict[str, Text] = {
    "2026-11": _(
        "I agree that the union of this zone processes what I tell and send here, including data on health and "
        "finances, only to decide on this application and to pay what is granted. Only the union's case handlers see "
        "it; my employer does not. I can withdraw the application at any time."
    ),
}
