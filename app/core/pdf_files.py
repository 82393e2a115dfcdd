"""PDFs people send: opened within limits, written anew before they are kept and drawn page by page, each in a process of its own."""

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf

from .coded_error import N_, CodedError
from .images import MB

MOST_PAGES = 200
MOST_POINTS = 4000
"""Of a page's longer side, a point being 1/72 inch: a little more than A0."""
MOST_SECONDS = 30
REWRITER = "app.core.pdf_rewriting"
DRAWER = "app.core.pdf_drawing"
PICTURE_TYPE = "image/webp"
_UNPACKED = 64 * MB  # what one compressed part of a PDF that has to be read may unpack to
_DAMAGE = (pikepdf.PikepdfError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


class PdfError(CodedError):
    """The file is no PDF that is taken."""

    MESSAGES = {  # noqa: RUF012 - ClassVar in the base
        "encrypted": N_("The file is protected by a password: remove the password and send it again."),
        "damaged": N_("The PDF is damaged."),
        "no_pages": N_("The PDF has no page."),
        "too_many_pages": N_("The PDF has more than %(limit)s pages: split it."),
        "page_too_large": N_("A page of the PDF is larger than A0: print it on smaller pages."),
        "active": N_("The PDF contains scripts or other files: print it as a plain PDF."),
        "too_much": N_("There is more in the PDF than a paper has: print it as a plain PDF."),
    }


@contextmanager
def open_pdf(data: bytes) -> Iterator[pikepdf.Pdf]:
    """The PDF, which has at least one page and no more than `MOST_PAGES`; damage found within raises `PdfError` too."""
    # The limit is the process's: whatever reads a PDF comes through here.
    pikepdf.settings.set_qpdf_limits(flate_max_memory=_UNPACKED)
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            _check_pages(len(pdf.pages))
            yield pdf
    except PdfError:
        raise
    except pikepdf.PasswordError:
        raise PdfError("encrypted") from None
    except _DAMAGE as error:
        raise PdfError("damaged") from error


def count_pages(data: bytes) -> int:
    """How many pages a PDF has that is kept; raises `PdfError`."""
    with open_pdf(data) as pdf:
        return len(pdf.pages)


def rewrite_pdf(data: bytes) -> bytes:
    """The PDF's pages written anew (`app.core.pdf_rewriting`); the same bytes give the same. Raises `PdfError`."""
    return _in_own_process(REWRITER, data)


def draw_page(data: bytes, number: int) -> bytes:
    """A page as a picture of `PICTURE_TYPE` (`app.core.pdf_drawing`); the first is 1. Raises `PdfError`."""
    return _in_own_process(DRAWER, data, str(number))


def _in_own_process(module: str, data: bytes, *arguments: str) -> bytes:
    """What a module makes of the PDF. Fifty kilobytes can unpack to gigabytes of objects: that ends a process which has
    little to lose (`app.core.pdf_process`)."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=MOST_SECONDS, cwd=Path(__file__).parents[2], check=False
        )
    except subprocess.TimeoutExpired:
        raise PdfError("too_much") from None
    if done.returncode == 0:
        return done.stdout
    code = done.stdout.decode(errors="replace")
    raise PdfError(code if code in PdfError.MESSAGES else "too_much", limit=MOST_PAGES)


def _check_pages(count: int) -> None:
    if count > MOST_PAGES:
        raise PdfError("too_many_pages", limit=MOST_PAGES)
    if not count:
        raise PdfError("no_pages")
