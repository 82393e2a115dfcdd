"""Caps as provinces have published them, as a start for a city's own rules.

None holds by itself: whoever proposes one looks up the document in force, and cites it as the source.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.benefits.rules.categories import POVERTY_RELIEF
from app.core.modules import Text


@dataclass(frozen=True, slots=True)
class Example:
    title: Text
    fields: dict[str, str]
    """What the form of a rule says."""


FESTIVAL = {"category": "festival", "period": "year"}
EXAMPLES = {
    "guangdong": Example(_("Guangdong, festival gifts of about ¥2,500"), FESTIVAL | {"cap": "2500"}),
    "guangdong-relief": Example(
        _("Guangdong in earlier years, ¥600 more for poverty-relief goods"),
        FESTIVAL | {"cap": "600", "earmark": POVERTY_RELIEF},
    ),
    "anhui": Example(_("Anhui, festival gifts of ¥2,000"), FESTIVAL | {"cap": "2000"}),
}
