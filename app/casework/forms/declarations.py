"""A form as data: sections of fields, the papers that belong to it, and its version."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from functools import cached_property
from typing import Any

from app.casework.forms.conditions import AllOf, Condition
from app.casework.forms.field import KEY, Field, FormError
from app.casework.forms.reading import faults_of
from app.casework.forms.rows import Rows
from app.core.modules import Text as Words

VERSION = re.compile(r"[0-9a-z][0-9a-z.-]{0,19}")
# What the pages of a case call their own buttons and files.
RESERVED = re.compile(r"csrf_token|action|step|page|remove|(?:paper|photo)_.*")


@dataclass(frozen=True, eq=False)
class Section:
    """Fields that belong together; all are asked only while `when` holds."""

    title: Words
    fields: tuple[Field[Any], ...]
    _: KW_ONLY
    note: Words = ""
    when: Condition | None = None


@dataclass(frozen=True, eq=False)
class Paper:
    """A document that belongs to an application, while `when` holds. Of one that `keeps_original` a PDF is kept as it was sent,
    too: papers are made anew, which breaks the signature of an e-invoice."""

    key: str
    title: Words
    hint: Words = ""
    is_required: bool = False
    _: KW_ONLY
    when: Condition | None = None
    keeps_original: bool = False


@dataclass(frozen=True, eq=False)
class CaseForm:
    """What an application asks. A form that was ever filled in is never changed: a new version stands beside it.

    A case is urgent where `urgent` holds for its answers.
    """

    version: str
    sections: tuple[Section, ...]
    papers: tuple[Paper, ...] = ()
    _: KW_ONLY
    urgent: Condition | None = None

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise FormError(f"form {self.version!r}: {'; '.join(faults)}")

    @cached_property
    def fields(self) -> tuple[Field[Any], ...]:
        """All fields in their order, each with the condition of its section."""
        return tuple(_within(section, field) for section in self.sections for field in section.fields)

    @cached_property
    def known(self) -> dict[str, Field[Any]]:
        return {field.key: field for field in self.fields}

    @property
    def has_conditions(self) -> bool:
        """Whether anything in it depends on an answer."""
        inner = (column for field in self.fields if isinstance(field, Rows) for column in field.columns)
        return any(each.when for each in (*self.sections, *self.fields, *inner, *self.papers))

    def named(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed, by the names that fields have on a page."""
        lists = [field for field in self.fields if isinstance(field, Rows)]
        return dict(typed) | {
            name: value for field in lists for name, value in field.named(typed.get(field.key) or ()).items()
        }

    def papers_for(self, answers: Mapping[str, Any]) -> tuple[Paper, ...]:
        """The papers that belong to these answers."""
        return tuple(paper for paper in self.papers if paper.when is None or paper.when.holds(answers))

    def paper_title(self, key: str) -> Words:
        """The title of one of its papers; the key itself for one it does not know."""
        return next((paper.title for paper in self.papers if paper.key == key), key)

    def columns(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """What the case's own columns get of the answers: None for what was not answered."""
        columns = {field.column: answers.get(field.key) for field in self.fields if field.column}
        return columns if self.urgent is None else columns | {"is_urgent": self.urgent.holds(answers)}


class FormVersions:
    """A form and all that came before it: an old case keeps the one it was filled in on."""

    def __init__(self, current: CaseForm, *former: CaseForm) -> None:
        self.current = current
        self._by_version = {form.version: form for form in (current, *former)}
        if len(self._by_version) < 1 + len(former):
            raise FormError("two versions of a form have one name")

    def __getitem__(self, version: str) -> CaseForm:
        """Raises `KeyError` for a version there never was."""
        return self._by_version[version]


def _within(section: Section, field: Field[Any]) -> Field[Any]:
    if section.when is None:
        return field
    return replace(field, when=AllOf(section.when, field.when) if field.when else section.when)


def _faults(form: CaseForm) -> Iterator[str]:
    if not VERSION.fullmatch(form.version):
        yield "a version is named with digits, small letters, dots and dashes"
    if not form.fields:
        yield "it asks nothing"
    yield from (f"{field.key!r} is a name of the page's own" for field in form.fields if RESERVED.fullmatch(field.key))
    yield from faults_of(form.fields)
    yield from _twice("column", [field.column for field in form.fields if field.column])
    yield from _twice("paper", [paper.key for paper in form.papers])
    if form.urgent is not None:
        yield from (f"what is urgent: {fault}" for fault in form.urgent.faults(form.known))
    for paper in form.papers:
        if not KEY.fullmatch(paper.key):
            yield f"{paper.key!r} can't name a paper"
        if paper.when is not None:
            yield from (f"paper {paper.key!r}: {fault}" for fault in paper.when.faults(form.known))


def _twice(what: str, names: list[str]) -> Iterator[str]:
    yield from (f"the {what} {each!r} is there twice" for each in sorted(set(names)) if names.count(each) > 1)
