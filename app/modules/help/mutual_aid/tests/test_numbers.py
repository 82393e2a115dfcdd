"""One invoice is one, however its code and number are written."""

import pytest

from app.modules.help.mutual_aid.numbers import invoice_key, is_as_printed


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("44060124", "0012345678"),
        (" 4406-0124", "00 1234 5678"),
        ("４４０６０１２４", "００１２３４５６７８"),
        ("440601", "No. 240012345678"),
        ("", "440601240012345678"),
    ],
)
def test_spellings_of_one_invoice(code, number):
    assert invoice_key(code, number) == "440601240012345678"


@pytest.mark.parametrize(("code", "number"), [("044001900111", "12345678"), ("", "04400190011112345678")])
def test_code_and_number_in_one_are_the_same_invoice_though_they_look_like_a_digital_one(code, number):
    assert invoice_key(code, number) == "04400190011112345678"


@pytest.mark.parametrize("code", ["", "44060124", "0000"])
def test_a_digital_invoice_is_its_number_whatever_was_written_for_a_code(code):
    assert invoice_key(code, "2444 2000 0000 1234 5678") == "24442000000012345678"


@pytest.mark.parametrize(
    "text", ["12345678", "１２３４ ５６７８", "No.12345678", "№ 12345678", "1234-5678", "1\u200b2345678"]
)
def test_digits_with_gaps_are_as_printed(text):
    assert is_as_printed(text)


@pytest.mark.parametrize("text", ["١٢٣٤٥٦٧٨", "12345678A", "没有", "", "12.34", "一二三四五六七八", "AB12345678"])
def test_other_signs_are_not(text):
    assert not is_as_printed(text)
