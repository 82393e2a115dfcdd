"""Writes a case into a ZIP archive: one page of text, and the papers beside it."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO
from uuid import UUID

from app.casework import reviews
from app.casework.case_page import line_titles
from app.casework.errors import CannotBeMarked
from app.casework.forms.answers import from_json
from app.casework.forms.display import answered
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.queries import Paper, find_document, find_own_case, list_history, list_papers
from app.casework.sealing import ANSWERS, APPLICANT, unseal
from app.casework.trail import record
from app.core.errors import NotFound
from app.core.files import read_file
from app.core.theming import render
from tenants.context import Actor

INDEX = "index.html"
TAKE_OUT = "take_out"
# What no file system minds: letters and digits of any script, and a few signs.
UNSAFE = re.compile(r"[^\w.\- ]+")
LONGEST_NAME = 60


def write_case_file(actor: Actor, case_id: UUID, reason: str, target: IO[bytes]) -> None:
    """For staff who read the case: with inner lines, each paper marked with who took it. The member reads what for.

    A paper that can't be marked stays out and is named. Raises what `reviews.open_case` does.
    """
    case = reviews.readable(actor, case_id)
    record(case, TAKE_OUT, stated_reason=reason)
    _write(case, target, _marked(actor, case), for_member=False)


def write_own_case_file(actor: Actor, case_id: UUID, target: IO[bytes]) -> None:
    """For the member: without inner lines and names of staff, the papers as they were kept. Raises `NotFound`."""
    case = find_own_case(actor, case_id)
    if case.submitted_at is None:
        raise NotFound
    papers = ((paper, read_file(find_document(case.id, paper.id).file_id)[1]) for paper in list_papers(case.id))
    _write(case, target, papers, for_member=True)


def _marked(actor: Actor, case: Case) -> Iterator[tuple[Paper, bytes | None]]:
    for paper in list_papers(case.id):
        try:
            yield paper, reviews.read_document(actor, case.id, paper.id)[1]
        except CannotBeMarked:
            yield paper, None


def _write(case: Case, target: IO[bytes], papers: Iterator[tuple[Paper, bytes | None]], *, for_member: bool) -> None:
    """One paper at a time: all of a case's may be two hundred megabytes."""
    kind, named = find_kind(case.kind), []
    form = kind.forms[case.form_version]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number, (paper, data) in enumerate(papers, 1):
            name = safe_member_name(number, paper.name)
            named.append((form.paper_title(paper.paper), paper.name, name if data is not None else ""))
            if data is not None:
                archive.writestr(name, data)
        page = render(
            "casework/file.html", case=case, kind=kind, state=kind.table[case.state], person=unseal(case, APPLICANT),
            answers=answered(form, from_json(form, unseal(case, ANSWERS)), masked=False), papers=named,
            history=list_history(case.id, for_member=for_member), for_member=for_member,
            titles=line_titles(kind),
        )  # fmt: skip
        archive.writestr(INDEX, page)


def safe_member_name(number: int, name: str) -> str:
    """A name for the archive that is a file's on every system, and no other file's."""
    path = PurePath(name)
    stem = UNSAFE.sub("_", path.stem).strip(" .")[:LONGEST_NAME]
    return f"papers/{number:02d}-{stem or 'paper'}{UNSAFE.sub('', path.suffix)[:8]}"
