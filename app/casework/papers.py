"""Papers people send: pictures are made anew, PDFs must be PDFs. Nothing else is kept."""

import io
import re
from dataclasses import dataclass
from pathlib import PurePath

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.casework.errors import PaperRefused
from app.core.images import FORMATS, MB, ImageError, reencode
from app.core.uploads import Uploads

PAPERS = Uploads({**FORMATS, "PDF": "application/pdf"}, most_bytes=10 * MB, most=20)
"""What one case takes."""
LONGEST_SIDE = 2400
PURPOSE = "casework.paper"
PDF_HEAD = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n \t%]")
# What a paper never needs and a trap does: scripts, starting programs, files within the file, forms that send.
PDF_TRAPS = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|SubmitForm|RichMedia|XFA)\b")


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
    if not data:
        raise PaperRefused(_("“%(name)s” is empty.", name=name))
    if len(data) > PAPERS.most_bytes:
        raise PaperRefused(PAPERS.too_large(name))
    if data.startswith(b"%PDF-"):
        return _clean_pdf(data, name)
    return _clean_picture(data, name)


def _clean_pdf(data: bytes, name: str) -> CleanPaper:
    ending = data[-1024:]
    if not PDF_HEAD.match(data) or b"%%EOF" not in ending or b"startxref" not in ending:
        raise PaperRefused(_("“%(name)s” is damaged, or not a PDF.", name=name))
    if b"/Encrypt" in data:
        raise PaperRefused(_("“%(name)s” is locked with a password. Please send it without.", name=name))
    if PDF_TRAPS.search(data):
        raise PaperRefused(_("“%(name)s” contains scripts or other files. Print it as a plain PDF.", name=name))
    return CleanPaper(data, _named(name, ".pdf"), "application/pdf")


def _clean_picture(data: bytes, name: str) -> CleanPaper:
    """The picture decoded and written anew: nothing hidden in it survives, nor where the photograph was taken."""
    try:
        picture = reencode(io.BytesIO(data), max_side=LONGEST_SIDE, max_bytes=PAPERS.most_bytes, purpose="evidence")
    except ImageError as fault:
        if fault.code == "format":
            raise PaperRefused(PAPERS.wrong_format(name)) from fault
        problem = gettext(fault.message) % fault.params
        raise PaperRefused(_("“%(name)s”: %(problem)s", name=name, problem=problem)) from fault
    return CleanPaper(picture.data, _named(name, ".webp"), picture.media_type)


def _named(name: str, ending: str) -> str:
    """The name with the ending of what the paper is."""
    return f"{PurePath(name).stem or 'paper'}{ending}"
