"""Who looked at a paper, and when, drawn all over it: a copy that leaves the house says through whose hands it went."""

import io
import math
from collections.abc import Iterator
from functools import lru_cache

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from .fonts import FONT, printable
from .images import FORMATS, ImageError, decode
from .pdf_files import open_pdf

LONGEST_TEXT = 80
"""Characters of a mark: a longer one is cut, so that the paper stays legible."""
_SLANT = 24  # degrees
_LETTER = 64  # pixels of a letter of the mark as it is drawn
_LEAST_LETTER = 12  # pixels in a picture
_LEAST_SIDE = 480  # pixels of a picture's longer side
_WIDEST = 3000  # pixels of a mark in a picture
_INK, _RIM, _OPACITY = 30, 255, 76  # dark on paper, with a light rim that shows on dark pictures
_SAVED = {"JPEG": {"quality": 88}, "WEBP": {"quality": 85, "method": 4}, "PNG": {}, "GIF": {}}


def watermark_picture(data: bytes, media_type: str, text: str) -> bytes:
    """The picture with the text slanted all over it: of the same format, upright, without metadata.

    It keeps its size, unless it is so small that nobody could read the text: then it is enlarged.
    `media_type` is one of `images.FORMATS`. Raises `ImageError`.
    """
    if media_type not in FORMATS.values():
        raise ImageError("format", formats=", ".join(FORMATS))
    picture = _enlarged(decode(data))
    mark = _fitted(_mark(text), *picture.size)
    ink, cover = mark.getchannel("L").convert(picture.mode), mark.getchannel("A")
    for x, y in _places(*picture.size, *mark.size):
        picture.paste(ink, (round(x), round(y)), cover)
    marked = io.BytesIO()
    kind = media_type.removeprefix("image/").upper()
    picture.save(marked, kind, **_SAVED[kind])
    return marked.getvalue()


def watermark_pdf(data: bytes, text: str) -> bytes:
    """The PDF with the text slanted all over each page: a copy to look at, without metadata, links, scripts or attachments.

    What stamps and filled-in fields show stays, under the mark. Raises `PdfError`.
    """
    with open_pdf(data) as source, pikepdf.new() as marked:
        source.generate_appearance_streams()
        source.flatten_annotations("screen")
        mark = _as_pdf_image(marked, _mark(text))
        for page in source.pages:
            _add_marked_page(marked, page, mark)
        found = io.BytesIO()
        marked.save(found, deterministic_id=True)
        return found.getvalue()


def _add_marked_page(marked: pikepdf.Pdf, page: pikepdf.Page, mark: pikepdf.Stream) -> None:
    """The page as one closed drawing, so that nothing in it reaches the mark that is drawn over it."""
    page.trimbox = page.cropbox  # what screens show, not what printers cut out
    form = marked.copy_foreign(page.as_form_xobject())
    left, bottom, right, top = _corners(form)
    width, height = right - left, top - bottom
    scale = _letter(width, height) / _LETTER
    mark_width, mark_height = int(mark["/Width"]) * scale, int(mark["/Height"]) * scale
    lines = [f"q 1 0 0 1 {-left:.3f} {-bottom:.3f} cm /Page Do Q"]
    lines += [
        f"q {mark_width:.3f} 0 0 {mark_height:.3f} {x:.3f} {y:.3f} cm /Mark Do Q"
        for x, y in _places(width, height, mark_width, mark_height)
    ]
    new = marked.add_blank_page(page_size=(width, height))
    new.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=form, Mark=mark))
    new.obj.Contents = marked.make_stream("\n".join(lines).encode())


def _corners(form: pikepdf.Object) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a page as it is shown, turned as it says."""
    turned = pikepdf.Matrix(*map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0))))
    shown = turned.transform(pikepdf.Rectangle(*map(float, form["/BBox"])))
    return shown.llx, shown.lly, shown.urx, shown.ury


def _as_pdf_image(pdf: pikepdf.Pdf, mark: Image.Image) -> pikepdf.Stream:
    """The mark as a picture whose transparency is a second one, as PDF wants it."""
    ink, cover = (
        pdf.make_stream(
            band.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=mark.width, Height=mark.height,
            ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
        )
        for band in mark.split()
    )  # fmt: skip
    ink["/SMask"] = cover
    return ink


def _mark(text: str) -> Image.Image:
    """One line of the text, slanted, in grey and transparency."""
    line, _missing = printable(" ".join(text.split()))
    line = line[:LONGEST_TEXT]
    font, rim = _font(), _LETTER // 16
    left, top, right, bottom = (round(edge) for edge in font.getbbox(line, stroke_width=rim))
    size = max(1, right - left), max(1, bottom - top)
    ink, cover = Image.new("L", size, _RIM), Image.new("L", size, 0)
    ImageDraw.Draw(ink).text((-left, -top), line, _INK, font, stroke_width=1)
    ImageDraw.Draw(cover).text((-left, -top), line, _OPACITY, font, stroke_width=rim)
    turned = (
        band.rotate(_SLANT, Image.Resampling.BICUBIC, expand=True, fillcolor=around)
        for band, around in ((ink, _RIM), (cover, 0))
    )
    return Image.merge("LA", tuple(turned))


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, _LETTER)


def _enlarged(picture: Image.Image) -> Image.Image:
    """The picture, large enough that a mark on it is legible."""
    scale = _LEAST_SIDE / max(picture.size)
    if scale <= 1:
        return picture
    width, height = (max(1, round(side * scale)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _fitted(mark: Image.Image, width: int, height: int) -> Image.Image:
    """The mark as large as a picture of this size wants it."""
    scale = min(max(_letter(width, height), _LEAST_LETTER) / _LETTER, _WIDEST / mark.width)
    size = max(1, round(mark.width * scale)), max(1, round(mark.height * scale))
    ink, cover = (band.resize(size, Image.Resampling.LANCZOS) for band in mark.split())
    return Image.merge("LA", (ink, cover))


def _letter(width: float, height: float) -> float:
    """How high a letter is in an area: legible on a narrow strip too, where its length counts."""
    return max(min(width, height) / 36, max(width, height) / 400)


def _places(width: float, height: float, mark_width: float, mark_height: float) -> Iterator[tuple[float, float]]:
    """Where marks lie so that they cover an area beyond its edges, each row begun half a mark beside the last."""
    across, down = mark_width * 1.05, mark_height * 0.8
    for row in range(-1, math.ceil(height / down)):
        for column in range(-1, math.ceil(width / across)):
            yield (column + row % 2 / 2) * across, row * down
