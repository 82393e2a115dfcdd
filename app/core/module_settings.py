"""The settings of modules in force where the code runs."""

from collections.abc import Mapping
from typing import Any

from app.core.platform import platform
from app.core.theming import current_document


def module_settings(slug: str) -> Mapping[str, Any]:
    """Every setting of a module: what the running zone has decided, the defaults for the rest. Not to be changed."""
    document = current_document()

    def work_out() -> Mapping[str, Any]:
        defaults, choice = platform().modules[slug].default_settings(), document.modules.get(slug)
        decided = choice.settings if choice else {}
        return defaults | {name: value for name, value in decided.items() if name in defaults}

    return document.derive(("settings", slug), work_out)
