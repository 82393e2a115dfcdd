"""One invoice is one, however its code and number are written."""

import pytest

from app.modules.help.mutual_aid.numbers import invoice_key


@pytest.mark.parametrize(
    ("code", "number"),
    [("44060124", "0012345678"), (" 4406-0124", "00 1234 5678"), ("４４０６０１２４", "００１２３４５６７８")],
)
def test_spellings_of_one_invoice(code, number):
    assert invoice_key(code, number) == "44060124|0012345678"


def test_code_and_number_do_not_run_into_each_other():
    assert invoice_key("4406012400", "12345678") != invoice_key("44060124", "0012345678")


@pytest.mark.parametrize("code", ["", "44060124", "没有"])
def test_a_digital_invoice_is_its_number_whatever_was_written_for_a_code(code):
    assert invoice_key(code, "2444 2000 0000 1234 5678") == "24442000000012345678"


def test_small_letters_are_no_other_invoice():
    assert invoice_key("a12", "b34567") == invoice_key("A12", "B34567")
