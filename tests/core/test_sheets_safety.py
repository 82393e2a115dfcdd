"""Files that would end, fill or deceive the process. The dangerous ones are read in a child with little memory."""

import io
import subprocess
import sys
import tracemalloc

import pytest

from app.core.sheets import SheetError, SheetLimits, read_sheet

from .sheet_files import (
    HEADERS,
    SHEET,
    STRINGS,
    bomb,
    changed,
    lying_bomb,
    old_excel,
    truthful_crc_bomb,
    with_prefix,
    with_sheet_text,
    without_references,
    workbook,
)

PERSON = ["王小明", "13812345678", "440811199001011234"]
GOOD = workbook(rows=[HEADERS, PERSON])

_CHILD = """
import resource, sys
from app.core.sheets import SheetError, read_sheet
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
try:
    print(len(list(read_sheet(sys.argv[1], "roster.xlsx").rows)))
except SheetError as error:
    print(error.code)
"""


def refusal(data: bytes, name: str = "roster.xlsx", **limits) -> str:
    with pytest.raises(SheetError) as caught:
        list(read_sheet(io.BytesIO(data), name, SheetLimits(**limits)).rows)
    return caught.value.code


def in_child(data: bytes, tmp_path) -> str:
    """What a separate process with 1.5 GB says; a crash of it is a failure here and not the end of the tests."""
    path = tmp_path / "roster.xlsx"
    path.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", _CHILD, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def far_cell(reference: str) -> bytes:
    """A workbook whose second row has its last value far away."""
    return with_sheet_text(GOOD, 'r="C2"', f'r="{reference}"')


# --- what it is ---


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.xlsx", "empty"),
        (b"\x00" * 100, "a.xlsx", "empty"),
        (old_excel(), "a.xls", "old_excel"),
        (old_excel(), "a.xlsx", "old_excel"),
        (old_excel(encrypted=True), "a.xlsx", "encrypted"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", "web_page"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html>", "a.csv", "web_page"),
        (b'<?xml version="1.0"?><Workbook/>', "a.xls", "web_page"),
        (GOOD, "a.csv", "other_kind"),
        (b"a,b\n1,2\n", "a.xlsx", "other_kind"),
        (GOOD, "a.xls", "extension"),
        (GOOD, "a.exe", "extension"),
        (GOOD, "noextension", "extension"),
        (GOOD, "a.xlsm", "macros"),
        (b"%PDF-1.7\n", "a.csv", "not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n", "a.csv", "not_a_sheet"),
        (b"\x7fELF\x01\x01", "a.csv", "not_a_sheet"),
        (b"GIF89a" + GOOD, "a.xlsx", "not_a_sheet"),
        (b"MZ" + GOOD, "a.csv", "not_a_sheet"),
        (b"a,b\n1,\x002\n", "a.csv", "not_a_sheet"),
        (b"a,b\n" + b"1,2\n" * 50 + b"1,\x00\n", "a.csv", "not_a_sheet"),
        (b"PK\x03\x04", "a.xlsx", "damaged"),
        (GOOD[: len(GOOD) // 2], "a.xlsx", "damaged"),
    ],
)
def test_a_file_is_what_its_content_says(data, name, code):
    assert refusal(data, name) == code


def test_other_archives_are_no_sheets():
    assert refusal(changed(GOOD, {"xl/workbook.xml": None})) == "not_a_sheet"
    assert refusal(changed(GOOD, {"xl/workbook.xml": None, "xl/workbook.bin": b"x"})) == "binary_workbook"


@pytest.mark.parametrize(
    "part", ["xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl\\vbaProject.bin", "xl/macrosheets/s1.xml"]
)
def test_macros_are_refused_wherever_they_hide(part):
    assert refusal(changed(GOOD, {part: b"x"})) == "macros"


def test_a_type_with_macros_is_refused():
    swap = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert refusal(with_sheet_text(GOOD, plain, swap, "[Content_Types].xml")) == "macros"


def test_values_from_other_files_are_refused():
    assert refusal(changed(GOOD, {"xl/externalLinks/externalLink1.xml": b"<x/>"})) == "external_links"


def test_a_link_in_a_cell_is_no_external_link():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_url(1, 0, "mailto:x@example.com", string="x@example.com")

    assert list(read_sheet(io.BytesIO(workbook(fill)), "a.xlsx").rows) == [(2, ["x@example.com", ""])]


def test_a_password_on_the_archive_is_named():
    data = bytearray(GOOD)
    position = data.find(b"PK\x01\x02")
    data[position + 8] |= 1
    assert refusal(bytes(data)) == "encrypted"


def test_two_members_of_one_name_are_refused():
    assert refusal(changed(GOOD, {SHEET.upper(): b"<x/>"})) == "damaged"


# --- what it unpacks to ---


def test_a_small_file_that_unpacks_to_150_mb_is_refused_without_unpacking_it():
    data = bomb(150)
    assert len(data) < 200_000
    tracemalloc.start()
    assert refusal(data) == "bomb"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("make", [lying_bomb, truthful_crc_bomb])
def test_a_bomb_that_lies_about_its_size_never_unpacks(make):
    data = make()
    tracemalloc.start()
    try:
        list(read_sheet(io.BytesIO(data), "a.xlsx").rows)
        code = "read"
    except SheetError as error:
        code = error.code
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert code in ({"damaged", "bomb"} if make is lying_bomb else {"no_rows", "damaged", "bomb"})
    assert peak < 10_000_000


def test_each_limit_of_the_archive_stands_on_its_own():
    padding = b"<!--" + bytes(range(65, 91)) * 20_000 + b"-->"
    data = changed(GOOD, {f"xl/extra{number}.xml": padding for number in range(4)})
    assert refusal(data, max_ratio=10_000, max_unpacked=2_000_000) == "bomb"
    assert refusal(changed(GOOD, {f"x/{number}": b"" for number in range(600)})) == "bomb"
    one = changed(GOOD, {"xl/extra.xml": b" " * 5_000_000})
    assert refusal(one, max_unpacked=10**9) == "bomb"
    assert list(read_sheet(io.BytesIO(one), "a.xlsx", SheetLimits(max_ratio=10_000)).rows) == [(2, PERSON)]


# --- what it claims ---


def test_a_claimed_number_of_strings_reserves_nothing(tmp_path):
    data = with_sheet_text(GOOD, 'uniqueCount="', 'uniqueCount="99999999999', STRINGS)
    assert in_child(data, tmp_path) == "1"


def test_a_claim_behind_a_prefix_or_in_single_quotes_reserves_nothing(tmp_path):
    data = with_sheet_text(GOOD, "uniqueCount=", "\n uniqueCount\t= \t'999999999999' x=", STRINGS)
    assert in_child(data, tmp_path) in {"1", "damaged"}


@pytest.mark.parametrize("reference", ["XFD1048576", "XFD200000", "ZZ900000", "C1048576", "ZZZ9", "xfd1048576"])
@pytest.mark.parametrize("rewrite", [lambda data: data, with_prefix])
def test_one_cell_far_away_reserves_no_rectangle(tmp_path, reference, rewrite):
    assert in_child(rewrite(far_cell(reference)), tmp_path) in {"too_many_rows", "too_many_columns", "2", "damaged"}


@pytest.mark.parametrize("reference", ["ZZZZZZZZ9", "C99999999999", "&#88;FD9", "$C$2", "2C"])
def test_a_cell_that_is_nowhere_is_damage(tmp_path, reference):
    assert in_child(far_cell(reference), tmp_path) == "damaged"


def test_a_far_cell_is_named():
    with pytest.raises(SheetError) as caught:
        read_sheet(io.BytesIO(far_cell("XFD1000")), "a.xlsx")
    assert (caught.value.code, caught.value.params["column"]) == ("too_many_columns", "XFD")
    with pytest.raises(SheetError) as caught:
        read_sheet(io.BytesIO(far_cell("M1048576")), "a.xlsx", SheetLimits(max_rows=1000))
    assert (caught.value.code, caught.value.params["line"]) == ("too_many_rows", 1048576)


def test_a_format_far_away_is_no_content():
    data = with_sheet_text(GOOD, "</sheetData>", '<row r="1048576" s="1"><c r="XFD1048576" s="0"/></row></sheetData>')
    assert list(read_sheet(io.BytesIO(data), "a.xlsx").rows) == [(2, PERSON)]


def test_the_second_of_two_references_is_not_believed(tmp_path):
    assert in_child(with_sheet_text(GOOD, 'r="C2"', 'r="C2" r="XFD1048576"'), tmp_path) == "damaged"
    assert in_child(with_sheet_text(GOOD, '<row r="2"', '<row r="2" r="999999999"'), tmp_path) == "damaged"


def test_rows_and_cells_without_references_are_counted(tmp_path):
    wide = "<c><v>1</v></c>" * 16_000
    data = without_references(GOOD)
    data = with_sheet_text(
        data, "</sheetData>", f"<row>{wide}</row>{'<row/>' * 60_000}<row><c><v>1</v></c></row></sheetData>"
    )
    assert in_child(data, tmp_path) in {"too_many_columns", "too_many_rows", "bomb"}


def test_more_cells_than_fit_are_refused_even_in_one_place(monkeypatch):
    monkeypatch.setattr("app.core.sheets.extent._USUAL_CELLS", 1000)
    cells = '<c r="A1"/>' * 200_000
    data = with_sheet_text(GOOD, "</sheetData>", f'<row r="9">{cells}</row></sheetData>')
    assert refusal(data, max_ratio=10_000, max_rows=10, max_columns=10) == "bomb"

    data = without_references(data)
    assert refusal(data, max_ratio=10_000, max_rows=10, max_columns=10) == "bomb"


def test_a_row_that_is_nowhere_is_damage(tmp_path):
    assert in_child(with_sheet_text(GOOD, '<row r="2"', '<row r="99999999999"'), tmp_path) == "damaged"


def test_more_strings_than_cells_are_refused():
    data = with_sheet_text(GOOD, "</sst>", "<si/>" * 1_100 + "</sst>", STRINGS)
    assert list(read_sheet(io.BytesIO(data), "a.xlsx").rows) == [(2, PERSON)]
    assert refusal(data, max_rows=1, max_columns=1) == "bomb"


@pytest.mark.parametrize("member", [SHEET, STRINGS, "xl/workbook.xml"])
def test_document_types_and_other_encodings_are_damage(member):
    def entity(content: bytes) -> bytes:
        return content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>', 1)

    assert refusal(changed(GOOD, {member: entity})) == "damaged"
    assert refusal(changed(GOOD, {member: lambda content: content.decode().encode("utf-16")})) == "damaged"


@pytest.mark.parametrize(
    "member", [SHEET, STRINGS, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"]
)
def test_a_missing_empty_or_broken_member_is_damage(member):
    known = {"damaged", "not_a_sheet", "no_table"}
    for change in (None, b"", b"<", b"<worksheet>", b"not xml"):
        try:
            list(read_sheet(io.BytesIO(changed(GOOD, {member: change})), "a.xlsx").rows)
        except SheetError as error:
            assert error.code in known  # noqa: PT017 - some members may be missing


def test_nothing_is_left_in_the_temporary_directory(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    list(read_sheet(io.BytesIO(GOOD), "a.xlsx").rows)
    refusal(bomb(2))
    assert list(tmp_path.iterdir()) == []
