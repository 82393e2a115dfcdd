"""Draws a page of the PDF on stdin to stdout, or says the code of its refusal and ends with 1:  python -m app.core.pdf_drawing 1

Stamps and filled-in fields are drawn, too; scripts never run: this PDFium has no engine for them.
"""

import io
import sys

import pypdfium2

from app.core.pdf_files import PdfError
from app.core.pdf_process import answer

LONGEST_SIDE = 1800  # pixels
SHARPEST = 3  # pixels a point: a small receipt is not blown up further
QUALITY = 85


def drawn(data: bytes, number: int) -> bytes:
    """The page as a WebP picture, no side longer than `LONGEST_SIDE`; raises `PdfError`."""
    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
        page = document[number - 1]
        scale = min(SHARPEST, LONGEST_SIDE / max(page.get_size()))
        picture = page.render(scale=scale).to_pil()
    except (pypdfium2.PdfiumError, LookupError, ZeroDivisionError):
        raise PdfError("damaged") from None
    found = io.BytesIO()
    picture.convert("RGB").save(found, "WEBP", quality=QUALITY)
    return found.getvalue()


if __name__ == "__main__":
    answer(lambda data: drawn(data, int(sys.argv[1])))
