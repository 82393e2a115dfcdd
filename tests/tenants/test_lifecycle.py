"""Zones from request to archive, through the command line and over HTTP."""

import json

import pytest

from tenants.context import Plane, ZoneState, scope
from tenants.errors import LifecycleError
from tenants.lifecycle import TRANSITIONS, find_zone, move


@pytest.fixture
def zones(world):
    runner = world.app.test_cli_runner()

    def run(*arguments: str):
        return runner.invoke(args=["zones", *arguments])

    return run


def test_a_zone_is_created_renamed_suspended_and_resumed_from_the_command_line(world, zones):
    union = world.union("霞岭县总工会")
    made = zones("create", "xialing", "--union", union.name, "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.output)["state"] == "active"
    assert world.client("xialing.hall.test").get("/").status_code == 200

    assert zones("rename", "xialing", "--to", "xl").exit_code == 0
    world.app.extensions["unionhall"].registry.forget()
    moved = world.client("xialing.hall.test").get("/news/?a=1")
    assert (moved.status_code, moved.location) == (301, "http://xl.hall.test/news/?a=1")

    assert zones("suspend", "xl", "--reason", "test").exit_code == 0
    world.app.extensions["unionhall"].registry.forget()
    assert world.client("xl.hall.test").get("/").status_code == 404
    assert zones("resume", "xl", "--reason", "test").exit_code == 0
    world.app.extensions["unionhall"].registry.forget()
    assert world.client("xl.hall.test").get("/").status_code == 200


def test_provisioning_again_gives_the_same_zone(world, zones):
    union = world.union()
    first, again = (json.loads(zones("create", "twice", "--union", str(union.id), "--json").output) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("slug", ["id", "city", "-a", "a-", "A", "a.b", "x" * 41, "", "中文", "static"])
def test_a_slug_that_is_reserved_or_no_host_label_is_refused(world, zones, slug):
    refused = zones("create", slug, "--union", str(world.union().id))
    assert refused.exit_code != 0


def test_a_released_slug_is_not_given_to_another_union(world, zones):
    zones("create", "former", "--union", str(world.union().id))
    zones("rename", "former", "--to", "latter")
    assert "slug-taken" in zones("create", "former", "--union", str(world.union().id)).stderr
    assert zones("rename", "latter", "--to", "former").exit_code == 0


def test_only_the_transitions_of_the_table_happen(world):
    zone = world.zone()
    with scope(Plane.CITY, reason="test"):
        for present in ZoneState:
            for wanted in ZoneState:
                row = find_zone(zone.id)
                row.state = present.value
                if wanted in TRANSITIONS[present]:
                    move(row, wanted)
                    assert row.state == wanted
                else:
                    with pytest.raises(LifecycleError):
                        move(row, wanted)
