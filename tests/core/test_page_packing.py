"""The tools of the page cache: joined gzip bodies, bounded memory, one flight for many, reading what a request says."""

import gzip
import threading
import time
import zlib
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from hypothesis import given
from hypothesis import strategies as st

from app.core.pages.crc import combine, shift_by
from app.core.pages.flights import SingleFlight
from app.core.pages.keeping import Kept
from app.core.pages.packing import gzip_whole, join, pack, trailer, unpack
from app.site.cached_pages.asking import CookieReader, known_arguments, takes_gzip


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_checksums_combine(first, second):
    assert combine(zlib.crc32(first), zlib.crc32(second), shift_by(len(second))) == zlib.crc32(first + second)


@given(st.lists(st.text(max_size=200), min_size=1, max_size=6))
def test_joined_pieces_are_one_gzip_member_of_the_whole_text(texts):
    pieces = [pack(text) for text in texts]
    body = join(pieces, trailer(pieces))
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert reader.decompress(body) == "".join(texts).encode()
    assert reader.eof
    assert reader.unused_data == b""
    assert gzip.decompress(body) == unpack(body) == unpack(gzip_whole("".join(texts)))


@dataclass
class Thing:
    name: str
    size: int


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), max_size=40))
def test_memory_stays_within_its_bytes(puts):
    kept: Kept[Thing] = Kept(100)
    for key, size in puts:
        kept.put(key, Thing(str(key), size))
        assert kept.bytes <= 100
        assert kept.bytes == sum(kept._sizes.values())


def test_what_was_used_longest_ago_goes_first():
    kept: Kept[Thing] = Kept(100)
    for name in "abc":
        kept.put(name, Thing(name, 30))
    kept.get("a")
    kept.put("d", Thing("d", 30))
    assert [name for name in "abcd" if kept.get(name)] == ["a", "c", "d"]
    kept.forget(lambda thing: thing.name == "c")
    assert kept.get("c") is None
    kept.clear()
    assert (len(kept), kept.bytes) == (0, 0)


def test_many_who_ask_get_the_work_of_one():
    flights: SingleFlight[int] = SingleFlight(patience=5)
    done, results = [], []

    def work() -> int:
        done.append(1)
        time.sleep(0.1)
        return 7

    threads = [threading.Thread(target=lambda: results.append(flights.do("key", work))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), results) == (1, [7] * 8)


def test_a_flight_that_fails_leaves_the_others_to_themselves():
    flights: SingleFlight[int] = SingleFlight(patience=5)
    started = threading.Event()
    results = []

    def fail() -> int:
        started.set()
        time.sleep(0.1)
        raise ValueError

    def lead() -> None:
        with pytest.raises(ValueError):  # noqa: PT011 (any)
            flights.do("key", fail)

    leader = threading.Thread(target=lead)
    leader.start()
    started.wait()
    results.append(flights.do("key", lambda: 1))
    leader.join()
    assert results == [None]
    assert flights.do("key", lambda: 2) == 2


def test_a_flash_is_seen_in_the_cookie_however_it_is_packed():
    app = Flask("flashes")
    app.secret_key = "x" * 32
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    reader = CookieReader("hall", "form")
    for words in ("short", "long " * 500):
        for flashes in ([], [("success", words)]):
            content = {"csrf_token": "a" * 40, "note": words} | ({"_flashes": flashes} if flashes else {})
            cookie = serializer.dumps(content)
            assert reader.read(f"form={cookie}").is_flashing == bool(flashes)
    for odd in (".", "%%%", ".AAAA.x", '"'):
        reader.read(f"form={odd}")
    assert reader.read("form=.eJzzzzzz").is_flashing


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip, deflate, br", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("*", True),
        ("br;q=1, gzip;q=0.2", True),
    ],
)
def test_gzip_is_for_those_who_take_it(header, expected):
    assert takes_gzip(header) is expected


def test_a_query_is_reduced_to_the_names_a_page_knows():
    assert known_arguments("b=2&a=1&x=9&a=3", ("a", "b")) == "a=1&b=2"
    assert known_arguments("utm_source=x", ()) == ""
    assert known_arguments("a=" + "x" * 300, ("a",)) is None
