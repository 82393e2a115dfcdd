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
from app.core.modules import MailWords, ManifestError, NotificationKind
from app.core.platform import Platform, platform
from tenants.revisions import RevisionDocument

INBOX, SMS, EMAIL = "inbox", "sms", "email"
LEAVING = (SMS, EMAIL)
BROADCAST = NotificationKind(
    key="notifications.broadcast",
    title=_("Notices from your union"),
    subject={"zh_CN": "{title}", "en": "{title}"},
    body={"zh_CN": "{text}", "en": "{text}"},
    sms={"zh_CN": "【{zone}】{title}：{text}", "en": "[{zone}] {title}: {text}"},
    email=MailWords(
        {"zh_CN": "【{zone}】{title}", "en": "[{zone}] {title}"},
        {"zh_CN": "{text}\n\n{zone}", "en": "{text}\n\n{zone}"},
    ),
    channels=(INBOX, SMS, EMAIL),
)
SERVICE_KINDS = (BROADCAST,)
LONGEST_PARAMETER = 300  # characters of one value in an SMS
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def kinds() -> dict[str, NotificationKind]:
    """Every kind of the house by key: the services' own and the modules'."""
    return {kind.key: kind for kind in _service_kinds(platform())} | platform().modules.notifications


def kinds_in_use(document: RevisionDocument) -> list[NotificationKind]:
    """The kinds a zone with this document may send: those of modules that are switched off are left out."""
    own = [kind for module in platform().modules if document.uses(module.slug) for kind in module.notifications]
    return [*_service_kinds(platform()), *own]


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


def _service_kinds(house: Platform) -> tuple[NotificationKind, ...]:
    return (*SERVICE_KINDS, *house.notices)


def check_kinds(house: Platform) -> None:
    """Raise `ManifestError` for a kind whose words can't be filled in, or that names an unknown channel."""
    for kind in (*_service_kinds(house), *house.modules.notifications.values()):
        if faults := list(_faults(kind)):
            raise ManifestError(f"notification {kind.key!r}: " + "; ".join(faults))


def _faults(kind: NotificationKind) -> Iterable[str]:
    unknown = set(kind.channels) - {INBOX, *LEAVING}
    if unknown:
        yield f"unknown channels {sorted(unknown)}"
    if SMS in kind.channels and kind.sms is None:
        yield "it goes by SMS and has no words for it"
    for part, words in _all_words(kind).items():
        try:
            known = {locale: places(text) for locale, text in words.items()}
        except ValueError as fault:
            yield f"{part}: {fault}"
            continue
        if len({frozenset(names) for names in known.values()}) > 1:
            yield f"{part}: the languages have different places: {known}"


def _all_words(kind: NotificationKind) -> dict[str, dict[str, str]]:
    """Everything a kind says, by what it is for."""
    mail = {"email subject": kind.email.subject, "email body": kind.email.body} if kind.email else {}
    return {"subject": kind.subject, "body": kind.body, "sms": kind.sms or {}} | mail


def parameters_of(kind: NotificationKind) -> set[str]:
    """Every name that the kind's words need from the caller; `{zone}` is always known."""
    texts = [text for words in _all_words(kind).values() for text in words.values()]
    return set().union(*(places(text) for text in texts)) - {"zone"}


def fill(words: Mapping[str, str], locale: str, params: Mapping[str, Any]) -> str:
    """The words in a language with their places filled in: plain text, which a page has still to escape."""
    template = words.get(locale) or words[DEFAULT_LOCALE]
    return template.format_map({name: str(value) for name, value in params.items()})


def sms_text(kind: NotificationKind, locale: str, params: Mapping[str, Any]) -> str:
    """The words of an SMS on one line; no value can break the line, or make the message long beyond measure."""
    short = {name: _CONTROL.sub(" ", str(value))[:LONGEST_PARAMETER] for name, value in params.items()}
    return _CONTROL.sub(" ", fill(kind.sms or kind.body, locale, short)).strip()


def mail_words(kind: NotificationKind, locale: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of an e-mail; the subject is one line, so that no value can add a header."""
    words = kind.email or MailWords(kind.subject, kind.body)
    subject = _CONTROL.sub(" ", fill(words.subject, locale, params)).strip()
    return subject, fill(words.body, locale, params)
