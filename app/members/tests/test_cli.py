"""`flask members …`."""

import json

from app.members.tests.rosters import everyone, phone, sheet


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
