"""The organisation tree from a sheet: any order, nothing half-done, the same again changes nothing."""

import csv
import io
import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from stdnum.cn import uscc as codes

from app.core.sheets import read_sheet
from app.unions.headings import UnionHeadingError
from app.unions.importing import import_unions, plan_import
from app.unions.models import Union
from app.unions.queries import list_subtree
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db

HEADERS = ("上级工会", "工会名称", "类型", "统一社会信用代码", "简称")
_numbers = itertools.count(1)


def code():
    first = f"8144080{next(_numbers):010d}"
    return first + codes.calc_check_digit(first)


def sheet_of(rows, headers=HEADERS):
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    return text.getvalue().encode()


def bring_in(rows, headers=HEADERS):
    with scope(Plane.CITY, reason="test", actor=SYSTEM):
        plan = import_unions(SYSTEM, read_sheet(io.BytesIO(sheet_of(rows, headers)), "工会.csv"))
        db.session.commit()
    return plan


def names_below(union):
    with scope(Plane.CITY, reason="test"):
        return {row.name: row.path for row in list_subtree(union.path, limit=1000) if row.path != union.path}


def problems(plan):
    return {line.line: line.problem[:2] for line in plan.refused}


def test_children_may_stand_before_their_parents(world):
    top = world.union()
    plan = bring_in([
        ["某镇工会", "某厂工会", "企业工会", "", ""],
        [top.name, "某镇工会", "乡镇工会", "", "某镇"],
    ])  # fmt: skip
    assert plan.counts == {"new": 2, "changed": 0, "same": 0, "refused": 0}
    paths = names_below(top)
    assert paths["某镇工会"] == top.path + "0000."
    assert paths["某厂工会"] == paths["某镇工会"] + "0000."


def test_the_same_list_again_changes_nothing(world):
    top = world.union()
    rows = [[top.name, "甲", "企业", code(), ""], ["甲", "乙", "企业", "", ""]]
    bring_in(rows)
    before = names_below(top)
    assert bring_in(rows).counts == {"new": 0, "changed": 0, "same": 2, "refused": 0}
    assert names_below(top) == before


def test_later_lists_go_on_with_the_next_label(world):
    top = world.union()
    bring_in([[top.name, "甲", "企业", "", ""], [top.name, "乙", "企业", "", ""]])
    bring_in([[top.name, "丙", "企业", "", ""]])
    assert sorted(names_below(top).values()) == [top.path + f"000{n}." for n in range(3)]


def test_a_union_is_recognised_by_its_code_and_renamed(world):
    top = world.union()
    known = code()
    bring_in([[top.name, "旧名", "企业", known, ""]])
    assert bring_in([[top.name, "新名", "企业", known, "新"]]).counts["changed"] == 1
    assert set(names_below(top)) == {"新名"}


def test_bad_rows_are_refused_and_the_rest_is_brought_in(world):
    top = world.union()
    shared = code()
    plan = bring_in([
        [top.name, "好", "企业", shared, ""],
        [top.name, "", "企业", "", ""],
        [top.name, "无类", "公司", "", ""],
        ["不存在", "孤儿", "企业", "", ""],
        ["", "无上级", "企业", "", ""],
        [top.name, "好", "企业", "", ""],
        [top.name, "同码", "企业", shared, ""],
        [top.name, "错码", "企业", "123", ""],
        ["无类", "连带", "企业", "", ""],
        [top.name, "<b>", "企业", "", ""],
    ])  # fmt: skip
    assert problems(plan) == {
        3: ("name_missing", "B3"), 4: ("kind_unknown", "C4"), 5: ("parent_unknown", "A5"), 6: ("parent_missing", "A6"),
        7: ("same_name", "B7"), 8: ("same_uscc", "D8"), 9: ("uscc_length", "D9"), 10: ("parent_refused", "A10"),
        11: ("name_form", "B11"),
    }  # fmt: skip
    assert set(names_below(top)) == {"好"}


@pytest.mark.parametrize(
    "rows",
    [[["转一", "转二", "企业", "", ""], ["转二", "转一", "企业", "", ""]],
     [["转三", "转三", "企业", "", ""]],
     [["转四", "转五", "企业", "", ""], ["转五", "转六", "企业", "", ""], ["转六", "转四", "企业", "", ""]]],
)  # fmt: skip
def test_unions_that_lead_back_to_themselves_are_refused(world, rows):
    plan = bring_in([*rows, [rows[0][1], "挂在环上", "企业", "", ""]])
    assert {code for code, _ in problems(plan).values()} == {"cycle", "parent_refused"}
    assert plan.counts["new"] == 0


def test_a_parent_name_that_several_unions_have_needs_the_code(world):
    one, two = world.union(), world.union()
    known = code()
    bring_in([[one.name, "机关工会", "机关", known, ""], [two.name, "机关工会", "机关", "", ""]])
    assert problems(bring_in([["机关工会", "处室小组", "机关", "", ""]])) == {2: ("parent_ambiguous", "A2")}
    assert bring_in([[known, "处室小组", "机关", "", ""]]).counts["new"] == 1
    assert "处室小组" in names_below(one)


def test_an_import_does_not_move_unions(world):
    one, two = world.union(), world.union()
    known = code()
    bring_in([[one.name, "不动", "企业", known, ""]])
    assert problems(bring_in([[two.name, "不动", "企业", known, ""]])) == {2: ("moved", "A2")}


def test_kinds_that_do_not_belong_under_one_another_are_refused(world):
    top = world.union()
    plan = bring_in(
        [
            [top.name, "第二市", "市总工会", "", ""],
            [top.name, "厂", "企业", "", ""],
            ["厂", "厂下县", "县总工会", "", ""],
        ]
    )
    assert problems(plan) == {2: ("wrong_kind", "C2"), 4: ("wrong_kind", "C4")}
    assert set(names_below(top)) == {"厂"}


def test_what_distinguishes_a_name_is_kept_with_it_through_a_renaming(world):
    top, known = world.union(), code()
    for name, distinguishes in (
        ("海城甲乙机床有限公司工会", "海城甲乙机床"),
        ("海城丙丁机床厂工会委员会", "海城丙丁机床厂"),
    ):
        bring_in([[top.name, name, "企业", known, ""]])
        with scope(Plane.CITY, reason="test"):
            assert db.session.scalars(select(Union.name_core).where(Union.uscc == known)).all() == [distinguishes]


def test_the_name_or_code_of_a_dissolved_union_refuses_its_row(world):
    top = world.union()
    known = code()
    bring_in([[top.name, "旧会", "企业", known, ""]])
    with scope(Plane.CITY, reason="test"):
        db.session.execute(db.update(Union).where(Union.uscc == known).values(status="dissolved"))
        db.session.commit()
    plan = bring_in(
        [[top.name, "旧会", "企业", "", ""], [top.name, "新会", "企业", known, ""], [top.name, "好会", "企业", "", ""]]
    )
    assert problems(plan) == {2: ("dissolved", "B2"), 3: ("dissolved", "B3")}
    assert plan.counts["new"] == 1


def test_a_missing_column_is_named(world):
    with pytest.raises(UnionHeadingError, match="上级工会"):
        bring_in([["甲", "企业"]], ["工会名称", "类型"])


def test_a_dry_run_writes_nothing(world):
    top = world.union()
    with scope(Plane.CITY, reason="test"):
        plan = plan_import(read_sheet(io.BytesIO(sheet_of([[top.name, "甲", "企业", "", ""]])), "工会.csv"))
        db.session.commit()
    assert plan.counts["new"] == 1
    assert names_below(top) == {}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-1, 8), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_any_forest_comes_in_whole_and_every_path_extends_its_parent(world, above, shuffler):
    """`above[n]` is the parent of union n, -1 the top; a union may hang on itself or in a ring, then it is refused."""
    top = world.union()
    number = next(_numbers)
    name = {n: f"林{number}-{n}" for n in range(len(above))} | {-1: top.name}
    rows = [[name.get(parent, "无此"), name[n], "企业", "", ""] for n, parent in enumerate(above)]
    shuffler.shuffle(rows)
    bring_in(rows)
    paths = names_below(top) | {top.name: top.path}
    for n, parent in enumerate(above):
        reaches_top, seen = n, set()
        while 0 <= reaches_top < len(above) and reaches_top not in seen:
            seen.add(reaches_top)
            reaches_top = above[reaches_top]
        assert (name[n] in paths) == (reaches_top == -1)
        if name[n] in paths:
            assert paths[name[n]][:-5] == paths[name[parent]]


def test_the_command_line_checks_then_imports_then_shows_the_tree(world, tmp_path):
    top = world.union()
    file = tmp_path / "工会.csv"
    file.write_bytes(sheet_of([[top.name, "线上工会", "企业", "", ""], ["没有", "孤儿", "企业", "", ""]]))
    run = world.app.test_cli_runner().invoke
    checked = run(args=["unions", "import", str(file), "--dry-run", "--json"])
    assert checked.exit_code == 2
    assert json.loads(checked.output)["counts"]["new"] == 1
    assert json.loads(checked.output)["refused"][0]["cell"] == "A3"
    assert names_below(top) == {}
    assert run(args=["unions", "import", str(file)]).exit_code == 2
    shown = run(args=["unions", "tree", top.name])
    assert shown.output.splitlines()[1] == "  线上工会  [enterprise]"
    with scope(Plane.CITY, reason="test"):
        assert db.session.scalar(select(Union.kind).where(Union.name == "线上工会")) == "enterprise"
