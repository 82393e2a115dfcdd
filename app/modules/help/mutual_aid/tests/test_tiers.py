"""Tiers as people write them."""

import pytest

from app.modules.help.mutual_aid.formula import Tier
from app.modules.help.mutual_aid.tiers import TierError, read_tiers, write_tiers


@pytest.mark.parametrize(
    "text",
    [
        "0 50%\n10000 60%",
        "0：50\n10,000元 60",
        "￥0 50%\n\n10000.00 60 %".replace(" %", "%"),
        "０　５０％\n１００００　６０％",
    ],
)
def test_usual_spellings_are_read(app, text):
    with app.test_request_context():
        assert read_tiers(text) == (Tier(0, 50), Tier(1_000_000, 60))


def test_what_was_read_is_written_so_that_it_reads_the_same(app):
    tiers = (Tier(0, 50), Tier(1_000_050, 60))
    with app.test_request_context():
        assert write_tiers(tiers) == "0 50%\n10000.50 60%"
        assert read_tiers(write_tiers(tiers)) == tiers


@pytest.mark.parametrize(
    ("text", "words"),
    [("0 50\nmany 60", "第 2 行"), ("0 101", "第 1 行"), ("100 50\n100 60", "高于上一行"), ("", "1 至 10 行"),
     ("\n".join(f"{n} 5" for n in range(11)), "1 至 10 行")],
)  # fmt: skip
def test_what_can_t_be_read_is_told_by_its_line(app, text, words):
    with app.test_request_context(), pytest.raises(TierError, match=words):
        read_tiers(text)
