"""Marshmallow's own sentences as people read them. Marshmallow speaks English only, and in a programmer's words."""

import re

from flask_babel import gettext

from app.core.coded_error import N_

SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Missing data for required field\."), N_("This is needed.")),
    (re.compile(r"Field may not be null\."), N_("This is needed.")),
    (re.compile(r"Longer than maximum length (?P<most>\d+)\."), N_("At most %(most)s characters fit here.")),
    (re.compile(r"Shorter than minimum length (?P<least>\d+)\."), N_("At least %(least)s characters are needed.")),
    (
        re.compile(r"Length must be between (?P<least>\d+) and (?P<most>\d+)\."),
        N_("From %(least)s to %(most)s characters are needed."),
    ),
    (
        re.compile(r"Must be greater than or equal to (?P<least>\S+) and less than or equal to (?P<most>\S+)\."),
        N_("The number must be from %(least)s to %(most)s."),
    ),
    (re.compile(r"Must be greater than or equal to (?P<least>\S+)\."), N_("The number must be at least %(least)s.")),
    (re.compile(r"Must be less than or equal to (?P<most>\S+)\."), N_("The number must be at most %(most)s.")),
    (re.compile(r"Not a valid (integer|number)\.|Number too large\."), N_("This is not a number.")),
    (re.compile(r"Not a valid (date|datetime|time)\."), N_("This is not a date.")),
    (re.compile(r"Not a valid .*\.|Must be one of: .*\.|Invalid value\."), N_("This can't be chosen.")),
    (re.compile(r"String does not match expected pattern\."), N_("This does not have the form it needs.")),
)


def in_words(message: object) -> str:
    """A schema's message in the reader's language; one that a schema of ours wrote itself stays as it is."""
    text = str(message)
    for pattern, sentence in SENTENCES:
        found = pattern.fullmatch(text)
        if found:
            return gettext(sentence, **found.groupdict())
    return text
