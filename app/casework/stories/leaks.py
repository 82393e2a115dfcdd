"""What a story tells that leads to the person: the words, numbers, amounts and days of their own application."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.casework.forms import Day, LongText, Mobile, Money, ResidentId, Rows, Text
from app.casework.forms.answers import from_json
from app.casework.forms.field import Field
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.sealing import ANSWERS, APPLICANT, unseal
from app.casework.stories.numbers import amounts_in, days_in
from app.core.clock import CHINA
from app.core.halfwidth import letters_of
from app.core.modules import Text as Words

COPIED = 12
"""So many characters in a row, as the application tells them, are copied."""
LEAST_CENTS = 100_00
"""Smaller amounts lead to nobody."""
SUFFIX = re.compile("(?:股份|有限|责任|集团|公司|总工会|联合会|工会|委员会|总厂|厂|店)+$")
TITLES = ("某", "师傅", "先生", "女士", "大姐", "大哥", "阿姨", "姐", "哥", "叔", "工")
"""What people are called by their family name."""
KIN = frozenset(
    [
        "本人",
        "爱人",
        "配偶",
        "妻子",
        "丈夫",
        "父亲",
        "母亲",
        "爸爸",
        "妈妈",
        "儿子",
        "女儿",
        "孩子",
        "哥哥",
        "弟弟",
        "姐姐",
        "妹妹",
        "爷爷",
        "奶奶",
        "外公",
        "外婆",
    ]
)
"""What relatives are called: it leads to nobody."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Something found: `field` of the story, the words there, and what they are."""

    field: str
    found: str
    what: Words


@dataclass(frozen=True, slots=True)
class Secret:
    """Something the application tells: a text, an amount in cents, or a day of the year as (month, day)."""

    what: Words
    told: str | int | tuple[int, int]


def find_leaks(case: Case, story: Mapping[str, str]) -> list[Leak]:
    """What the fields of a story tell of a case that leads to its person, each once."""
    secrets = list(_secrets(case))
    leaks = [leak for field, text in story.items() for leak in _leaks_in(field, text, secrets)]
    return list({(leak.field, leak.found): leak for leak in leaks}.values())


def _leaks_in(field: str, text: str, secrets: list[Secret]) -> Iterator[Leak]:
    plain, amounts, days = letters_of(text), amounts_in(text), days_in(text)
    for secret in secrets:
        told = secret.told
        if isinstance(told, str):
            found = told if told in plain else ""
        else:
            found = amounts.get(told, "") if isinstance(told, int) else days.get(told, "")
        if found:
            yield Leak(field, found, secret.what)


def _secrets(case: Case) -> Iterator[Secret]:
    person, form = unseal(case, APPLICANT), find_kind(case.kind).forms[case.form_version]
    family, tail = person["name"][0], person["phone"][-4:]
    yield from _words(
        _("the name"), person["name"], person["name"][1:], *(family + title for title in TITLES), "姓" + family
    )
    yield from _words(
        _("the mobile number"), person["phone"].removeprefix("+86"), *(f"尾号{word}{tail}" for word in ("", "是", "为"))
    )
    yield from _name(_("the union"), person["union"])
    yield from _words(_("the case number"), case.number or "")
    for cents in (
        case.amount_requested_cents,
        case.amount_recommended_cents,
        case.amount_granted_cents,
        case.amount_recovered_cents,
    ):
        yield from _amount(_("an exact amount"), cents or 0)
    for at in (case.submitted_at, case.closed_at):
        if at is not None:
            yield _day(_("an exact day"), at.astimezone(CHINA).date())
    answers = from_json(form, unseal(case, ANSWERS))
    for key, answer in answers.items():
        yield from _told(form.known[key], answer)


def _told(field: Field[Any], answer: Any) -> Iterator[Secret]:
    """What an answer tells; choices, counts and switches lead to nobody."""
    if answer is None:
        return
    if isinstance(field, LongText):
        yield from _story(field.title, answer)
    elif isinstance(field, Rows):
        columns = {column.key: column for column in field.columns}
        for row in answer:
            for key, value in row.items():
                yield from _told(columns[key], value)
    elif isinstance(field, Text):
        yield from _name(field.title, answer)
    elif isinstance(field, Mobile | ResidentId):
        yield from _words(field.title, str(answer).removeprefix("+86"))
    elif isinstance(field, Money):
        yield from _amount(field.title, answer)
    elif isinstance(field, Day):
        yield _day(field.title, answer)


def _story(what: Words, text: str) -> Iterator[Secret]:
    """A story in lines of its own: whole stretches of it, and the amounts and days it mentions."""
    plain = letters_of(text)
    for start in range(max(len(plain) - COPIED, 0) + 1):
        yield from _words(what, plain[start : start + COPIED], least=COPIED)
    for cents in amounts_in(text):
        yield from _amount(what, cents)
    for day in days_in(text):
        yield Secret(what, day)


def _name(what: Words, name: str) -> Iterator[Secret]:
    """A name of somebody or some place, and what it is called for short."""
    yield from _words(what, name)
    yield from _words(what, SUFFIX.sub("", name), least=3)


def _words(what: Words, *words: str, least: int = 2) -> Iterator[Secret]:
    for each in map(letters_of, words):
        if len(each) >= least and each not in KIN:
            yield Secret(what, each)


def _amount(what: Words, cents: int) -> Iterator[Secret]:
    if cents >= LEAST_CENTS:
        yield Secret(what, cents)


def _day(what: Words, day: date) -> Secret:
    return Secret(what, (day.month, day.day))
