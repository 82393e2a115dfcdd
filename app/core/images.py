"""Pictures people send, decoded and drawn anew: what leaves here holds pixels and nothing else."""

import hashlib
import io
import warnings
from dataclasses import dataclass, field
from typing import Literal, Protocol

from PIL import Image, ImageOps, UnidentifiedImageError

from .coded_error import N_, CodedError

KB = 1024
MB = 1024 * KB
MOST_BYTES = 10 * MB
MOST_PIXELS = 50_000_000  # a phone's 48-megapixel photo; 200 MB of memory while it is drawn
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WebP": "image/webp", "GIF": "image/gif"}
"""What is taken: name for people → media type."""
_QUALITY = {"photo": 82, "logo": 90, "evidence": 85}
NARROW = {"photo": {240: 8 * KB, 480: 20 * KB, 750: 40 * KB}, "logo": {160: 8 * KB}, "evidence": {}}
"""The narrower copies of a picture by purpose: width in pixels and the most bytes a page can spare for one that wide."""
_NARROW_QUALITY = (76, 60, 45, 30, 15)
_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"}

Purpose = Literal["photo", "logo", "evidence"]
"""What for: a logo keeps its transparency and edges, evidence its small print."""


class ImageError(CodedError):
    """The file is no picture that is taken."""

    MESSAGES = {  # noqa: RUF012 - ClassVar in the base
        "empty": N_("The file is empty."),
        "too_large": N_("The picture is larger than %(limit_mb)s MB."),
        "too_many_pixels": N_("The picture has more than %(limit)s million pixels: make it smaller first."),
        "svg": N_("Drawings in SVG are not taken: save it as PNG."),
        "heic": N_("Pictures in HEIC are not taken: save it as JPEG, or choose “most compatible” on the phone."),
        "format": N_("This is not a picture that can be read: %(formats)s are."),
        "damaged": N_("The picture is damaged."),
    }


class Readable(Protocol):
    """An open file or an upload."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """A WebP picture; `width` and `height` in pixels, `sha256` of `data` in hexadecimal.

    `narrow` is the same picture by smaller widths, for places and screens that need no more.
    """

    data: bytes
    media_type: str
    width: int
    height: int
    sha256: str
    narrow: dict[int, bytes] = field(default_factory=dict)


def reencode(
    stream: Readable, *, max_side: int, max_bytes: int = MOST_BYTES, purpose: Purpose = "photo"
) -> EncodedImage:
    """The picture turned upright, no side longer than `max_side`, without metadata (position, camera, owner).

    Of an animation the first frame. `max_bytes` limits what is read. Raises `ImageError`.
    """
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise ImageError("too_large", limit_mb=round(max_bytes / MB, 1))
    picture = decode(data, max_side=max_side)
    content = _webp(picture, _QUALITY[purpose])
    narrow = {
        width: _narrowed(picture, width, most) for width, most in NARROW[purpose].items() if width < picture.width
    }
    digest = hashlib.sha256(content).hexdigest()
    return EncodedImage(content, "image/webp", picture.width, picture.height, digest, narrow)


def decode(data: bytes, *, max_side: int = MOST_PIXELS) -> Image.Image:
    """The pixels of a picture, RGB or RGBA, upright, no side longer than `max_side`. Raises `ImageError`."""
    _check_kind(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[name.upper() for name in FORMATS]) as opened:
                _check_size(opened)
                opened.draft("RGB", (max_side, max_side))  # JPEG can be decoded at a fraction of its size
                return _drawn(opened, max_side)
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except UnidentifiedImageError:
        raise ImageError("format", formats=", ".join(FORMATS)) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, OverflowError, MemoryError) as error:
        raise ImageError("damaged") from error


def _narrowed(picture: Image.Image, width: int, most_bytes: int) -> bytes:
    """The picture at a width. One full of detail gets coarser rather than too heavy for the pages that show it."""
    height = max(1, round(picture.height * width / picture.width))
    small = picture.resize((width, height), Image.Resampling.LANCZOS)
    found = b""
    for quality in _NARROW_QUALITY:
        found = _webp(small, quality)
        if len(found) <= most_bytes:
            break
    return found


def _webp(picture: Image.Image, quality: int) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, "WEBP", quality=quality, method=4)
    return encoded.getvalue()


def _check_kind(data: bytes) -> None:
    """Names what people often send, before the decoder calls everything unknown."""
    if not data:
        raise ImageError("empty")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise ImageError("heic")
    start = data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    if start.startswith(b"<") and b"<svg" in start:
        raise ImageError("svg")


def _check_size(opened: Image.Image) -> None:
    """By the header, before a single pixel is unpacked."""
    if opened.width * opened.height > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> ImageError:
    return ImageError("too_many_pixels", limit=MOST_PIXELS // 1_000_000)


def _drawn(opened: Image.Image, max_side: int) -> Image.Image:
    """The pixels, upright and small enough. Colour profiles go too: a hostile one would be another parser's input."""
    upright = ImageOps.exif_transpose(opened)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    pixels = upright.convert("RGBA" if has_alpha else "RGB")
    pixels.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    pixels.info.clear()
    return pixels
