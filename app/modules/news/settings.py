"""The running zone's choices for this module."""

from typing import Any

from app.core.platform import platform
from app.core.theming import current_document


def news_settings() -> dict[str, Any]:
    """The settings in force, every one with a value."""
    choice = current_document().modules.get("news")
    return {**platform().modules["news"].default_settings(), **(choice.settings if choice else {})}
