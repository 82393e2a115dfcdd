"""How pages say what a quiz counts."""

from flask_babel import format_decimal, gettext


def time_used(milliseconds: int) -> str:
    """A time as people read it, to the tenth of a second."""
    minutes, rest = divmod(milliseconds, 60_000)
    seconds = format_decimal(rest // 100 / 10)
    if minutes:
        return gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds)
    return gettext("%(seconds)s s", seconds=seconds)
