"""Small files of the installation's own, in `var`."""

import os
from pathlib import Path


def write_privately(path: Path, text: str) -> None:
    """Put a text into a file for this user only; the file is complete, or as it was before, whenever one is killed."""
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
