import hashlib
import io
import struct
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.core.images import NARROW, ImageError, reencode


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, options.pop("color", "red")).save(stream, kind, **options)
    return stream.getvalue()


def reencoded(data: bytes, **options):
    return reencode(io.BytesIO(data), **{"max_side": 1000, **options})


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def pixel(data: bytes, place: tuple[int, int]) -> tuple[int, ...]:
    found = opened(data).convert("RGB").getpixel(place)
    assert isinstance(found, tuple)
    return found


def refusal(data: bytes, **options) -> str:
    with pytest.raises(ImageError) as caught:
        reencoded(data, **options)
    return caught.value.code


def huge_png(width: int, height: int) -> bytes:
    """A few hundred bytes claiming many pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_usual_pictures_become_webp(kind):
    image = reencoded(picture(kind))
    assert (image.media_type, image.width, image.height) == ("image/webp", 40, 20)
    assert image.sha256 == hashlib.sha256(image.data).hexdigest()
    again = opened(image.data)
    assert (again.format, again.size) == ("WEBP", (40, 20))


def test_the_longer_side_is_limited_and_the_shape_stays():
    image = reencoded(picture(size=(2000, 500)), max_side=400)
    assert (image.width, image.height) == (400, 100)
    image = reencoded(picture(size=(20, 10)), max_side=400)
    assert (image.width, image.height) == (20, 10), "nothing is blown up"
    assert reencoded(picture(size=(3000, 1)), max_side=100).height == 1


def test_position_camera_and_owner_are_gone():
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif[0x8298] = "Owner"
    exif.get_ifd(0x8825)[2] = (21.0, 11.0, 45.0)
    data = picture(exif=exif, comment=b"a secret comment", icc_profile=b"profile of a screen")
    assert b"CameraMaker" in data
    image = reencoded(data)
    for trace in (b"CameraMaker", b"Owner", b"secret", b"profile", b"EXIF", b"XMP ", b"ICCP"):
        assert trace not in image.data
    assert not opened(image.data).getexif()


def test_text_chunks_of_a_png_are_gone():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "somebody")
    assert b"somebody" not in reencoded(picture("PNG", pnginfo=info)).data


def test_a_phone_s_photo_stands_upright():
    source = Image.new("RGB", (40, 20), "red")
    source.paste("blue", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter clockwise
    stream = io.BytesIO()
    source.save(stream, "JPEG", exif=exif, quality=95)
    image = reencoded(stream.getvalue())
    assert (image.width, image.height) == (20, 40)
    top, bottom = pixel(image.data, (10, 5)), pixel(image.data, (10, 35))
    assert top[2] > 200 > top[0] + 100, "the left side, blue, is on top now"
    assert bottom[0] > 200


@pytest.mark.parametrize("purpose", ["photo", "logo", "evidence"])
def test_transparency_stays(purpose):
    image = opened(reencoded(picture("PNG", mode="RGBA", color=(255, 0, 0, 0)), purpose=purpose).data)
    assert image.mode == "RGBA"
    assert image.getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "1"), ("PNG", "I;16"), ("PNG", "LA")]
)
def test_every_mode_is_drawn(kind, mode):
    assert reencoded(picture(kind, mode=mode, color=0)).width == 40


def test_of_an_animation_the_first_frame_is_taken():
    frames = [Image.new("RGB", (10, 10), color) for color in ("red", "lime", "blue")]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    image = opened(reencoded(stream.getvalue()).data)
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getchannel("R").tobytes()[0] > 200


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "svg"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><SVG/>", "svg"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 50, "heic"),
        (b"\x00\x00\x00\x18ftypmif1" + b"\x00" * 50, "heic"),
        (b"\x00\x00\x00\x18ftypisom" + b"\x00" * 50, "format"),
        (b"%PDF-1.7", "format"),
        (b"not a picture", "format"),
        (picture("BMP"), "format"),
        (picture("TIFF"), "format"),
        (picture("PNG", size=(400, 400))[:80], "damaged"),
        (picture("JPEG", size=(400, 400))[:700], "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(data, code):
    assert refusal(data) == code


@pytest.mark.parametrize("size", [(60_000, 60_000), (50_001, 1000), (2**31 - 1, 2**31 - 1)])
def test_a_small_file_with_many_pixels_is_refused_before_they_are_unpacked(size):
    data = huge_png(*size)
    assert len(data) < 300
    tracemalloc.start()
    started = time.process_time()
    assert refusal(data) == "too_many_pixels"
    assert time.process_time() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_file_that_is_too_large_is_not_even_read():
    data = picture("PNG", size=(500, 500))
    assert refusal(data, max_bytes=len(data) - 1) == "too_large"
    assert reencoded(data, max_bytes=len(data)).width == 500


def test_what_hides_behind_a_picture_is_gone():
    image = reencoded(picture("GIF") + b"<script>alert(1)</script>" + b"PK\x03\x04")
    assert b"script" not in image.data
    assert b"PK" not in image.data


def test_a_photo_comes_in_narrower_widths_and_is_never_blown_up():
    image = reencoded(picture(size=(1000, 500)), max_side=1600)
    assert {width: opened(data).size for width, data in image.narrow.items()} == {
        240: (240, 120), 480: (480, 240), 750: (750, 375),
    }  # fmt: skip
    assert set(reencoded(picture(size=(500, 400))).narrow) == {240, 480}
    assert reencoded(picture(size=(200, 400))).narrow == {}
    assert opened(reencoded(picture(size=(1000, 1))).narrow[240]).size == (240, 1)
    assert reencoded(picture(size=(1000, 500)), purpose="evidence").narrow == {}


def test_the_narrow_copies_hold_pixels_and_nothing_else():
    exif = Image.Exif()
    exif[0x8298] = "Owner"
    for copy in reencoded(picture(size=(1000, 500), exif=exif, comment=b"a secret comment")).narrow.values():
        assert b"Owner" not in copy
        assert b"secret" not in copy


def test_a_narrow_logo_keeps_its_transparency():
    image = reencoded(picture("PNG", size=(512, 512), mode="RGBA", color=(200, 0, 0, 0)), purpose="logo")
    small = opened(image.narrow[160]).convert("RGBA")
    assert small.size == (160, 160)
    assert small.getpixel((80, 80))[3] == 0  # type: ignore[index]


def test_a_picture_full_of_detail_gets_coarser_rather_than_heavy():
    noise = Image.merge("RGB", [Image.effect_noise((1500, 1000), 60) for _ in range(3)])
    stream = io.BytesIO()
    noise.save(stream, "JPEG", quality=95)
    image = reencoded(stream.getvalue(), max_side=1500)
    for width, most in NARROW["photo"].items():
        assert len(image.narrow[width]) <= most, width


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_damaged_picture_is_a_picture_or_a_refusal(kind, changes):
    data = bytearray(picture(kind))
    for place, byte in changes:
        data[int(place * len(data))] = byte
    try:
        assert reencoded(bytes(data)).media_type == "image/webp"
    except ImageError as error:
        assert str(error)  # noqa: PT017 - any code will do
