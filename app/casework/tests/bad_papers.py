"""Papers nobody should send, made by code: what hides in them says `CANARY`."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from fpdf import FPDF
from pikepdf import Array, Dictionary, Name
from PIL import Image, PngImagePlugin

CANARY = b"hall-canary"
WORD = CANARY.decode()
HTML = b"<!doctype html><script>alert('" + CANARY + b"')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>' + CANARY + b"</script></svg>"


@dataclass(frozen=True)
class Bad:
    """A bad paper; `is_refused` or comes out clean."""

    case: str
    data: bytes
    is_refused: bool
    name: str = "paper.jpg"


def all_bad() -> list[Bad]:
    return [*_cut(), *_wrong_types(), *_polyglots(), *_bombs(), *_told_pictures(), *_active_pdfs(), *_odd_pdfs(),
            *_locked_pdfs(), *_names()]  # fmt: skip


def picture(kind: str = "JPEG", size: tuple[int, int] = (160, 120), **saved: Any) -> bytes:
    stream = io.BytesIO()
    width, height = size
    noise = hashlib.shake_256(b"noise").digest(width * height * 3)
    Image.frombytes("RGB", size, noise).save(stream, kind, **saved)
    return stream.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], Any] = lambda _: None, *, pages: int = 1, **saved: Any) -> bytes:
    """A PDF with a line on each page, changed and saved."""
    document = FPDF()
    document.set_font("helvetica", size=12)
    for number in range(pages):
        document.add_page()
        document.cell(text=f"Page {number + 1}")
    with pikepdf.open(io.BytesIO(bytes(document.output()))) as opened:
        change(opened)
        stream = io.BytesIO()
        opened.save(stream, **saved)
    return stream.getvalue()


def _cut() -> Iterator[Bad]:
    whole = {kind: picture(kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")} | {"PDF": pdf(pages=2)}
    for kind, data in whole.items():
        for share in (1, 5, 20, 35, 50, 65, 80, 95):
            yield Bad(f"{kind} cut at {share} %", data[: max(1, len(data) * share // 100)], is_refused=True)


def _wrong_types() -> Iterator[Bad]:
    tiff, bmp, ico = (picture(kind) for kind in ("TIFF", "BMP", "ICO"))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("word/document.xml", CANARY)
    wrong = {
        "nothing": b"", "one NUL": b"\0", "text": CANARY, "HTML": HTML, "HTML behind spaces": b"  \n" + HTML,
        "HTML with a mark of byte order": b"\xef\xbb\xbf" + HTML, "SVG": SVG, "SVG in UTF-16": SVG.decode().encode("utf-16"),
        "SVG with a declaration": b'<?xml version="1.0"?>' + SVG, "SVG behind a comment": b"<!-- a -->" + SVG,
        "gzipped SVG": zlib.compress(SVG, wbits=31), "TIFF": tiff, "BMP": bmp, "ICO": ico,
        "ZIP": archive.getvalue(), "old Office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + CANARY * 60,
        "RTF": b"{\\rtf1 " + CANARY + b"}", "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n" + CANARY, "MZ": b"MZ" + CANARY * 20,
        "ELF": b"\x7fELF" + CANARY * 20, "script": b"#!/bin/sh\n" + CANARY, "Java": b"\xca\xfe\xba\xbe" + CANARY,
        "HEIC": b"\0\0\0\x18ftypheic" + CANARY, "MP4": b"\0\0\0\x18ftypmp42" + CANARY, "JPEG 2000": b"\0\0\0\x0cjP  \r\n" + CANARY,
        "RIFF that is sound": b"RIFF\x24\0\0\0WAVEfmt " + CANARY, "GIF of PHP": b"GIF89a<?php " + CANARY + b" ?>",
        "PNG of nonsense": b"\x89PNG\r\n\x1a\n" + CANARY * 9, "WebP of nonsense": b"RIFF\x40\0\0\0WEBPVP8 " + CANARY * 9,
        "JPEG of nonsense": b"\xff\xd8\xff\xe0" + CANARY * 9, "PDF of nonsense": b"%PDF-1.7\n" + CANARY + b"\nstartxref\n0\n%%EOF",
        "OFD": b"PK\x03\x04" + b"OFD.xml" + CANARY,
    }  # fmt: skip
    for case, data in wrong.items():
        yield Bad(case, data, is_refused=True)


def _polyglots() -> Iterator[Bad]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("evil.html", HTML)
    hidden = {"HTML": HTML, "a ZIP": archive.getvalue(), "SVG": SVG, "a script": b"\n#!/bin/sh\n" + CANARY}
    for kind in ("JPEG", "PNG", "GIF", "WEBP"):
        for what, tail in hidden.items():
            yield Bad(f"{kind} with {what} behind it", picture(kind) + tail, is_refused=False)
        yield Bad(f"{what} before {kind}" if (what := "HTML") else "", HTML + picture(kind), is_refused=True)
    for what, tail in hidden.items():
        yield Bad(f"PDF with {what} behind it", pdf() + tail, is_refused=False)
        yield Bad(f"PDF with much of {what} behind it", pdf() + tail * 100, is_refused=True)
        yield Bad(f"PDF with {what} before it", tail + pdf(), is_refused=True)
    yield Bad("GIF whose comment is a script", picture("GIF", comment=HTML), is_refused=False)
    yield Bad("JPEG whose comment is a script", picture("JPEG", comment=HTML), is_refused=False)


def _bombs() -> Iterator[Bad]:
    def png(width: int, height: int, body: bytes) -> bytes:
        def chunk(kind: bytes, data: bytes) -> bytes:
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body, 9)) + chunk(b"IEND", b"")
        )

    for width, height in ((100_000, 100_000), (2**31 - 1, 1), (1, 2**31 - 1), (30_000, 30_000), (0, 0), (0, 10)):
        yield Bad(f"PNG of {width} × {height}", png(width, height, b"\0" * 10_000_000), is_refused=True)
    text = b"\0" * 80_000_000
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 900_000, zip=True)
    yield Bad("PNG whose text unpacks to a megabyte", picture("PNG", pnginfo=info), is_refused=False)
    for side in (0xFFFF, 0xFF00):
        jpeg = bytearray(picture("JPEG"))
        place = jpeg.index(b"\xff\xc0") + 5
        jpeg[place : place + 4] = struct.pack(">HH", side, side)
        yield Bad(f"JPEG of {side} × {side}", bytes(jpeg), is_refused=True)
    gif = bytearray(picture("GIF"))
    gif[6:10] = struct.pack("<HH", 0xFFFF, 0xFFFF)
    yield Bad("GIF of 65535 × 65535", bytes(gif), is_refused=True)
    yield Bad("PDF whose hidden objects unpack to gigabytes", _unpacking(b"[" + (b"[" + b"0 " * 90_000 + b"]") * 300 + b"]"),
              is_refused=True)  # fmt: skip
    yield Bad("PDF whose object stream unpacks beyond sense", _unpacking(b"(" + text + b")"), is_refused=True)
    yield Bad("PDF nested without end", _unpacking(b"[" * 100_000 + b"]" * 100_000), is_refused=False)
    yield Bad("PDF of 201 pages", pdf(pages=201), is_refused=True)
    yield Bad("PDF beyond ten megabytes", pdf()[:-6] + b" " * 10 * 1024 * 1024 + b"%%EOF\n", is_refused=True)


def _unpacking(packed: bytes) -> bytes:
    """A PDF with an object that nothing shows, in an object stream."""
    data = zlib.compress(b"4 0 " + packed, 9)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/Hidden 4 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(data), data),
    }  # fmt: skip
    whole, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(whole)
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    places[6] = len(whole)
    rows = b"".join(
        b"\2" + struct.pack(">IB", 5, 0)
        if number == 4
        else bytes([number > 0]) + struct.pack(">IB", places.get(number, 0), 0)
        for number in range(7)
    )
    table = b"<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream" % (len(rows), rows)
    return whole + b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, places[6])


def _told_pictures() -> Iterator[Bad]:
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = exif[0x8298] = WORD
    exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 16.0, 12.0), 3: "E", 4: (110.0, 21.0, 36.0), 29: "2026:11:26"})
    exif.get_ifd(0x8769)[0x9286] = CANARY
    for kind in ("JPEG", "PNG", "WEBP"):
        yield Bad(f"{kind} with the place where it was taken", picture(kind, exif=exif), is_refused=False)
        yield Bad(f"{kind} with a profile of its own", picture(kind, icc_profile=CANARY * 30), is_refused=False)
    yield Bad("JPEG with XMP", picture("JPEG", xmp=b"<x>" + CANARY + b"</x>"), is_refused=False)
    yield Bad("WebP with XMP", picture("WEBP", xmp=b"<x>" + CANARY + b"</x>"), is_refused=False)
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", WORD)
    info.add_itxt("XML:com.adobe.xmp", WORD, zip=True)
    yield Bad("PNG with texts", picture("PNG", pnginfo=info), is_refused=False)
    first, *others = (Image.new("RGB", (80, 60), colour) for colour in ("red", "green", "blue"))
    for kind in ("GIF", "WEBP", "PNG"):
        stream = io.BytesIO()
        first.save(stream, kind, save_all=True, append_images=others, duration=20, loop=0)
        yield Bad(f"animated {kind}", stream.getvalue(), is_refused=False)


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=pikepdf.String(WORD))


def _traps() -> dict[str, Callable[[pikepdf.Pdf], None]]:
    """Traps by what they are; an object belongs to the one document it was put into."""

    def in_catalog(key: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
        return lambda document: document.Root.__setitem__(key, value)

    def in_page(key: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
        return lambda document: document.pages[0].obj.__setitem__(key, value)

    def action(kind: str, **more: Any) -> Dictionary:
        return Dictionary(S=Name(kind), F=pikepdf.String(WORD), **more)

    def annotation(kind: str, **more: Any) -> Array:
        return Array([Dictionary(Type=Name.Annot, Subtype=Name(kind), Rect=[0, 0, 9, 9], **more)])

    def attach(document: pikepdf.Pdf) -> None:
        document.attachments[f"{WORD}.exe"] = b"MZ" + CANARY

    def far_down(document: pikepdf.Pdf) -> None:
        lowest = document.make_indirect(script())
        for _ in range(200):
            lowest = document.make_indirect(Dictionary(Next=lowest))
        document.Root.Deep = lowest

    def unused(document: pikepdf.Pdf) -> None:
        document.Root.Temporary = document.make_indirect(script())

    return {
        "a script at opening": in_catalog("/OpenAction", script()),
        "scripts by name": in_catalog("/Names", Dictionary(JavaScript=Dictionary(Names=[WORD, script()]))),
        "a script at printing": in_catalog("/AA", Dictionary(WP=script())),
        "a script of a page": in_page("/AA", Dictionary(O=script())),
        "a script of a link": in_page("/Annots", annotation("/Link", A=script())),
        "a script of a field": in_catalog("/AcroForm", Dictionary(Fields=[Dictionary(FT=Name.Tx, T="a", AA=Dictionary(K=script()))])),
        "a script after a view": in_catalog("/OpenAction", Dictionary(S=Name.GoTo, D=WORD, Next=[script()])),
        "a program to start": in_catalog("/OpenAction", action("/Launch")),
        "a program of a link": in_page("/Annots", annotation("/Link", A=action("/Launch", Win=Dictionary(F="cmd.exe")))),
        "a way into another file": in_catalog("/OpenAction", action("/GoToR", D="x")),
        "a way into a file within": in_catalog("/OpenAction", action("/GoToE", T=Dictionary(R=Name.C))),
        "a form that sends": in_catalog("/AcroForm", Dictionary(Fields=[Dictionary(FT=Name.Btn, T="a", A=action("/SubmitForm"))])),
        "data to import": in_catalog("/OpenAction", action("/ImportData")),
        "an XFA form": in_catalog("/AcroForm", Dictionary(Fields=[], XFA=pikepdf.String(WORD))),
        "a player": in_page("/Annots", annotation("/RichMedia")),
        "a film": in_page("/Annots", annotation("/Movie")),
        "a sound": in_page("/Annots", annotation("/Sound")),
        "a rendition": in_page("/Annots", annotation("/Screen", A=action("/Rendition"))),
        "a model in three dimensions": in_page("/Annots", annotation("/3D")),
        "files within it": attach,
        "a portfolio": in_catalog("/Collection", Dictionary(Type=Name.Collection)),
        "a script far down": far_down,
        "a script nothing leads to yet": unused,
    }  # fmt: skip


def _active_pdfs() -> Iterator[Bad]:
    for how, mode in (("", "disable"), (", in an object stream", "generate")):
        for case, change in _traps().items():
            data = pdf(change, object_stream_mode=pikepdf.ObjectStreamMode[mode])
            yield Bad(f"PDF with {case}{how}", data, is_refused=True, name="paper.pdf")
    spelled = pdf(_traps()["a script at opening"], object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for each in (b"/J#61vaScript", b"/#4aavaScript", b"/JavaScrip#74"):
        hidden = spelled.replace(b"/JavaScript", each).replace(b"/JS", b"/J#53")
        yield Bad(f"PDF with a script spelled {each.decode()}", hidden, is_refused=True)
    plain = pdf()
    later = b"\n900 0 obj\n<</S/JavaScript/JS(" + CANARY + b")>>\nendobj\n"
    yield Bad("PDF with a script between its parts", plain.replace(b"\nxref", later + b"xref"), is_refused=False)


def _odd_pdfs() -> Iterator[Bad]:
    def told(document: pikepdf.Pdf) -> None:
        document.docinfo["/Author"] = WORD
        document.pages[0].obj.PieceInfo = Dictionary(Word=Dictionary(Private=WORD))
        with document.open_metadata() as metadata:
            metadata["dc:creator"] = [WORD]

    yield Bad("PDF that names its maker", pdf(told), is_refused=False)

    def of_size(*, unit: int = 1, sides: tuple[int, int]) -> Callable[[pikepdf.Pdf], None]:
        def change(document: pikepdf.Pdf) -> None:
            document.pages[0].mediabox = Array([0, 0, *sides])
            document.pages[0].obj.UserUnit = unit

        return change

    for sides in ((20_000, 20_000), (4001, 10), (10, 200_000)):
        yield Bad(f"PDF with a page of {sides[0]} × {sides[1]} points", pdf(of_size(sides=sides)), is_refused=True)
    yield Bad("PDF whose units make a page of ten metres", pdf(of_size(unit=50, sides=(595, 842))), is_refused=True)
    yield Bad("PDF without a page", pdf(lambda document: document.pages.__delitem__(0)), is_refused=True)
    yield Bad("PDF whose pages are nowhere", pdf().replace(b"/Pages", b"/Fages"), is_refused=True)
    yield Bad("PDF of a version that never was", pdf().replace(b"%PDF-1.", b"%PDF-9."), is_refused=True)
    yield Bad("PDF without a place of its table", pdf().replace(b"startxref", b"startxxxx"), is_refused=True)
    former = pdf()
    place = former.rindex(b"startxref") + 10
    changed = b"1 0 obj\n" + CANARY + b"\nendobj\n" + former[place - 10 :]
    yield Bad("PDF with a former version", former + changed, is_refused=False)


def _locked_pdfs() -> Iterator[Bad]:
    for revision in (2, 3, 4, 6):
        for user in ("", "password"):
            lock = pikepdf.Encryption(user=user, owner="owner", R=revision, aes=revision >= 4, metadata=revision >= 4)
            case = "a password" if user else "forbidden changes"
            yield Bad(f"PDF with {case} of revision {revision}", pdf(encryption=lock), is_refused=bool(user))
    lock = pikepdf.Encryption(user="", owner="owner")
    scripted = pdf(_traps()["a script at opening"], encryption=lock)
    yield Bad("PDF with a script behind forbidden changes", scripted, is_refused=True)


def _names() -> Iterator[Bad]:
    names = {
        "right to left": "工资\u202egpj.exe", "a NUL": "工资\0.jpg.exe", "a path": "../../etc/passwd", "a path of Windows":
        "C:\\Windows\\System32\\cmd.exe", "three hundred letters": "长" * 300 + ".jpg", "only dots": "...", "only an ending": ".jpg",
        "lines": "a\r\nSet-Cookie: x=1\r\n\r\n.jpg", "markup": "<img src=x onerror=alert(1)>.jpg", "nothing": "", "spaces": "   ",
        "quotes": "\"'; DROP TABLE cases;--.jpg", "zero width": "\u200b\ufeff.jpg", "escapes": "\x1b[31m.jpg", "format": "%(x)s%s{0}.jpg",
    }  # fmt: skip
    for case, name in names.items():
        yield Bad(f"a name of {case}", picture(), is_refused=False, name=name)
        yield Bad(f"nonsense with a name of {case}", CANARY, is_refused=True, name=name)
