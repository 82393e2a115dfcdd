# ruff: noqa: DTZ001 - cells have no time zone
import io
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.sheets import BadCell, SheetError, SheetLimits, read_sheet, shown, write_sheet

from .sheet_files import HEADERS, with_prefix, with_sheet_text, without_references, workbook

PERSON = ["王小明", "13812345678", "440811199001011234"]


def read(data: bytes | str, name: str = "", **limits):
    data = data if isinstance(data, bytes) else data.encode()
    name = name or ("roster.xlsx" if data.startswith(b"PK") else "roster.csv")
    return read_sheet(io.BytesIO(data), name, SheetLimits(**limits))


def rows_of(data: bytes | str, name: str = "", **limits) -> list:
    return list(read(data, name, **limits).rows)


def refusal(data: bytes | str, name: str = "", **limits) -> SheetError:
    with pytest.raises(SheetError) as caught:
        rows_of(data, name, **limits)
    return caught.value


# --- workbooks ---


def test_a_workbook_gives_headings_and_rows_with_their_lines():
    sheet = read(workbook(rows=[HEADERS, PERSON, ["李四", "13912345678", ""]]))
    assert sheet.headers == tuple(HEADERS)
    assert (sheet.name, sheet.header_line, sheet.titles, sheet.expected_rows) == ("花名册", 1, (), 2)
    assert list(sheet.rows) == [(2, PERSON), (3, ["李四", "13912345678", ""])]


def test_a_path_is_read_like_a_stream(tmp_path):
    path = tmp_path / "roster.xlsx"
    path.write_bytes(workbook(rows=[HEADERS, PERSON]))
    assert list(read_sheet(path, path.name).rows) == list(read_sheet(str(path), path.name).rows) == [(2, PERSON)]


def test_empty_rows_are_skipped_and_lines_stay_true_even_when_the_table_starts_in_the_middle():
    def fill(book, sheet):
        sheet.write_row(4, 2, HEADERS)
        sheet.write_row(6, 2, PERSON)
        sheet.write_row(7, 2, ["  ", "\u3000", "\u200b"])
        sheet.write_row(9, 2, PERSON)
        sheet.write_blank(20, 2, None, book.add_format({"bold": True}))

    sheet = read(workbook(fill))
    assert sheet.headers == ("", "", *HEADERS)
    assert sheet.header_line == 5
    assert list(sheet.rows) == [(7, ["", "", *PERSON]), (10, ["", "", *PERSON])]


def test_merged_titles_above_the_heading_are_set_aside():
    def fill(book, sheet):
        sheet.merge_range("A1:C1", "霞山区会员花名册")
        sheet.write("A2", "填表人：王")
        sheet.write_row(2, 0, HEADERS)
        sheet.write_row(3, 0, PERSON)

    sheet = read(workbook(fill))
    assert sheet.titles == ("霞山区会员花名册", "填表人：王")
    assert (sheet.header_line, list(sheet.rows)) == (3, [(4, PERSON)])


@pytest.mark.parametrize(
    ("area", "code"),
    [("A1:B1", "merged_header"), ("A1:A2", "merged_header"), ("B2:B3", "merged_cells"), ("A3:C3", "merged_cells")],
)
def test_merged_cells_in_the_table_are_refused_by_name(area, code):
    def fill(book, sheet):
        sheet.merge_range(area, "合并")

    data = workbook(fill, [["姓名", "手机号", "身份证号", "单位"], [*PERSON, "x"], [*PERSON, "x"], [*PERSON, "x"]])
    error = refusal(data)
    assert (error.code, error.params) == (code, {"range": area})
    assert area in str(error)


def test_merged_cells_below_the_last_used_line_do_no_harm():
    def fill(book, sheet):
        sheet.merge_range("A9:C9", "")

    assert rows_of(workbook(fill, [HEADERS, PERSON])) == [(2, PERSON)]


def test_numbers_become_the_digits_people_typed():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f"])
        for column, number in enumerate([1.38e10, 13812345678, 0.1 + 0.2, -5, 123456789012345, 12.50]):
            sheet.write_number(1, column, number)

    assert rows_of(workbook(fill)) == [(2, ["13800000000", "13812345678", "0.3", "-5", "123456789012345", "12.5"])]


def test_a_long_number_excel_rounded_is_recognised():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_number(1, 0, 440811199001011234)
        sheet.write_string(1, 1, "4.40811E+17")
        sheet.write_string(1, 2, "1.38E+10")

    ((_, cells),) = rows_of(workbook(fill))
    assert [cell.code for cell in cells] == ["digits_lost"] * 3
    assert [shown(cell) for cell in cells] == ["4.40811E+17", "4.40811E+17", "1.38E+10"]
    assert all(cells), "a loss counts as content"


def test_text_that_only_looks_scientific_stays():
    assert rows_of("a,b,c\n1E5,E+10,1.2.3E+10\n") == [(2, ["1E5", "E+10", "1.2.3E+10"])]


def test_dates_are_dates():
    def fill(book, sheet):
        day, minute = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy/m/d h:mm"})
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_datetime(1, 0, datetime(1990, 1, 31), day)
        sheet.write_datetime(1, 1, datetime(1990, 1, 31, 8, 30), minute)
        sheet.write_datetime(1, 2, datetime(1990, 1, 31), minute)

    ((_, cells),) = rows_of(workbook(fill))
    assert cells == [date(1990, 1, 31), datetime(1990, 1, 31, 8, 30), date(1990, 1, 31)]
    assert type(cells[2]) is date
    assert [shown(cell) for cell in cells] == ["1990-01-31", "1990-01-31 08:30:00", "1990-01-31"]


def test_formulas_give_the_value_that_was_saved_and_errors_are_no_empty_cells():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, '="138"&"12345678"', None, "13812345678")
        sheet.write_formula(1, 2, "=VLOOKUP(1,A:B,2)", None, "#N/A")
        sheet.write_boolean(2, 0, True)

    first, second = rows_of(workbook(fill))
    assert first == (2, ["2", "13812345678", BadCell("formula_error", "#N/A")])
    assert second == (3, ["TRUE", "", ""])


@pytest.mark.parametrize("rewrite", [lambda data: data, with_prefix, without_references])
@pytest.mark.parametrize("value", ["", "<v></v>", "<v/>", "<v />"])
def test_a_formula_without_a_saved_result_is_no_empty_cell(value, rewrite):
    """As openpyxl and its kin write it, who can't calculate."""

    def fill(book, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 0, "=1+1", book.add_format({"num_format": "yyyy-mm-dd"}), 777)
        sheet.write_string(1, 1, "x")

    data = rewrite(with_sheet_text(workbook(fill), "<v>777</v>", value))
    assert rows_of(data) == [(2, [BadCell("formula_unsaved", "#FORMULA"), "x"])]


def test_a_text_formula_without_any_result_is_no_empty_cell():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 0, '="138"&"12345678"', None, "result")
        sheet.write_string(1, 1, "x")

    data = with_sheet_text(workbook(fill), "<v>result</v>", "")
    assert rows_of(data) == [(2, [BadCell("formula_unsaved", "#FORMULA"), "x"])]


def test_a_text_formula_may_have_an_empty_result():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["x", "y"])
        sheet.write_formula(2, 0, '=IF(A2="",A2,"")', None, "result")
        sheet.write_string(2, 1, "z")

    data = with_sheet_text(workbook(fill), "<v>result</v>", "<v></v>")
    assert rows_of(data) == [(2, ["x", "y"]), (3, ["", "z"])]


def test_full_width_and_invisible_characters_are_folded_and_punctuation_stays():
    typed = ["\ufeff\u3000王\u200b小\u00a0明 ", "１３８１２３４５６７８", "Ｘ（ａ），\u202e。\x07\n号"]
    ((_, cells),) = rows_of(workbook(rows=[["a", "b", "c"], typed]))
    assert cells == ["王小 明", "13812345678", "X（a），。 号"]


def test_the_first_visible_sheet_with_content_is_read():
    def fill(book, sheet):
        sheet.hide()
        sheet.write_row(0, 0, ["secret", "list"])
        book.add_worksheet("空").activate()
        third = book.add_worksheet("名单")
        third.write_row(0, 0, HEADERS)
        third.write_row(1, 0, PERSON)
        book.add_worksheet("说明").write(0, 0, "x")

    sheet = read(workbook(fill))
    assert (sheet.name, sheet.other_sheets) == ("名单", ("空", "说明"))
    assert list(sheet.rows) == [(2, PERSON)]


def test_headings_are_tidied_and_must_differ():
    assert read(workbook(rows=[["姓 名\n（必填）", " 手机号 "], ["a", "b"]])).headers == ("姓 名 （必填）", "手机号")
    error = refusal(workbook(rows=[["姓名", "手机号", "姓名"], ["a", "b", "c"]]))
    assert (error.code, error.params) == ("duplicate_header", {"header": "姓名", "first": "A", "second": "C"})


def test_a_table_of_one_column_has_its_first_line_as_heading():
    sheet = read(workbook(rows=[["手机号"], ["13812345678"], [], ["13912345678"]]))
    assert sheet.headers == ("手机号",)
    assert list(sheet.rows) == [(2, ["13812345678"]), (4, ["13912345678"])]


@pytest.mark.parametrize("rewrite", [without_references, with_prefix])
def test_workbooks_of_unusual_programs_are_read_the_same(rewrite):
    assert rows_of(rewrite(workbook(rows=[HEADERS, PERSON]))) == [(2, PERSON)]


def test_a_column_without_heading_keeps_its_place():
    sheet = read(workbook(rows=[["姓名", "手机号"], ["a", "b", "note"]]))
    assert sheet.headers == ("姓名", "手机号", "")
    assert list(sheet.rows) == [(2, ["a", "b", "note"])]


# --- CSV ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_of_every_usual_program_is_read(encoding, delimiter, newline):
    lines = [HEADERS, ["王小明", "13812345678", '"a, b; c"'], PERSON]
    text = newline.join(delimiter.join(line) for line in lines) + newline
    assert rows_of(text.encode(encoding), "roster.csv") == [(2, ["王小明", "13812345678", "a, b; c"]), (3, PERSON)]


def test_line_numbers_in_csv_count_breaks_inside_cells_and_empty_lines():
    text = '花名册,\n\n姓名,备注\n王,"一\n二"\n\n,\n李,x\n'
    sheet = read(text)
    assert (sheet.titles, sheet.header_line) == (("花名册",), 3)
    assert list(sheet.rows) == [(4, ["王", "一 二"]), (8, ["李", "x"])]


def test_the_line_by_which_excel_names_the_delimiter_is_understood():
    assert rows_of("sep=;\na;b\n1,5;2\n") == [(3, ["1,5", "2"])]


def test_a_formula_in_csv_is_text():
    assert rows_of('a,b,c\n"=HYPERLINK(""http://x"")",=1+1,@x\n') == [(2, ['=HYPERLINK("http://x")', "=1+1", "@x"])]


def test_numbers_forced_to_text_in_csv_are_unwrapped():
    assert rows_of('a,b,c\n="13812345678",\'440811199001011234,13812345678\t\n') == [
        (2, ["13812345678", "440811199001011234", "13812345678"])
    ]
    assert rows_of('a,b\n"=""=cmd()""",x\n') == [(2, ["=cmd()", "x"])]


def test_short_lines_are_filled_and_long_ones_refused():
    assert rows_of("a,b,c\n1\n1,2,3,,\n") == [(2, ["1", "", ""]), (3, ["1", "2", "3"])]
    error = refusal("a,b\n1,2\n1,2,3\n")
    assert (error.code, error.params) == ("extra_cells", {"line": 3})


@pytest.mark.parametrize("text", ['a,b\n1,"open\n2,3\n', 'a,b\n"1"x,2\n'])
def test_an_open_quotation_mark_is_refused_with_its_line(text):
    error = refusal(text)
    assert (error.code, error.params) == ("quotes", {"line": 2})


def test_bytes_of_no_known_encoding_are_refused():
    assert refusal(b"a,b\n\xff\xff\xff,\x80\n").code == "encoding"


@pytest.mark.parametrize("text", ["", "\n\n", " \r\n", "\ufeff"])
def test_an_empty_file_is_refused(text):
    assert refusal(text, "roster.csv").code in {"empty", "no_table"}


def test_a_workbook_without_content_is_refused():
    assert refusal(workbook()).code == "no_table"


@pytest.mark.parametrize("data", [workbook(rows=[HEADERS]), ",".join(HEADERS) + "\n\n , ,\n"], ids=["xlsx", "csv"])
def test_headings_without_rows_are_refused_in_these_words(data):
    assert str(refusal(data)) == "The sheet has headings but no rows."


# --- limits ---


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_more_rows_than_allowed_are_refused(kind):
    lines = [["a", "b"], *([str(number), "x"] for number in range(11))]
    data = workbook(rows=lines) if kind == "xlsx" else "\n".join(map(",".join, lines))
    assert len(rows_of(data, max_rows=11)) == 11
    error = refusal(data, max_rows=10)
    assert (error.code, error.params["limit"]) == ("too_many_rows", 10)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_more_columns_than_allowed_are_refused(kind):
    header = [f"h{number}" for number in range(30)]
    data = workbook(rows=[header]) if kind == "xlsx" else ",".join(header)
    assert len(read(data, max_columns=30).headers) == 30
    error = refusal(data, max_columns=29)
    assert (error.code, error.params) == ("too_many_columns", {"limit": 29, "column": "AD"})


def test_a_file_that_is_too_large_is_not_even_read():
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size=-1):
            assert size >= 0, "asks for everything"
            self.taken += size
            return b"a" * size

    stream = Endless()
    with pytest.raises(SheetError) as caught:
        read_sheet(stream, "roster.csv", SheetLimits(max_bytes=1000))
    assert caught.value.code == "too_large"
    assert stream.taken == 1001


# --- round trips and figures ---

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"]), min_size=1, max_size=20
)


@settings(max_examples=50, deadline=None)
@given(rows=st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=5))
def test_what_is_written_is_read_again(rows):
    stream = io.BytesIO()
    write_sheet(stream, ["a", "b", "c"], rows)
    again = rows_of(stream.getvalue())
    assert [line for line, _ in again] == list(range(2, len(rows) + 2))
    for (_, cells), row in zip(again, rows, strict=True):
        for cell, text in zip(cells, row, strict=True):
            # Folding and unwrapping are tested above; here nothing may be lost or moved.
            assert shown(cell) == text or any(mark in text for mark in "='") or not text.isascii()


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300))
def test_noise_is_a_table_or_a_refusal(data):
    for name in ("a.csv", "a.xlsx"):
        try:
            list(read(data, name).rows)
        except SheetError as error:
            assert str(error)  # noqa: PT017 - any code will do


@settings(max_examples=100, deadline=None)
@given(changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_workbook_is_a_table_or_a_refusal(changes):
    data = bytearray(workbook(rows=[HEADERS, PERSON]))
    for place, byte in changes:
        data[4 + int(place * (len(data) - 4))] = byte
    try:
        list(read(bytes(data), "a.xlsx").rows)
    except SheetError as error:
        assert str(error)  # noqa: PT017 - any code will do


def test_a_member_changed_after_packing_is_damaged():
    data = with_sheet_text(workbook(rows=[HEADERS, PERSON]), "<v>0</v>", "<v>99</v>")
    assert refusal(data).code == "damaged"
