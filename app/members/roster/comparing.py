"""What a row means for the person it names: a pure decision from the row and what is known of the person."""

from dataclasses import dataclass
from uuid import UUID

from app.members.roster.models import Outcome
from app.members.roster.parsing import Entry
from tenants.paths import is_within

IDENTITY_FIELDS = ("name", "gender", "birth_date", "phone", "id_number")
"""What a verification vouches for: never overwritten once `verified_at` is set, filled where empty."""
NOT_FROM_A_LIST = "not_from_a_list"
"""The refusal of a row about somebody outside the zone, in a sentence that says nothing of them."""
PERSON_FIELDS = (*IDENTITY_FIELDS, "email", "education")
MEMBERSHIP_FIELDS = ("member_number", "position", "joined_on")


@dataclass(frozen=True, slots=True)
class UnionPlace:
    """A union of the zone's subtree."""

    id: UUID
    path: str
    name: str


@dataclass(slots=True)
class Known:
    """A person as the database has them; dates are ISO texts, phone and document sealed with their indexes.

    `version` and `membership_version` change with every write to the rows; `verified_at` is in seconds of the epoch.
    The phone is proved when the person's own account signs in with it.
    """

    id: UUID
    version: str
    name: str
    gender: str | None
    birth_date: str | None
    phone_cipher: bytes | None
    phone_index: bytes | None
    id_kind: str | None
    id_cipher: bytes | None
    id_index: bytes | None
    email: str | None
    education: str | None
    verified_at: str | None
    is_phone_proved: bool
    union_path: str | None
    membership_id: UUID | None = None
    membership_version: str = ""
    union_id: UUID | None = None
    union_name: str = ""
    member_number: str | None = None
    position: str | None = None
    joined_on: str | None = None

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def seen(self) -> str:
        """The state of the person and their membership, to be held against a later one."""
        return f"{self.version}.{self.membership_version}"

    def is_protected(self, name: str) -> bool:
        """Whether an import must leave the field's present value alone."""
        vouched = self.is_verified and name in IDENTITY_FIELDS
        return (vouched or (name == "phone" and self.is_phone_proved)) and _has(self, name)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a row.

    `fields` are written (`union` among them means a move within the zone), `kept` differ but are protected. With a
    `known` person and outcome NEW the person is in no union: they join, and only their empty fields are filled.
    `code` refuses the row, because of its `field`.
    """

    outcome: Outcome
    known: Known | None = None
    fields: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    code: str = ""
    field: str = ""


def decide(entry: Entry, union: UnionPlace | None, known: Known | None, zone_path: str) -> Decision:
    """`union` is where the row says the person belongs, None where it says nothing."""
    if known is None:
        return Decision(Outcome.NEW)
    if known.union_path is None or not is_within(known.union_path, zone_path):
        return _decide_outside(entry, known)
    if _has_other_document(entry, known):
        return Decision(Outcome.REFUSED, code="document_differs", field="id_number")
    fields = _fields(entry, known, only_empty=False)
    kept = tuple(name for name in fields if known.is_protected(name))
    fields = tuple(name for name in fields if name not in kept)
    fields += tuple(name for name in MEMBERSHIP_FIELDS if _differs(entry, known, name))
    if union is not None and union.id != known.union_id:
        fields += ("union",)
    if fields:
        return Decision(Outcome.CHANGED, known, fields, kept)
    return Decision(Outcome.KEPT if kept else Outcome.SAME, known, (), kept)


def _decide_outside(entry: Entry, known: Known) -> Decision:
    """Somebody whom the zone does not see: knowing their number is not knowing them, and another document is another
    person."""
    if known.name != entry.values["name"]:
        return Decision(Outcome.REFUSED, code=NOT_FROM_A_LIST, field="id_number")
    if _has_other_document(entry, known):
        return Decision(Outcome.NEW)
    if known.union_path is None:
        return Decision(Outcome.NEW, known, _fields(entry, known, only_empty=True))
    return Decision(Outcome.TRANSFER, known, code="transfer_needed", field="name")


def _has_other_document(entry: Entry, known: Known) -> bool:
    return entry.id_index is not None and known.id_index is not None and entry.id_index != known.id_index


def _fields(entry: Entry, known: Known, *, only_empty: bool) -> tuple[str, ...]:
    return tuple(
        name for name in PERSON_FIELDS if _differs(entry, known, name) and not (only_empty and _has(known, name))
    )


def _differs(entry: Entry, known: Known, name: str) -> bool:
    """Whether the row states another value; an empty cell states nothing."""
    if name == "phone":
        return entry.phone_index is not None and entry.phone_index != known.phone_index
    if name == "id_number":
        return entry.id_index is not None and entry.id_index != known.id_index
    stated = entry.values.get(name)
    return stated is not None and stated != getattr(known, name)


def _has(known: Known, name: str) -> bool:
    attribute = {"phone": "phone_index", "id_number": "id_index"}.get(name, name)
    return getattr(known, attribute) is not None
