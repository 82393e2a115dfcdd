"""What a Host header may name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.hosts import HostName, looks_encoded, parse_host

BASE = "hall.test:8000"


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("xiashan.hall.test:8000", HostName(label="xiashan")),
        ("XiaShan.Hall.Test.:8000", HostName(label="xiashan")),
        ("hall.test:8000", HostName(label="")),
        ("union.example.cn:8000", HostName(domain="union.example.cn")),
        ("xiashan.hall.test", None),
        ("xiashan.hall.test:81", None),
        ("a.b.hall.test:8000", None),
        ("10.0.0.1:8000", None),
        ("[::1]:8000", None),
        ("..hall.test:8000", None),
        ("-a.hall.test:8000", None),
        ("a_b.hall.test:8000", None),
        ("", None),
        ("x" * 300 + ".hall.test:8000", None),
        ("xiashan.hall.test:8000\r\nX: y", None),
    ],
)
def test_hosts_are_read_exactly_or_not_at_all(header, named):
    assert parse_host(header, BASE) == named


@given(st.text(max_size=80))
def test_no_text_is_taken_for_a_zone_it_does_not_spell(header):
    found = parse_host(header, BASE)
    if found is not None and found.label:
        assert header.strip().lower().removesuffix(":8000").removesuffix(".") == f"{found.label}.hall.test"


@pytest.mark.parametrize(
    ("label", "encoded"), [("xn--abc", True), ("ab--c", True), ("a--b", False), ("xia-shan", False)]
)
def test_labels_in_dns_s_own_spelling_are_told_apart(label, encoded):
    assert looks_encoded(label) is encoded
