"""How much of a sheet is read at most."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """Rows are lines with something in them below the heading; bytes are those of the file and those it unpacks to.

    A member of the archive above 1 MB may unpack to `max_ratio` times its size (DEFLATE reaches 1032; sheets 5 to 30).
    """

    max_bytes: int = 20 * MB
    max_rows: int = 100_000
    max_columns: int = 64
    max_unpacked: int = 160 * MB
    max_ratio: int = 100
    max_members: int = 500

    @property
    def max_cells(self) -> int:
        """The largest rectangle that is held in memory: 32 bytes a cell, used or not."""
        return (self.max_rows + 1_000) * self.max_columns
