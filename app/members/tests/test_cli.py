"""`flask members …`."""

import json

import pytest

from app.members.tests.rosters import bring_in, check, everyone, people, phone, sheet, upload
from app.members.tests.test_roster_interrupted import close, half_written
from tenants.context import ZoneState
from tenants.ids import uuid7


def _run(world, *arguments):
    return world.app.test_cli_runner().invoke(args=["members", *arguments])


def test_without_commit_a_roster_is_only_checked(world, tmp_path):
    zone = world.zone()
    file = tmp_path / "名单.csv"
    file.write_bytes(sheet([["孔一", "", "", phone(), "", "", ""], ["", "", "", "1", "", "", ""]]))
    checked = _run(world, "import", str(file), "--zone", zone.slug, "--dry-run", "--json")
    assert checked.exit_code == 2
    told = json.loads(checked.output)
    assert (told["state"], told["counts"]["new"]) == ("ready", 1)
    assert {row["cell"] for row in told["refused"]} == {"A3", "D3"}
    assert everyone(zone) == {}


def test_commit_writes_and_undo_takes_back(world, tmp_path):
    zone = world.zone()
    file = tmp_path / "名单.csv"
    file.write_bytes(sheet([["孔二", "", "", phone(), "", "", ""]]))
    written = _run(world, "import", str(file), "--zone", zone.slug, "--commit", "--json")
    assert written.exit_code == 0
    assert set(everyone(zone)) == {"孔二"}
    undone = _run(world, "undo", json.loads(written.output)["id"], "--zone", zone.slug)
    assert "undone 1" in undone.output
    assert everyone(zone) == {}


def test_a_union_stands_for_its_zone_and_takes_rows_without_union(world, tmp_path):
    county = world.union()
    zone = world.zone(union=county)
    inner = world.union("独一无二工会", parent=county)
    file = tmp_path / "名单.csv"
    file.write_bytes(sheet([["孔三", "", "", phone(), "", "", ""]]))
    assert _run(world, "import", str(file), "--union", "独一无二工会", "--commit").exit_code == 0
    assert everyone(zone)["孔三"].union_id == inner.id


def test_mistakes_are_one_sentence_and_exit_code_one(world, tmp_path):
    file = tmp_path / "名单.csv"
    file.write_bytes("姓名,备注\n甲,乙".encode())
    zone = world.zone()
    for arguments in (["--zone", "nowhere"], ["--union", "没有这个工会"], [], ["--zone", zone.slug, "--commit", "--dry-run"],
                      ["--zone", zone.slug]):  # fmt: skip
        answer = _run(world, "import", str(file), *arguments)
        assert answer.exit_code == 1
        assert len(answer.output.strip().splitlines()) == 1


def test_an_interrupted_import_is_resumed(world, monkeypatch):
    zone = world.zone()
    batch_id = str(half_written(zone, monkeypatch))
    assert _run(world, "resume", batch_id, "--zone", zone.slug).output.startswith("committed: ")
    assert len(everyone(zone)) == 5
    checked = str(upload(zone, sheet(people(2))))
    assert json.loads(_run(world, "resume", checked, "--zone", zone.slug, "--json").output)["counts"]["new"] == 2
    assert _run(world, "resume", str(uuid7()), "--zone", zone.slug).exit_code == 1


@pytest.mark.parametrize("state", [ZoneState.READ_ONLY, ZoneState.SUSPENDED, ZoneState.ARCHIVED])
def test_a_zone_that_is_not_active_takes_nothing_in_and_gives_nothing_back(world, tmp_path, state):
    zone = world.zone()
    batch = bring_in(zone, *people(1))
    waiting = check(zone, sheet(people(1)))
    file = tmp_path / "名单.csv"
    file.write_bytes(sheet(people(1)))
    close(zone, state)
    for arguments in (["import", str(file), "--commit"], ["undo", str(batch.id)], ["resume", str(waiting.id)]):
        answer = _run(world, *arguments, "--zone", zone.slug)
        assert (answer.exit_code, state.value in answer.output) == (1, True)
    assert len(everyone(zone)) == 1
