"""Who holds a campaign, and as what."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import groupby

from flask_babel import gettext, lazy_gettext

MOST_HOSTS = 8


class Role(StrEnum):
    """As what somebody holds a campaign, in the order in which they are named."""

    HOST = "host"
    ORGANISER = "organiser"
    PARTNER = "partner"
    SUPPORTER = "supporter"


ROLES = {
    Role.HOST: lazy_gettext("Host"),
    Role.ORGANISER: lazy_gettext("Organiser"),
    Role.PARTNER: lazy_gettext("Co-organiser"),
    Role.SUPPORTER: lazy_gettext("Supporter"),
}


def host_lines(hosts: Iterable[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Each role with the names of those who have it."""
    order = list(Role)
    rows = sorted(hosts, key=lambda each: order.index(Role(each["role"])))
    return [
        (str(ROLES[Role(role)]), gettext(", ").join(each["name"] for each in group))
        for role, group in groupby(rows, key=lambda each: each["role"])
    ]
