"""The import held against a model of a few lines: people as dicts, one row after another."""

import itertools
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.clock import now
from app.core.identifiers import parse_resident_id
from app.members import sealing
from app.members.models import Member, Membership
from app.members.operations import write_document, write_phone
from app.members.tests.rosters import check, document, merge, sheet, undo
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7

HEADERS = ("姓名", "身份证号", "手机号", "学历", "工会名称")
_examples = itertools.count(1)
NAMES, EDUCATIONS = ("赵明", "钱红", "孙立"), ("大专", "本科")


@dataclass(frozen=True)
class Person:
    """A person of the model; `union` is one of the zone's (0, 1), 'outside', or None."""

    name: str
    document: int | None
    phone: int | None
    education: str | None = None
    union: int | str | None = None
    is_verified: bool = False


@dataclass(frozen=True)
class Row:
    """A row of the sheet; documents and phones by number, None for an empty cell."""

    name: str
    document: int | None
    phone: int | None
    education: str | None
    union: int | None


def import_in_model(people: dict[Any, Person], rows: list[Row]) -> tuple[dict[Any, Person], list[str]]:
    """What should come out: everybody afterwards, and the outcome of each row."""
    before, after, outcomes = dict(people), dict(people), []
    documents, phones, named = set(), set(), set()
    for line, row in enumerate(rows):
        outcome, key, person = _one(before, row, documents, phones, named)
        outcomes.append(outcome)
        if outcome in ("new", "changed") and person is not None:
            after[key if key is not None else f"row {line}"] = person
    return after, outcomes


def _one(before, row, documents, phones, named):
    found = None if _repeats(row, documents, phones) else _found(before, row)
    if found is None or len(found) > 1:
        return "refused", None, None
    known = before[found[0]] if found else None
    if known is not None and _is_refused(known, row):
        return "refused", None, None
    if known is None or _has_other_document(known, row):
        return "new", None, Person(row.name, row.document, row.phone, row.education, row.union or 0)
    if found[0] in named:
        return "refused", None, None
    named.add(found[0])
    return _known(found[0], known, row)


def _is_refused(known, row):
    """Outside the zone a number alone opens no record; inside, another document is for people to sort out."""
    if known.union in (None, "outside"):
        return known.name != row.name
    return _has_other_document(known, row)


def _has_other_document(known, row):
    return None not in (known.document, row.document) and known.document != row.document


def _repeats(row, documents, phones):
    """Whether the row names nobody, or somebody an earlier row named."""
    if row.document is None and row.phone is None:
        return True
    if row.document is not None:
        if row.document in documents:
            return True
        documents.add(row.document)
    if row.phone is not None:
        if (row.phone, row.name) in phones:
            return True
        phones.add((row.phone, row.name))
    return False


def _found(before, row):
    found = [key for key, person in before.items() if row.document is not None and person.document == row.document]
    if not found and row.phone is not None:
        found = [key for key, person in before.items() if (person.phone, person.name) == (row.phone, row.name)]
    return found


def _known(key, known, row):
    if known.union == "outside":
        return "transfer", None, None
    stated = {name: getattr(row, name) for name in ("name", "document", "phone", "education")}
    differing = {name: value for name, value in stated.items() if value is not None and value != getattr(known, name)}
    if known.union is None:
        empty = {name: value for name, value in differing.items() if getattr(known, name) is None}
        return "new", key, replace(known, **empty, union=row.union or 0)
    fixed = {
        name for name in differing if known.is_verified and name != "education" and getattr(known, name) is not None
    }
    written = {name: value for name, value in differing.items() if name not in fixed}
    if row.union is not None and row.union != known.union:
        written["union"] = row.union
    if written:
        return "changed", key, replace(known, **written)
    return ("kept" if fixed else "same"), key, None


people = st.builds(
    Person, st.sampled_from(NAMES), st.none() | st.integers(0, 3), st.none() | st.integers(0, 2),
    st.none() | st.sampled_from(EDUCATIONS), st.sampled_from([0, 1, None, "outside"]), st.booleans(),
)  # fmt: skip
rows = st.builds(
    Row, st.sampled_from(NAMES), st.none() | st.integers(0, 5), st.none() | st.integers(0, 3),
    st.none() | st.sampled_from(EDUCATIONS), st.none() | st.integers(0, 1),
)  # fmt: skip


class Town:
    """A zone with two unions, one union outside, and numbers that only this example uses."""

    def __init__(self, world) -> None:
        self.offset = 1_000_000 + next(_examples) * 10
        county = world.union()
        self.zone = world.zone(union=county, modules=())
        inner = world.union(parent=county)
        self.names = {0: county.name, 1: inner.name}
        outside = world.union()
        self.unions = {0: county, 1: inner, "outside": outside}

    def document(self, number: int) -> str:
        return document(self.offset + number)

    def phone(self, number: int) -> str:
        return f"+86137{self.offset + number:08d}"

    def settle(self, people: list[Person]) -> dict[Any, Person]:
        with scope(Plane.WORKER):
            keys = [self._add(person) for person in people]
            db.session.commit()
        return dict(zip(keys, people, strict=True))

    def _add(self, person: Person) -> UUID:
        member = Member(id=uuid7(), name=person.name, education=person.education,
                        verified_at=now() if person.is_verified else None)  # fmt: skip
        if person.phone is not None:
            write_phone(member, self.phone(person.phone))
        if person.document is not None:
            number = self.document(person.document)
            write_document(member, "resident_id", number)
            member.gender, member.birth_date = "male", parse_resident_id(number).birth_date
        db.session.add(member)
        db.session.flush()
        if person.union is not None:
            union = self.unions[person.union]
            db.session.add(Membership(member_id=member.id, union_id=union.id, union_path=union.path))
        return member.id

    def sheet(self, rows: list[Row]) -> bytes:
        return sheet(
            [
                [row.name, "" if row.document is None else self.document(row.document),
                 "" if row.phone is None else self.phone(row.phone), row.education or "",
                 "" if row.union is None else self.names[row.union]]
                for row in rows
            ],
            HEADERS,
        )  # fmt: skip

    def census(self, known: list[UUID]) -> list[Person]:
        """Everybody of the zone and those known from before, as the database has them."""
        documents = {self.document(number): number for number in range(6)}
        phones = {self.phone(number): number for number in range(4)}
        unions = {union.id: key for key, union in self.unions.items()}
        with scope(Plane.WORKER, zone=self.zone):
            found = db.session.execute(
                select(Member, Membership.union_id)
                .outerjoin(Membership, (Membership.member_id == Member.id) & (Membership.status == "active"))
                .where(Membership.union_id.in_(unions) | Member.id.in_(known))
            ).all()
            return [
                Person(
                    member.name, documents.get(sealing.open_one("id_number", member.id, member.id_cipher)),
                    phones.get(sealing.open_one("phone", member.id, member.phone_cipher)), member.education,
                    unions.get(union_id), member.verified_at is not None,
                )
                for member, union_id in found
            ]  # fmt: skip


def _settled(people: list[Person]) -> list[Person]:
    """No two people with one document: the database has a unique key there."""
    seen: set[int] = set()
    return [p for p in people if p.document is None or not (p.document in seen or seen.add(p.document))]


def _sorted(people) -> list[str]:
    return sorted(map(repr, people))


def _outcomes(counts: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number and name != "kept_too"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(people, max_size=5), st.lists(rows, min_size=1, max_size=7), st.integers(1, 4))
def test_an_import_does_what_the_model_does_and_its_undo_leaves_no_trace(world, before, sent, chunk):
    town = Town(world)
    known = town.settle(_settled(before))
    wanted, outcomes = import_in_model(known, sent)
    batch = check(town.zone, town.sheet(sent))
    assert _outcomes(batch.counts) == {name: outcomes.count(name) for name in set(outcomes)}
    batch = merge(town.zone, batch.id, chunk=chunk)
    assert _outcomes(batch.counts) == {name: outcomes.count(name) for name in set(outcomes)}
    assert _sorted(town.census(list(known))) == _sorted(wanted.values())

    again = import_in_model(wanted, sent)[1]
    assert _outcomes(check(town.zone, town.sheet(sent)).counts) == {name: again.count(name) for name in set(again)}

    batch = undo(town.zone, batch.id, chunk=chunk)
    assert not batch.undo_counts.get("refused")
    assert _sorted(town.census(list(known))) == _sorted(known.values())
