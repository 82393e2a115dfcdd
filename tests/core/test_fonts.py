import hashlib
import tomllib
from pathlib import Path

import pytest
from PIL import ImageFont

from app.core.fonts import FONT, GETA, printable

VENDORED = Path(__file__).parents[2] / "app" / "static" / "vendor" / "VENDORED.toml"


def characters(encoding: str, first: range, second: range) -> str:
    """Every character that two bytes of an encoding say."""
    pairs = (bytes([one, two]) for one in first for two in second)
    return "".join(pair.decode(encoding, "ignore") for pair in pairs)


def test_the_font_is_the_one_that_is_recorded():
    files = [
        file
        for package in tomllib.loads(VENDORED.read_text("utf-8"))["package"]
        for file in [*package["files"], *([package["font"]] if "font" in package else [])]
    ]
    (recorded,) = [file["sha256"] for file in files if file["to"].endswith(FONT.name)]
    assert hashlib.sha256(FONT.read_bytes()).hexdigest() == recorded
    assert "SIL OPEN FONT LICENSE" in (FONT.parent / "LICENSE.txt").read_text("utf-8")


def test_the_font_has_every_character_of_gb_2312():
    everything = characters("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))
    assert len(everything) == 7445
    assert printable(everything) == (everything, "")


def test_the_font_has_the_ideographs_of_gbk_and_of_rare_names():
    unified = "".join(map(chr, range(0x4E00, 0xA000)))
    names = "喆堃昇祎淼犇龑䶮㛃㬎𬭼𬍛"
    assert printable(unified + names) == (unified + names, "")


@pytest.mark.parametrize(
    ("text", "shown", "missing"),
    [
        ("辛苦了😀，谢谢😀", "辛苦了〓，谢谢〓", "😀"),
        ("一家👨‍👩‍👧", "一家〓〓〓", "👨👩👧"),
        ("𠮷先生 ไทย", "〓先生 〓〓〓", "𠮷ไทย"),
        ("\ud800\ue000", "〓〓", "\ud800\ue000"),
        ("〓 himself", "〓 himself", ""),
    ],
)
def test_what_the_font_lacks_is_seen_and_told(text, shown, missing):
    assert printable(text) == (shown, missing)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
        ("tab\tand\u202fspace", "tab and space"),
        ("\u202eturned\u202c\u200b\x00\x1b[31m", "turned[31m"),
        ("葛\U000e0101城 ☎\ufe0f", "葛城 ☎"),
        ("cafe\u0301", "café"),
        ("<b>HTML</b> & {braces}", "<b>HTML</b> & {braces}"),
    ],
)
def test_what_shows_nothing_goes_and_the_rest_stays_as_it_was_typed(text, shown):
    assert printable(text) == (shown, "")


def test_the_sign_for_a_missing_character_is_seen():
    assert ImageFont.truetype(FONT, 20).getmask(GETA).getbbox() is not None
