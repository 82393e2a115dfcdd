"""The pages of a paper that is a PDF; nothing that is drawn is kept."""

from app.casework.errors import PageNotDrawn
from app.core.errors import NotFound
from app.core.files import StoredFile
from app.core.pdf_files import PdfError, count_pages, draw_page

PDF = "application/pdf"


def pages_of(stored: StoredFile, data: bytes) -> int:
    """How many pages a paper has; raises `NotFound` for one that is no PDF, and `PageNotDrawn`."""
    if stored.media_type != PDF:
        raise NotFound
    try:
        return count_pages(data)
    except PdfError as fault:
        raise PageNotDrawn from fault


def drawn(stored: StoredFile, data: bytes, number: int) -> bytes:
    """A page of a paper as a picture (`pdf_files.PICTURE_TYPE`), the first being 1.

    Raises `NotFound` for one that it has not, and `PageNotDrawn`.
    """
    if not 1 <= number <= pages_of(stored, data):
        raise NotFound
    try:
        return draw_page(data, number)
    except PdfError as fault:
        raise PageNotDrawn from fault
