"""The process that reads a PDF of somebody unknown: little memory, little time, and one answer on stdout."""

import resource
import sys
from collections.abc import Callable

from app.core.images import MB
from app.core.pdf_files import PdfError

MOST_MEMORY = 768 * MB
MOST_CPU = 15  # seconds


def answer(make: Callable[[bytes], bytes]) -> None:
    """Write to stdout what `make` makes of stdin, or the code of its refusal, and end the process: with 1 if refused."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        made = make(sys.stdin.buffer.read())
    except PdfError as refused:
        sys.stdout.write(refused.code)
        sys.exit(1)
    sys.stdout.buffer.write(made)
