"""Papers people send: pictures and PDFs are made anew, nothing else is kept."""

import io
import re
from dataclasses import dataclass
from pathlib import PurePath

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.casework.errors import PaperRefused
from app.core.coded_error import CodedError
from app.core.files import safe_name
from app.core.images import FORMATS, MB, ImageError, reencode
from app.core.pdf_files import PdfError, rewrite_pdf
from app.core.uploads import Uploads

PAPERS = Uploads({**FORMATS, "PDF": "application/pdf"}, most_bytes=10 * MB, most=20)
"""What one case takes."""
LONGEST_SIDE = 2400
PURPOSE = "casework.paper"
PDF_HEAD = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n \t%]")


@dataclass(frozen=True, slots=True)
class CleanPaper:
    """A paper that may be stored: its bytes, the name to show, the type it is served as."""

    data: bytes
    name: str
    media_type: str


def clean_paper(data: bytes, name: str) -> CleanPaper:
    """The paper in a form that is safe to store and show; what it is, is read from its bytes, never from its name.

    Raises `PaperRefused`: empty, too large, neither picture nor PDF, damaged, or a PDF with active content.
    """
    name = safe_name(name)
    if not data:
        raise PaperRefused(_("“%(name)s” is empty.", name=name))
    if len(data) > PAPERS.most_bytes:
        raise PaperRefused(PAPERS.too_large(name))
    if data.startswith(b"%PDF-"):
        return _clean_pdf(data, name)
    return _clean_picture(data, name)


def _clean_pdf(data: bytes, name: str) -> CleanPaper:
    """The PDF's pages written anew; one whose end is missing would be shown without its last pages."""
    ending = data[-1024:]
    if not PDF_HEAD.match(data) or b"%%EOF" not in ending or b"startxref" not in ending:
        raise _refused(name, PdfError("damaged"))
    try:
        clean = rewrite_pdf(data)
    except PdfError as fault:
        raise _refused(name, fault) from fault
    return CleanPaper(clean, _named(name, ".pdf"), "application/pdf")


def _clean_picture(data: bytes, name: str) -> CleanPaper:
    """The picture decoded and written anew: nothing hidden in it survives, nor where the photograph was taken."""
    try:
        picture = reencode(io.BytesIO(data), max_side=LONGEST_SIDE, max_bytes=PAPERS.most_bytes, purpose="evidence")
    except ImageError as fault:
        if fault.code == "format":
            raise PaperRefused(PAPERS.wrong_format(name)) from fault
        raise _refused(name, fault) from fault
    return CleanPaper(picture.data, _named(name, ".webp"), picture.media_type)


def _refused(name: str, fault: CodedError) -> PaperRefused:
    problem = gettext(fault.message) % fault.params
    return PaperRefused(_("“%(name)s”: %(problem)s", name=name, problem=problem))


def _named(name: str, ending: str) -> str:
    """The name with the ending of what the paper is."""
    return f"{PurePath(name).stem or 'paper'}{ending}"
