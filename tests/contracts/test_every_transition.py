"""Every transition of every kind of case, by role × zone × employer: a new kind is walked by itself."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from app.casework.kinds import CaseKind
from app.casework.states import SUBMIT, Who
from tests.contracts.transitions import Scene, Stand, make_scene, may, shape, shortest_ways, wrongs
from tests.fixtures.cases import declared_kinds

KINDS = {kind.key: kind for kind in declared_kinds()}
SHAPES = {shape(kind): kind.key for kind in reversed(KINDS.values())}
"""One kind of each shape: all others answer like it."""
NOBODYS = UUID(int=0)


@pytest.fixture(scope="module")
def scene(city) -> Iterator[Scene]:
    with city.app.app_context():
        yield make_scene(city)


@pytest.fixture
def kind(request) -> CaseKind:
    return KINDS[request.param]


@pytest.mark.parametrize("kind", sorted(SHAPES.values()), indirect=True)
def test_every_step_in_every_state_by_everybody_leads_where_it_must_or_nowhere(scene, kind):
    assert wrongs(scene, kind) == []


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - SHAPES.values()), indirect=True)
def test_a_kind_that_only_asks_and_promises_otherwise_goes_the_whole_way(scene, kind):
    ways = shortest_ways(kind)
    farthest = max(ways, key=lambda state: len(ways[state]))
    assert scene.bring(kind, farthest, ways[farthest]).state == farthest


@pytest.mark.parametrize("kind", KINDS, indirect=True)
def test_the_walk_comes_to_every_state_and_somebody_may_take_every_step(scene, kind):
    ways = shortest_ways(kind)
    assert set(ways) == {state.key for state in kind.table.states} - {kind.table.first.key}
    for step in kind.table.steps:
        able = [
            may(scene, kind, step, Stand(NOBODYS, state, "", ways[state], scene.people["nobody"]))
            for state in step.sources & set(ways)
        ]
        assert all(able) or step.who is Who.OBJECTION, step.action
    without_way = {step.action for step in kind.table.steps if not step.sources & set(ways)}
    assert without_way <= {SUBMIT}
