"""Which kinds of message exist, and the words of one in a language.

Words are templates with plain `{name}` places. They are checked at boot: a format specification, an attribute or a
place that only one of the two languages has would be found out by a member otherwise.
"""

import re
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from flask_babel import lazy_gettext as _

from app.core.i18n import DEFAULT_LOCALE
from app.core.modules import ManifestError, Modules, NotificationKind
from app.core.platform import platform

INBOX, SMS, EMAIL = "inbox", "sms", "email"
LEAVING = (SMS, EMAIL)
BROADCAST = NotificationKind(
    key="notifications.broadcast",
    title=_("Notices from your union"),
    subject={"zh_CN": "{title}", "en": "{title}"},
    body={"zh_CN": "{text}", "en": "{text}"},
    sms={"zh_CN": "【{zone}】{title}：{text}", "en": "[{zone}] {title}: {text}"},
    channels=(INBOX, SMS),
)
SERVICE_KINDS = (BROADCAST,)
LONGEST_PARAMETER = 300  # characters of one value in an SMS
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def kinds() -> dict[str, NotificationKind]:
    """Every kind of the house by key: the services' own and the modules'."""
    return {kind.key: kind for kind in SERVICE_KINDS} | platform().modules.notifications


def is_required(kind: NotificationKind) -> bool:
    """Whether the law or the member's own case needs the message, so that no channel of it can be turned off."""
    return kind.is_required


def places(template: str) -> set[str]:
    """The names of a template's places; raises `ValueError` for anything but plain `{name}`."""
    found = set()
    for _text, name, specification, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or specification or conversion:
            raise ValueError(f"{template!r} may hold plain places like {{name}} only")
        found.add(name)
    return found


def check_kinds(modules: Modules) -> None:
    """Raise `ManifestError` for a kind whose words can't be filled in, or that names an unknown channel."""
    for kind in (*SERVICE_KINDS, *modules.notifications.values()):
        if faults := list(_faults(kind)):
            raise ManifestError(f"notification {kind.key!r}: " + "; ".join(faults))


def _faults(kind: NotificationKind) -> Iterable[str]:
    unknown = set(kind.channels) - {INBOX, *LEAVING}
    if unknown:
        yield f"unknown channels {sorted(unknown)}"
    if SMS in kind.channels and kind.sms is None:
        yield "it goes by SMS and has no words for it"
    for part, words in (("subject", kind.subject), ("body", kind.body), ("sms", kind.sms)):
        try:
            known = {locale: places(text) for locale, text in (words or {}).items()}
        except ValueError as fault:
            yield f"{part}: {fault}"
            continue
        if len({frozenset(names) for names in known.values()}) > 1:
            yield f"{part}: the languages have different places: {known}"


def parameters_of(kind: NotificationKind) -> set[str]:
    """Every name that the kind's words need from the caller; `{zone}` is always known."""
    texts = [*kind.subject.values(), *kind.body.values(), *(kind.sms or {}).values()]
    return set().union(*(places(text) for text in texts)) - {"zone"}


def fill(words: Mapping[str, str], locale: str, params: Mapping[str, Any]) -> str:
    """The words in a language with their places filled in: plain text, which a page has still to escape."""
    template = words.get(locale) or words[DEFAULT_LOCALE]
    return template.format_map({name: str(value) for name, value in params.items()})


def sms_text(kind: NotificationKind, locale: str, params: Mapping[str, Any]) -> str:
    """The words of an SMS on one line; no value can break the line, or make the message long beyond measure."""
    short = {name: _CONTROL.sub(" ", str(value))[:LONGEST_PARAMETER] for name, value in params.items()}
    return _CONTROL.sub(" ", fill(kind.sms or kind.body, locale, short)).strip()
