"""The highest prize there may be, and where that is said; `events_prizes` holds the same number."""

from flask_babel import lazy_gettext as _

HIGHEST_CENTS = 50_000_00
SOURCE = _("Anti-Unfair Competition Law of the People’s Republic of China, rule on the highest prize of a draw")
