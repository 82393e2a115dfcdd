"""What lies beside the page in a case's archive: its papers, what was sent with messages, its letters, photos of visits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from app.casework import reviews
from app.casework.contacts.operations import read_photo
from app.casework.contacts.queries import list_contacts
from app.casework.conversation.operations import read_attachment, read_own_attachment
from app.casework.conversation.queries import list_messages
from app.casework.errors import CannotBeMarked
from app.casework.issuing.queries import list_letters
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.queries import find_document, list_papers
from app.core.files import StoredFile, read_file
from tenants.context import Actor

PAPERS, MESSAGES, LETTERS, PHOTOS = "papers", "messages", "letters", "photos"
"""The folders of an archive."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file of a case: what it is, what it is called, and its bytes; none of one that can't be marked."""

    folder: str
    title: str
    name: str
    data: bytes | None


def enclosures_for_staff(actor: Actor, case: Case) -> Iterator[Enclosure]:
    """All of them, each marked with who takes it and noted as looked at; letters, which are for showing, as they are."""
    yield from _papers(case, lambda paper_id: reviews.read_document(actor, case.id, paper_id))
    yield from _sent_with_messages(case, lambda message_id: read_attachment(actor, case.id, message_id))
    yield from _letters(case)
    for contact in list_contacts(case.id):
        for photo_id in contact.photos:
            yield _enclosed(PHOTOS, _("Home visit"), _("photo"), lambda: read_photo(actor, case.id, photo_id))  # noqa: B023 - called at once


def enclosures_for_member(actor: Actor, case: Case) -> Iterator[Enclosure]:
    """Those the member knows of, as they were kept."""
    yield from _papers(case, lambda paper_id: read_file(find_document(case.id, paper_id).file_id))
    yield from _sent_with_messages(case, lambda message_id: read_own_attachment(actor, case.id, message_id))
    yield from _letters(case)


Read = Callable[[UUID], tuple[StoredFile, bytes]]


def _papers(case: Case, read: Read) -> Iterator[Enclosure]:
    form = find_kind(case.kind).forms[case.form_version]
    for paper in list_papers(case.id):
        yield _enclosed(PAPERS, str(form.paper_title(paper.paper)), paper.name, lambda: read(paper.id))  # noqa: B023 - called at once


def _sent_with_messages(case: Case, read: Read) -> Iterator[Enclosure]:
    for message in list_messages(case, for_member=True, most=None):
        if message.attachment is not None:
            yield _enclosed(MESSAGES, _("Sent with a message"), message.attachment.name, lambda: read(message.id))  # noqa: B023 - called at once


def _letters(case: Case) -> Iterator[Enclosure]:
    for letter in list_letters(case):
        title = _("%(letter)s, replaced since", letter=letter.title) if letter.replaced_by else letter.title
        stored, data = read_file(letter.file_id)
        yield Enclosure(LETTERS, title, stored.name, data)


def _enclosed(folder: str, title: str, name: str, read: Callable[[], tuple[StoredFile, bytes]]) -> Enclosure:
    try:
        stored, data = read()
    except CannotBeMarked:
        return Enclosure(folder, title, name, None)
    return Enclosure(folder, title, stored.name or name, data)
