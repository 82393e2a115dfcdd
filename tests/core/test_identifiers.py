import time
from contextlib import suppress
from datetime import UTC, date, datetime

import phonenumbers
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from app.core.identifiers import (
    DOCUMENT_KINDS,
    IdentifierError,
    check_character,
    mask_document,
    mask_id_number,
    mask_name,
    mask_phone,
    national_form,
    parse_document,
    parse_mobile,
    parse_resident_id,
    parse_uscc,
)

TODAY = date(2026, 7, 1)
DIGITS = st.text("0123456789", min_size=1, max_size=40)


def resident(region: str = "440811", born: str = "19900101", order: str = "123") -> str:
    return region + born + order + check_character(region + born + order)


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(IdentifierError) as caught:
        call(*args, **kwargs)
    return caught.value.code


# --- resident IDs ---


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_standard_s_own_examples_have_their_check_characters(number):
    assert check_character(number[:17]) == number[17]


def test_a_number_tells_birth_date_gender_and_region():
    someone = parse_resident_id("11010519491231002x", today=TODAY)
    assert someone.number == "11010519491231002X"
    assert (someone.region, someone.birth_date, someone.gender) == ("110105", date(1949, 12, 31), "female")
    assert parse_resident_id(resident(order="121"), today=TODAY).gender == "male"


@pytest.mark.parametrize(
    "text", ["１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002x ", "\u200b110105\u300019491231002X\t"]
)
def test_spaces_and_full_width_characters_are_folded(text):
    assert parse_resident_id(text, today=TODAY).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "id_length"),
        ("4408111990010112345", "id_length"),
        ("440811900101123", "id_old_form"),
        ("44081190010112X", "id_length"),
        ("4408111990010112X4", "id_characters"),
        ("44081119900101123A", "id_characters"),
        ("4408111990010112³1", "id_characters"),
        ("٤٤٠٨١١١٩٩٠٠١٠١١٢٣٤", "id_characters"),
        (resident("990811"), "id_region"),
        (resident("440000"), "id_region"),
        (resident(born="19900229"), "id_birth_date"),
        (resident(born="19901301"), "id_birth_date"),
        (resident(born="00000000"), "id_birth_date"),
        (resident(born="18991231"), "id_birth_date"),
        (resident(born="20260702"), "id_birth_date_future"),
    ],
)
def test_bad_numbers_are_refused_with_their_reason(text, code):
    assert refusal(parse_resident_id, text, today=TODAY) == code


def test_somebody_born_today_is_accepted():
    assert parse_resident_id(resident(born="20260701"), today=TODAY).birth_date == TODAY


@time_machine.travel(datetime(2026, 6, 30, 17, 0, tzinfo=UTC), tick=False)
def test_the_day_is_the_one_in_china():
    assert parse_resident_id(resident(born="20260701")).birth_date == date(2026, 7, 1)
    assert refusal(parse_resident_id, resident(born="20260702")) == "id_birth_date_future"


@given(order=st.integers(0, 999), position=st.integers(0, 16), change=st.integers(1, 9))
def test_every_single_mistyped_digit_is_found(order, position, change):
    digits = resident(order=f"{order:03}")[:17]
    mistyped = digits[:position] + str((int(digits[position]) + change) % 10) + digits[position + 1 :]
    assert check_character(digits) != check_character(mistyped)


@given(order=st.integers(0, 999), position=st.integers(0, 15))
def test_every_swap_of_two_neighbours_is_found(order, position):
    number = resident(order=f"{order:03}")
    swapped = number[:position] + number[position + 1] + number[position] + number[position + 2 :]
    if swapped != number:
        assert refusal(parse_resident_id, swapped, today=TODAY).startswith("id_")


@given(text=st.text(max_size=30))
def test_any_text_is_either_a_number_or_a_refusal(text):
    with suppress(IdentifierError):
        assert len(parse_resident_id(text, today=TODAY).number) == 18


def test_neither_refusals_nor_representations_repeat_the_number():
    number = resident()[:17] + ("1" if resident()[17] != "1" else "2")
    with pytest.raises(IdentifierError) as caught:
        parse_resident_id(number, today=TODAY)
    assert "1990" not in str(caught.value)
    assert "1990" not in repr(parse_resident_id(resident(), today=TODAY))


def test_a_hundred_thousand_rows_take_a_second_or_two():
    number = resident()
    started = time.process_time()
    for _ in range(100_000):
        parse_resident_id(number, today=TODAY)
        parse_mobile("13812345678")
    assert time.process_time() - started < 3


# --- other documents ---


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("resident_id", "11010519491231002x", "11010519491231002X"),
        ("resident_id", resident("990811"), None),
        ("passport", "e 12345678", "E12345678"),
        ("passport", "ABCDE", None),
        ("passport", "E1", None),
        ("passport", "E1234567<", None),
        ("hk_macao_permit", "h12345678", "H12345678"),
        ("hk_macao_permit", "M1234567801", "M1234567801"),
        ("hk_macao_permit", "A12345678", None),
        ("taiwan_permit", "12345678", "12345678"),
        ("taiwan_permit", "1234567890B", "1234567890B"),
        ("taiwan_permit", "123456789", None),
        ("permanent_residence", "abc123456789012", "ABC123456789012"),
        ("permanent_residence", "911124199001010018", "911124199001010018"),
        ("permanent_residence", "811124199001010018", None),
        ("library_card", "1", None),
    ],
)
def test_documents_have_the_form_of_their_kind(kind, text, number):
    if number is None:
        assert refusal(parse_document, kind, text) in {"document_form", "document_kind", "id_region"}
    else:
        assert parse_document(kind, text) == number


def test_an_unknown_kind_is_named_as_such():
    assert refusal(parse_document, "library_card", "1") == "document_kind"
    assert "passport" in DOCUMENT_KINDS


# --- phones ---


@pytest.mark.parametrize(
    "text",
    ["13812345678", "+8613812345678", "+86 138-1234-5678", "008613812345678", "86 13812345678",
     "１３８１２３４５６７８",
     "138 1234 5678",
     " 138\u30001234\u00a05678 ", "(+86)13812345678", "138－1234－5678", "138.1234.5678"],
)  # fmt: skip
def test_usual_spellings_give_one_number(text):
    assert parse_mobile(text) == "+8613812345678"
    assert national_form(parse_mobile(text)) == "13812345678"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "phone_form"),
        ("1381234567", "phone_form"),
        ("138123456789", "phone_form"),
        ("10012345678", "phone_form"),
        ("13812345678/13912345678", "phone_form"),
        ("13812345678x", "phone_form"),
        ("٠١٢", "phone_form"),
        ("0759-2345678", "phone_not_mobile"),
        ("+85251234567", "phone_not_mobile"),
        ("+12025550123", "phone_not_mobile"),
    ],
)
def test_other_numbers_are_refused(text, code):
    assert refusal(parse_mobile, text) == code


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"))
def test_the_fast_way_agrees_with_the_library(number):
    parsed = phonenumbers.parse(number, "CN")
    expected = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
    try:
        assert parse_mobile(number) == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        accepted = True
    except IdentifierError:
        accepted = False
    assert accepted == expected


@given(text=st.text(max_size=30))
def test_any_text_is_a_mobile_number_or_a_refusal(text):
    with suppress(IdentifierError):
        assert len(parse_mobile(text)) == 14


# --- credit codes ---


@pytest.mark.parametrize(
    "text",
    ["91110000600037341L", " 91110000600037341l", "91 110000-600037341L", "９１１１００００６０００３７３４１Ｌ"],
)
def test_credit_codes_are_normalised(text):
    assert parse_uscc(text) == "91110000600037341L"


def test_credit_codes_of_departments_with_letters_are_read():
    from stdnum.cn import uscc

    first = "N2440811MF1234567"
    assert parse_uscc(first + uscc.calc_check_digit(first)).startswith("N2")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "uscc_length"),
        ("91110000600037341", "uscc_length"),
        ("91110000600037341I", "uscc_form"),
        ("9111000A600037341L", "uscc_form"),
        ("91110000600037342L", "uscc_checksum"),
        ("91110000600037341中", "uscc_form"),
    ],
)
def test_bad_credit_codes_are_refused(text, code):
    assert refusal(parse_uscc, text) == code


@given(text=st.text(max_size=25))
def test_any_text_is_a_credit_code_or_a_refusal(text):
    with suppress(IdentifierError):
        assert len(parse_uscc(text)) == 18


# --- masks ---


def test_masks_as_people_know_them():
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("+8613812345678") == "138****5678"
    assert mask_id_number("440811199001011234") == "440*************34"
    assert mask_document("passport", "E12345678") == "E******78"
    assert mask_document("resident_id", "440811199001011234") == "440*************34"
    assert [mask_name(name) for name in ("王小明", "王明", "王", "", "欧阳小明")] == ["王*明", "王*", "*", "", "欧**明"]


@given(text=st.text(max_size=40))
def test_no_mask_reveals_more_than_half_of_anything(text):
    for mask in (mask_id_number, mask_phone, lambda value: mask_document("passport", value)):
        shown = mask(text)
        visible = [letter for letter in shown if letter != "*"]
        plain = text.removeprefix("+86")
        if len(plain) != 11:
            assert len(visible) <= len(plain) / 2
        else:
            assert len(visible) <= 7


@given(born=st.dates(date(1900, 1, 1), TODAY), order=st.integers(0, 999))
def test_a_masked_id_number_hides_birth_date_gender_and_county(born, order):
    first = f"440811{born:%Y%m%d}".ljust(14) + f"{order:03}"
    shown = mask_id_number(first + check_character(first))
    assert len(shown) == 18
    assert shown[3:16] == "*" * 13


@given(number=DIGITS)
def test_a_masked_phone_is_never_the_phone(number):
    assert mask_phone(number) != number
    assert mask_phone("+86" + number) == mask_phone(number)


@given(name=st.text(st.characters(categories=["Lo", "L"]), min_size=1, max_size=12))
def test_a_masked_name_shows_at_most_first_and_last(name):
    shown = mask_name(name)
    assert len(shown) == len(name)
    assert shown != name
    assert shown[1:-1] == "*" * max(len(name) - 2, 0) or len(name) == 2
