"""What locks fix, in words."""

from typing import Any

from flask_babel import gettext as _

from app.console.locks import MODULE, THEME
from app.core.i18n import current_locale
from app.core.platform import platform
from app.core.theming import themes


def lock_title(key: str) -> str:
    """What a lock fixes: the theme, or a module by its title."""
    if key == THEME:
        return _("Theme")
    module = platform().modules.get(key.removeprefix(MODULE))
    return str(module.title) if module else key


def lock_value(key: str, value: Any) -> str:
    """The value it fixes: a theme's title, or on and off."""
    if key == THEME:
        theme = themes().get(value)
        return theme.title[current_locale()] if theme else str(value)
    return _("On") if value else _("Off")
