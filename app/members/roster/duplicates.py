"""The same person twice in one sheet: the second line is refused and names the first."""

from collections.abc import Callable
from uuid import UUID

from app.members.roster.parsing import Entry
from app.members.roster.problems import Problem


class Duplicates:
    """Remembers who was named in which line of one sheet, in as few bytes as that takes."""

    def __init__(self) -> None:
        self._documents: dict[bytes, int] = {}
        self._phones: dict[bytes, int] = {}
        self._people: dict[int, int] = {}

    def note_entry(self, entry: Entry, cell: Callable[[str, int], str]) -> bool:
        """Whether an earlier line has the row's document, or its name and phone; notes the problem then."""
        if entry.id_index is not None:
            first = self._documents.setdefault(entry.id_index, entry.line)
            if first != entry.line:
                entry.problems.append(Problem("same_document", cell("id_number", entry.line), {"line": first}))
                return True
        if entry.phone_index is not None:
            first = self._phones.setdefault(entry.phone_index + entry.values["name"].encode(), entry.line)
            if first != entry.line:
                entry.problems.append(Problem("same_phone_and_name", cell("phone", entry.line), {"line": first}))
                return True
        return False

    def note_person(self, member_id: UUID, entry: Entry) -> bool:
        """Whether an earlier line already means this member; notes the problem then."""
        first = self._people.setdefault(member_id.int, entry.line)
        if first != entry.line:
            entry.problems.append(Problem("same_person", "", {"line": first}))
        return first != entry.line
