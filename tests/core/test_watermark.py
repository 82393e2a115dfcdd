import io
import zlib

import pikepdf
import pytest
from fpdf import FPDF
from PIL import Image, ImageChops, ImageOps

from app.core.coded_error import CodedError
from app.core.fonts import FONT
from app.core.images import FORMATS
from app.core.pdf_files import MOST_PAGES
from app.core.watermark import LONGEST_TEXT, _fitted, _mark, watermark_pdf, watermark_picture

TEXT = "王小明 霞山区总工会 2026-11-26 10:05"
SIDES = (900, 700)
PARTS = 3  # a side is cut into so many parts, and none may be without the mark


def picture(
    kind: str = "JPEG", size: tuple[int, int] = SIDES, color: object = "white", mode: str = "RGB", **how
) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, color).save(stream, kind, **how)  # type: ignore[arg-type]
    return stream.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def pieces(image: Image.Image) -> list[Image.Image]:
    width, height = image.width // PARTS, image.height // PARTS
    return [
        image.crop((x * width, y * height, (x + 1) * width, (y + 1) * height))
        for x in range(PARTS)
        for y in range(PARTS)
    ]


def refusal(mark, *arguments) -> str:
    with pytest.raises(CodedError) as caught:
        mark(*arguments)
    return caught.value.code


@pytest.mark.parametrize(("kind", "media_type"), FORMATS.items())
@pytest.mark.parametrize("color", ["white", "black", "#888"])
def test_every_part_of_a_picture_bears_the_mark(kind, media_type, color):
    marked = opened(watermark_picture(picture(kind.upper(), color=color), media_type, TEXT))
    assert (marked.format, marked.size) == (kind.upper(), SIDES)
    plain = Image.new("RGB", SIDES, color)
    for piece in pieces(ImageChops.difference(marked.convert("RGB"), plain)):
        changed_pixels = sum(piece.convert("L").histogram()[30:])
        assert changed_pixels / (piece.width * piece.height) > 0.01


def test_the_paper_stays_legible():
    plain = Image.new("RGB", SIDES, "white")
    marked = opened(watermark_picture(picture("PNG"), "image/png", TEXT)).convert("RGB")
    darkest = max(ImageChops.difference(marked, plain).convert("L").tobytes())
    assert 40 < darkest < 90, "seen, and far from the black of print"
    untouched = marked.convert("L").histogram()[255] / (SIDES[0] * SIDES[1])
    assert untouched > 0.85


@pytest.mark.parametrize(
    ("size", "shown"),
    [((1, 1), (480, 480)), ((40, 20), (480, 240)), ((5000, 12), (5000, 12)), ((12, 5000), (12, 5000))],
)
def test_a_picture_of_any_shape_keeps_it_and_a_tiny_one_is_enlarged(size, shown):
    assert opened(watermark_picture(picture("PNG", size=size), "image/png", TEXT)).size == shown


def test_a_tiny_picture_bears_the_whole_mark():
    marked = opened(watermark_picture(picture("PNG", size=(64, 48)), "image/png", TEXT)).convert("RGB")
    mark = _fitted(_mark(TEXT), *marked.size)
    assert mark.width <= marked.width
    assert mark.height <= marked.height
    for piece in pieces(ImageChops.difference(marked, Image.new("RGB", marked.size, "white"))):
        assert sum(piece.convert("L").histogram()[30:]) / (piece.width * piece.height) > 0.01


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_scan_of_any_colours_is_marked(mode):
    assert opened(watermark_picture(picture(mode=mode, color=0), "image/jpeg", TEXT)).size == SIDES


def test_transparency_stays_where_there_is_no_mark():
    marked = opened(watermark_picture(picture("PNG", mode="RGBA", color=(0, 0, 0, 0)), "image/png", TEXT))
    assert marked.mode == "RGBA"
    opacity = marked.getchannel("A").tobytes()
    assert min(opacity) == 0 < max(opacity)


def test_metadata_is_gone_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x8298], exif[0x0112] = "Owner", 6
    marked = watermark_picture(picture(exif=exif, comment=b"a secret comment"), "image/jpeg", TEXT)
    assert b"Owner" not in marked
    assert b"secret" not in marked
    assert opened(marked).size == SIDES[::-1]
    assert ImageOps.exif_transpose(opened(marked)).size == SIDES[::-1]


def test_who_and_when_are_what_is_drawn():
    marks = {watermark_picture(picture(), "image/jpeg", text) for text in (TEXT, TEXT[:-1] + "6", "李四" + TEXT[3:])}
    assert len(marks) == 3
    assert watermark_picture(picture(), "image/jpeg", TEXT) in marks, "the same makes the same"


@pytest.mark.parametrize("text", ["", " \n", "😀", "很长的名字" * 1000])
def test_any_text_can_be_the_mark(text):
    assert opened(watermark_picture(picture(), "image/jpeg", text)).size == SIDES


def test_the_mark_of_a_large_picture_takes_little_memory():
    width, height = _fitted(_mark("职" * LONGEST_TEXT), 7000, 7000).size
    assert width * height < 5_000_000


def test_a_text_too_long_for_a_mark_is_cut():
    long = "职" * LONGEST_TEXT
    assert watermark_picture(picture(), "image/jpeg", long + "工") == watermark_picture(picture(), "image/jpeg", long)


@pytest.mark.parametrize(
    ("data", "media_type", "code"),
    [
        (b"", "image/png", "empty"),
        (b"no picture", "image/png", "format"),
        (picture(), "image/tiff", "format"),
        (picture("PNG")[:60], "image/png", "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(data, media_type, code):
    assert refusal(watermark_picture, data, media_type, TEXT) == code


def paper(pages: int = 1) -> FPDF:
    document = FPDF(unit="pt", format=SIDES)
    document.add_font("song", fname=FONT)
    document.set_font("song", size=20)
    for number in range(1, pages + 1):
        document.add_page()
        document.text(100, 100, f"第{number}页 出院小结")
    return document


def changed(data: bytes, change) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        saved = change(document) or {}
        document.save(stream, **saved)
    return stream.getvalue()


def sized(*corners: float) -> bytes:
    def resize(document: pikepdf.Pdf) -> None:
        document.pages[0].mediabox = pikepdf.Rectangle(*corners)

    return changed(bytes(paper().output()), resize)


def marks_of(data: bytes) -> list[list[tuple[float, ...]]]:
    """Of each page: left, bottom, right and top of the places where the mark is drawn."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as document:
        for page in document.pages:
            *_page, drawn = [], []
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "cm":
                    width, _b, _c, height, x, y = map(float, operands)  # type: ignore[arg-type]
                elif str(operator) == "Do" and operands[0] == "/Mark":
                    drawn.append((x, y, x + width, y + height))  # type: ignore[possibly-undefined]
            found.append(drawn)
    return found


def test_every_part_of_every_page_bears_the_mark():
    marked = watermark_pdf(bytes(paper(3).output()), TEXT)
    pages = marks_of(marked)
    assert len(pages) == 3
    wide, high = SIDES[0] / PARTS, SIDES[1] / PARTS
    for drawn in pages:
        for x in range(PARTS):
            for y in range(PARTS):
                assert any(
                    left < (x + 1) * wide and right > x * wide and low < (y + 1) * high and top > y * high
                    for left, low, right, top in drawn
                )
    with pikepdf.open(io.BytesIO(marked)) as document:
        image = pikepdf.PdfImage(document.pages[0].resources.XObject.Mark.SMask).as_pil_image()  # type: ignore[attr-defined]
    assert 50 < max(image.convert("L").tobytes()) < 100, "the mark is seen through"


def test_the_same_makes_the_same_pdf():
    document = bytes(paper(2).output())
    assert watermark_pdf(document, TEXT) == watermark_pdf(document, TEXT)
    assert watermark_pdf(document, TEXT) != watermark_pdf(document, TEXT + "！")


def test_a_page_keeps_the_size_at_which_it_is_shown():
    def turn(document: pikepdf.Pdf) -> None:
        document.pages[0].rotate(90, relative=False)
        document.pages[0].trimbox = pikepdf.Rectangle(10, 10, 20, 20)
        document.pages[1].cropbox = pikepdf.Rectangle(100, 50, 500, 350)
        document.pages[2].mediabox = pikepdf.Rectangle(-50, -50, 250, 150)

    marked = watermark_pdf(changed(bytes(paper(3).output()), turn), TEXT)
    with pikepdf.open(io.BytesIO(marked)) as document:
        sizes = [tuple(map(int, page.mediabox)) for page in document.pages]  # type: ignore[arg-type]
    assert sizes == [(0, 0, *SIDES[::-1]), (0, 0, 400, 300), (0, 0, 300, 200)]


def test_a_page_like_a_strip_is_not_drawn_full_of_tiny_marks():
    assert len(marks_of(watermark_pdf(sized(0, 0, 14_000, 4), TEXT))[0]) < 300


def test_a_page_that_leaves_its_drawing_open_does_not_reach_the_mark():
    def clip(document: pikepdf.Pdf) -> None:
        document.pages[0].contents_add(b"Q Q Q 0 0 1 1 re W n 0 0 0 0 0 0 cm")

    marked = watermark_pdf(changed(bytes(paper().output()), clip), TEXT)
    with pikepdf.open(io.BytesIO(marked)) as document:
        assert b" re W n" not in document.pages[0].Contents.read_bytes()
        assert b" re W n" in document.pages[0].resources.XObject.Page.read_bytes()  # type: ignore[attr-defined]
    assert len(marks_of(marked)[0]) > 10


def test_metadata_scripts_links_and_attachments_stay_behind():
    document = paper()
    document.set_title("secret title")
    document.link(0, 0, 50, 50, "https://secret.example/")

    def add(opened: pikepdf.Pdf) -> None:
        opened.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="secret()")
        opened.attachments["secret.txt"] = b"secret"
        with opened.open_metadata() as metadata:
            metadata["dc:creator"] = ["secret"]

    with_all = changed(bytes(document.output()), add)
    assert b"OpenAction" in with_all
    with pikepdf.open(io.BytesIO(watermark_pdf(with_all, TEXT))) as marked:
        assert set(marked.Root.keys()) == {"/Type", "/Pages"}
        assert not marked.docinfo.keys()
        assert not marked.attachments
        assert "/Annots" not in marked.pages[0]
        assert not any("secret" in repr(each) for each in marked.objects)


def test_a_stamp_on_the_page_stays_under_the_mark():
    def stamp(document: pikepdf.Pdf) -> None:
        seal = document.make_stream(b"1 0 0 rg 0 0 80 80 re f", Type=pikepdf.Name.XObject,
                                    Subtype=pikepdf.Name.Form, BBox=[0, 0, 80, 80])  # fmt: skip
        document.pages[0].Annots = pikepdf.Array([document.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[10, 10, 90, 90], F=4,
            AP=pikepdf.Dictionary(N=seal),
        ))])  # fmt: skip

    with pikepdf.open(io.BytesIO(watermark_pdf(changed(bytes(paper().output()), stamp), TEXT))) as marked:
        drawn = marked.pages[0].resources.XObject.Page.Resources.XObject  # type: ignore[attr-defined]
        assert [form.read_bytes() for form in drawn.as_dict().values()] == [b"1 0 0 rg 0 0 80 80 re f"]


def locked(user: str) -> bytes:
    return changed(bytes(paper().output()), lambda _: {"encryption": pikepdf.Encryption(user=user, owner="owner")})


def test_a_pdf_that_opens_for_everybody_is_marked_though_it_forbids_changes():
    assert len(marks_of(watermark_pdf(locked(""), TEXT))) == 1


def bomb() -> bytes:
    """A page of a gigabyte in a megabyte."""
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(b" " * 10_000_000) for _ in range(100)) + packer.flush()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
    )
    body = b"".join(b"%d 0 obj%sendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "damaged"),
        (lambda: b"%PDF-1.7\nnothing", "damaged"),
        (picture, "damaged"),
        (lambda: bytes(paper().output()).replace(b"/Pages", b"/Fages"), "damaged"),
        (lambda: changed(bytes(paper().output()), lambda document: document.pages.__delitem__(0)), "no_pages"),
        (lambda: sized(0, 0, 0, 0), "damaged"),
        (lambda: sized(0, 0, 1e12, 1e12), "damaged"),
        (lambda: locked("password"), "encrypted"),
        (lambda: bytes(paper(MOST_PAGES + 1).output()), "too_many_pages"),
        (bomb, "damaged"),
    ],
)
def test_what_is_no_pdf_for_everybody_is_refused_by_name(make, code):
    assert refusal(watermark_pdf, make(), TEXT) == code
