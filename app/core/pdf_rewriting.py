"""Writes a PDF from stdin anew to stdout, or says the code of its refusal and ends with 1:  python -m app.core.pdf_rewriting

Left out are password, metadata, former versions, and whatever came before or after it. Refused is one with scripts, other
files or players in it, however deep they are hidden: readers differ in what they find.
"""

import io

import pikepdf

from app.core.pdf_files import MOST_POINTS, PdfError, open_pdf
from app.core.pdf_process import answer

# What a paper never needs and a trap does: scripts, starting programs, leading into other files, files within the file,
# forms that send, players. Whether such a name is a key or a value, it says the same.
ACTIVE = frozenset({
    "/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/Collection", "/GoToR", "/GoToE",
    "/SubmitForm", "/ImportData", "/XFA", "/RichMedia", "/Rendition", "/Movie", "/Sound", "/3D",
})  # fmt: skip
# What could not be unpacked within the limits counts as nothing, with a warning: a paper would lose it unseen.
LIMITS_REACHED = ("bad_alloc", "memory limit exceeded")
OF_ITS_MAKER = ("/Metadata", "/PieceInfo", "/Thumb", "/LastModified")


def rewritten(data: bytes) -> bytes:
    """The PDF anew; raises `PdfError`."""
    with open_pdf(data) as pdf:
        if any(_is_active(found) for found in (pdf.trailer, *pdf.objects)):
            raise PdfError("active")
        for page in pdf.pages:
            _check_size(page)
        _forget_its_maker(pdf)
        found = io.BytesIO()
        pdf.save(found, deterministic_id=True, fix_metadata_version=False)
        if any(limit in str(warning) for warning in pdf.get_warnings() for limit in LIMITS_REACHED):
            raise PdfError("too_much")
        return found.getvalue()


def _is_active(found: pikepdf.Object) -> bool:
    """Whether an object, or what lies directly within it, names something active; what it points to comes by itself."""
    waiting: list[object] = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Name):
            if str(each) in ACTIVE:
                return True
        elif isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
            if not ACTIVE.isdisjoint(each.keys()):
                return True
            waiting += (value for value in each.values() if _is_within(value))
        elif isinstance(each, pikepdf.Array):
            waiting += (value for value in each if _is_within(value))
    return False


def _is_within(value: object) -> bool:
    return isinstance(value, pikepdf.Object) and not value.is_indirect


def _forget_its_maker(pdf: pikepdf.Pdf) -> None:
    """Who made it, with what, when and where."""
    for key in ("/Info", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    for holder in (pdf.Root, *(page.obj for page in pdf.pages)):
        for key in OF_ITS_MAKER:
            if key in holder:
                del holder[key]


def _check_size(page: pikepdf.Page) -> None:
    """No side of what is shown is longer than `MOST_POINTS`, as it is scaled."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    scale = float(page.obj.get("/UserUnit", 1))
    if max(abs(right - left), abs(top - bottom)) * scale > MOST_POINTS:
        raise PdfError("page_too_large")


if __name__ == "__main__":
    answer(rewritten)
