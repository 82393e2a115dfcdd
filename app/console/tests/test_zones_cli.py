"""`flask zones …`: every command as text and as JSON, and the entry each leaves in the audit trail."""

import json
from uuid import UUID

import pytest

from app.console.tests.conftest import actions, deeds
from app.core.platform import platform


def made(zones, union, slug, *more):
    answer = zones("create", slug, "--union", str(union.id), *more, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_create_tells_where_the_zone_is(world, zones):
    union = world.union("命令县总工会")
    facts = made(zones, union, "minglin", "--name", "命令之家", "--preset", "industry")
    assert (facts["slug"], facts["name"], facts["state"], facts["preset"]) == (
        "minglin",
        "命令之家",
        "active",
        "industry",
    )
    assert facts["url"] == "http://minglin.hall.test/"
    text = zones("create", "minglin", "--union", union.name)
    assert text.exit_code == 0
    assert text.stdout.split() == ["minglin", "active", "industry", "http://minglin.hall.test/", "命令之家"]
    assert actions(UUID(facts["id"])) == ["zones.requested", "zones.provisioned"]
    assert {entry.actor_name for entry in deeds(UUID(facts["id"]))} == {"command line"}


def test_create_does_not_take_another_wish_for_the_same_zone(world, zones):
    union = world.union()
    facts = made(zones, union, "wished", "--name", "甲")
    for wish in (("--name", "乙"), ("--preset", "enterprise")):
        refused = zones("create", "wished", "--union", str(union.id), *wish)
        assert refused.exit_code == 1
        assert "zone-differs" in refused.stderr
    assert "union-has-zone" in zones("create", "other", "--union", str(union.id)).stderr
    assert actions(UUID(facts["id"])) == ["zones.requested", "zones.provisioned"]


def test_create_needs_one_union_and_a_known_starter_zone(world, zones):
    parents = world.union(), world.union()
    for parent in parents:
        world.union("重名分会", parent=parent)
    assert "2 unions are called" in zones("create", "twins", "--union", "重名分会").stderr
    assert "0 unions are called" in zones("create", "nobody", "--union", "没有的").stderr
    assert zones("create", "x", "--union", str(parents[0].id), "--preset", "nothing").exit_code == 2


def test_list_is_one_json_array_or_a_line_each(world, zones):
    open_zone, other = world.zone(), world.zone()
    assert zones("freeze", other.slug, "--reason", "盘点").exit_code == 0
    everything = json.loads(zones("list", "--json").stdout)
    assert {open_zone.slug, other.slug} <= {row["slug"] for row in everything}
    frozen = json.loads(zones("list", "--state", "read_only", "--json").stdout)
    assert other.slug in {row["slug"] for row in frozen}
    assert {row["state"] for row in frozen} == {"read_only"}
    lines = zones("list", "--state", "read_only").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [row["slug"] for row in frozen]
    assert zones("list", "--state", "nothing").exit_code == 2


def test_show_tells_of_one_zone_and_knows_no_other(world, zones):
    zone = world.zone()
    assert json.loads(zones("show", zone.slug, "--json").stdout)["id"] == str(zone.id)
    assert zones("show", zone.slug).stdout.split()[0] == zone.slug
    missing = zones("show", "nowhere")
    assert (missing.exit_code, missing.stderr.strip()) == (1, "There is no zone 'nowhere'.")


def test_rename_changes_what_is_given_and_nothing_else(world, zones):
    zone = world.zone()
    facts = json.loads(zones("rename", zone.slug, "--name", "新名", "--json").stdout)
    assert (facts["slug"], facts["name"]) == (zone.slug, "新名")
    assert zones("rename", zone.slug, "--to", f"{zone.slug}-b").stdout.split()[0] == f"{zone.slug}-b"
    assert zones("rename", f"{zone.slug}-b").exit_code == 1
    entries = deeds(zone.id)
    assert [entry.action for entry in entries] == ["zones.renamed"] * 2
    assert entries[0].detail["after"]["name"] == "新名"
    assert entries[1].detail["after"]["slug"] == f"{zone.slug}-b"


@pytest.mark.parametrize(
    ("command", "state", "status"),
    [("suspend", "suspended", 404), ("freeze", "read_only", 200), ("archive", "archived", 404)],
)
def test_a_state_is_changed_and_taken_back_with_a_reason(world, zones, command, state, status):
    zone = world.zone()
    assert zones(command, zone.slug).exit_code == 2
    assert json.loads(zones(command, zone.slug, "--reason", "检查", "--json").stdout)["state"] == state
    assert world.client(zone).get("/").status_code == status
    assert zones("resume", zone.slug, "--reason", "检查完毕").stdout.split()[1] == "active"
    assert world.client(zone).get("/").status_code == 200
    entries = deeds(zone.id)
    assert [(entry.detail["after"], entry.detail["why"]) for entry in entries] == [
        (state, "检查"),
        ("active", "检查完毕"),
    ]
    assert {entry.action for entry in entries} == {"zones.state-changed"}


def test_a_state_that_can_not_be_reached_is_refused_in_one_line(world, zones):
    zone = world.zone()
    refused = zones("resume", zone.slug, "--reason", "又开")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("no-such-transition: ")
    assert actions(zone.id) == []


def test_domains_are_listed_as_an_array_and_as_lines(world, zones):
    zone = world.zone()
    assert zones("domains", zone.slug).stdout == ""
    assert json.loads(zones("domains", zone.slug, "--json").stdout) == []
    [noted] = json.loads(zones("domains", zone.slug, "--add", "hall.cli.cn", "--json").stdout)
    assert (noted["domain"], noted["verified_at"], noted["is_primary"]) == ("hall.cli.cn", None, False)
    again = zones("domains", zone.slug, "--add", "HALL.cli.cn.")
    assert again.stdout.strip().endswith(f"publish TXT _unionhall.hall.cli.cn = {noted['proof']}")
    assert "bad-domain" in zones("domains", zone.slug, "--add", "nonsense").stderr
    assert "own-domain" in zones("domains", zone.slug, "--add", f"x.{platform().settings.base_domain}").stderr
    assert actions(zone.id) == ["zones.domain-added"]
