"""Pages as compressed pieces that can be joined without compressing anything again.

Each piece is deflated alone and ends on a byte boundary (Z_FULL_FLUSH), so pieces joined are one deflate stream, and with
a header and the joined checksum one gzip member. Browsers stop after the first member of a gzip body, so members
can't simply follow each other.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.pages.crc import combine, shift_by

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
END = b"\x03\x00"
"""An empty last block."""
LEVEL = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A compressed stretch of a page: `crc` and `length` are of the text, `shift` is what its length does to a CRC."""

    data: bytes
    crc: int
    length: int
    shift: int

    @property
    def size(self) -> int:
        return len(self.data) + 200


def pack(text: str) -> Piece:
    raw = text.encode()
    deflater = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflater.compress(raw) + deflater.flush(zlib.Z_FULL_FLUSH)
    return Piece(data, zlib.crc32(raw), len(raw), shift_by(len(raw)))


def trailer(pieces: Sequence[Piece]) -> bytes:
    """What ends the gzip body of the pieces: checksum and length. Costs 20 µs a piece, so callers remember it."""
    crc, length = 0, 0
    for piece in pieces:
        crc = combine(crc, piece.crc, piece.shift)
        length += piece.length
    return END + (crc | (length & 0xFFFFFFFF) << 32).to_bytes(8, "little")


def join(pieces: Sequence[Piece], end: bytes) -> bytes:
    """The gzip body of the pieces' texts, one after the other; `end` is their `trailer`."""
    return b"".join([HEADER, *[piece.data for piece in pieces], end])


def gzip_whole(text: str) -> bytes:
    return zlib.compress(text.encode(), LEVEL, zlib.MAX_WBITS | 16)


def unpack(body: bytes) -> bytes:
    """The text of a gzip body, for the few clients that do not take gzip."""
    return zlib.decompress(body, zlib.MAX_WBITS | 16)
