"""A number tells of most cases that nobody who asks is kept from them; wherever it can't, the unions themselves are compared."""

from collections.abc import Iterable

import pytest
from sqlalchemy import ARRAY, Text, cast, func, select, update

from app.casework.models import Case
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.paths import label

PATHS = [f"{label(place // 20)}{label(place)}" for place in range(200)]


def bits_of(paths: Iterable[str]) -> int:
    with scope(Plane.WORKER):
        return db.session.execute(select(func.path_bits(cast(list(paths), ARRAY(Text))))).scalar_one()


@pytest.fixture
def kept_from(desk):
    """Keeps the member's case from unions, and says whether somebody with ties sees it."""
    case_id = desk.submitted()

    def is_seen(paths: list[str], ties: Iterable[str]) -> bool:
        with scope(Plane.WORKER, zone=desk.zone):
            db.session.execute(update(Case).where(Case.id == case_id).values(blind_paths=paths))
            db.session.commit()
        with scope(Plane.STAFF, zone=desk.zone, actor=Actor(ties=frozenset(ties))):
            return db.session.execute(select(Case.id).where(Case.id == case_id)).scalar_one_or_none() is not None

    return is_seen


@pytest.mark.usefixtures("world")
def test_paths_have_the_bits_of_each_of_them():
    one, other = PATHS[:2]
    assert bits_of([]) == 0
    assert bits_of([one, other]) == bits_of([one]) | bits_of([other])
    assert all(bits_of([path]) > 0 for path in PATHS[:20])


def test_a_number_in_common_keeps_nobody_from_a_case_a_union_in_common_does(desk, kept_from):
    own, bits = PATHS[0], bits_of(PATHS[:1])
    alike = next(path for path in PATHS[1:] if bits_of([path]) == bits)
    unlike = next(path for path in PATHS[1:] if bits_of([path]) != bits)
    assert kept_from([own], [alike]), "another union, which the number does not tell from theirs"
    assert kept_from([own], [unlike])
    assert not kept_from([own], [own])
    assert not kept_from([unlike, own], [alike, own])
    assert not kept_from([desk.zone.union_path], []), "who works in a union's own zone is tied to it"
    assert kept_from([], [own])
    assert kept_from([], [])


def test_the_number_follows_whom_a_case_is_kept_from(kept_from):
    own, other = PATHS[:2]
    assert kept_from([other], [own])
    assert not kept_from([own, other], [own])
