"""Writes a PDF from stdin anew to stdout, or says the code of its refusal and ends with 1:  python -m app.core.pdf_rewriting

Left out are password, metadata, former versions, and whatever came before or after it. Refused is one with scripts, other
files or players in it, however deep they are hidden: readers differ in what they find.
"""

import io
import resource
import sys

import pikepdf

from app.core.images import MB
from app.core.pdf_files import PdfError, open_pdf

MOST_MEMORY = 768 * MB
MOST_CPU = 15  # seconds
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


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = rewritten(sys.stdin.buffer.read())
    except PdfError as refused:
        sys.stdout.write(refused.code)
        return 1
    sys.stdout.buffer.write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
