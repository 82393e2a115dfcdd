"""Writes a case into a ZIP archive: one page of text, and its papers, letters and photos beside it."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO
from uuid import UUID

from app.casework import reviews
from app.casework.case_page import line_titles
from app.casework.contacts.queries import list_contacts
from app.casework.conversation.queries import list_messages
from app.casework.features import FILE_PARTS
from app.casework.file_export.enclosures import PAPERS, Enclosure, enclosures_for_member, enclosures_for_staff
from app.casework.file_export.parts import written
from app.casework.forms.answers import from_json
from app.casework.forms.display import answered
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.queries import find_own_case, list_history
from app.casework.sealing import ANSWERS, APPLICANT, unseal
from app.casework.trail import record
from app.core.errors import NotFound
from app.core.theming import render
from tenants.context import Actor

INDEX = "index.html"
TAKE_OUT = "take_out"
# What no file system minds: letters and digits of any script, and a few signs.
UNSAFE = re.compile(r"[^\w.\- ]+")
LONGEST_NAME = 60


def write_case_file(actor: Actor, case_id: UUID, reason: str, target: IO[bytes]) -> None:
    """For staff who read the case: with inner lines, calls and visits, each file marked with who took it. The member reads what for.

    A file that can't be marked stays out and is named. Raises what `reviews.open_case` does.
    """
    case = reviews.readable(actor, case_id)
    record(case, TAKE_OUT, stated_reason=reason)
    _write(case, target, enclosures_for_staff(actor, case), for_member=False)


def write_own_case_file(actor: Actor, case_id: UUID, target: IO[bytes]) -> None:
    """For the member: without what is inner and names of staff, the files as they were kept. Raises `NotFound`."""
    case = find_own_case(actor, case_id)
    if case.submitted_at is None:
        raise NotFound
    _write(case, target, enclosures_for_member(actor, case), for_member=True)


def _write(case: Case, target: IO[bytes], enclosures: Iterator[Enclosure], *, for_member: bool) -> None:
    """One file at a time: all of a case's may be two hundred megabytes."""
    kind, named, numbers = find_kind(case.kind), [], Counter[str]()
    form = kind.forms[case.form_version]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for each in enclosures:
            numbers[each.folder] += 1
            place = safe_member_name(numbers[each.folder], each.name, each.folder) if each.data is not None else ""
            named.append((each.title, each.name, place))
            if each.data is not None:
                archive.writestr(place, each.data)
        page = render(
            "casework/file.html", case=case, kind=kind, state=kind.table[case.state], person=unseal(case, APPLICANT),
            answers=answered(form, from_json(form, unseal(case, ANSWERS)), masked=False), enclosures=named,
            messages=list_messages(case, for_member=for_member, most=None),
            contacts=[] if for_member else list_contacts(case.id),
            history=list_history(case.id, for_member=for_member), for_member=for_member,
            titles=line_titles(kind), parts=written((*kind.own.file_parts, *FILE_PARTS), case, for_member=for_member),
        )  # fmt: skip
        archive.writestr(INDEX, page)


def safe_member_name(number: int, name: str, folder: str = PAPERS) -> str:
    """A name for the archive that is a file's on every system, and no other file's."""
    path = PurePath(name)
    stem = UNSAFE.sub("_", path.stem).strip(" .")[:LONGEST_NAME]
    return f"{folder}/{number:02d}-{stem or 'paper'}{UNSAFE.sub('', path.suffix)[:8]}"
