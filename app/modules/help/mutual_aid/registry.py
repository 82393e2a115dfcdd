"""The register of invoices that claims rest on, in all zones together: an invoice is paid for once.

No plane reads the table. Its functions say which of the invoices asked for another claim holds, and neither whose nor where.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, LargeBinary, Uuid, cast, func, select

from app.core.platform import platform
from tenants.database import db

KIND, FILE_KIND = "invoice", "invoice file"


def invoice_indexes(keys: Iterable[str]) -> list[bytes]:
    """The blind indexes of invoices by their keys (`numbers.invoice_key`), the same in every zone."""
    return platform().blind_index.of_many(KIND, keys)


def file_indexes(digests: Iterable[bytes]) -> list[bytes]:
    """The blind indexes of files by their SHA-256, the same in every zone: a second sign of the same invoice."""
    return platform().blind_index.of_many(FILE_KIND, (digest.hex() for digest in digests))


def held_elsewhere(case_id: UUID, indexes: Iterable[bytes]) -> bool:
    """Whether another claim holds one of these."""
    wanted = cast(sorted(set(indexes)), ARRAY(LargeBinary))
    return bool(db.session.execute(select(func.help_held_elsewhere(cast(case_id, Uuid), wanted))).scalar_one())


def hold_invoices(case_id: UUID, indexes: Iterable[bytes]) -> set[bytes]:
    """Hold exactly these invoices for a claim of the running zone; returns those that another claim holds.

    Of two claims at once the second waits for the first. What is returned must not be claimed: the caller refuses, and its
    transaction is rolled back.
    """
    wanted = cast(sorted(set(indexes)), ARRAY(LargeBinary))
    taken = db.session.execute(select(func.help_hold_invoices(cast(case_id, Uuid), wanted))).scalar_one()
    return {bytes(index) for index in taken}


def keep_invoices_until(case_id: UUID, until: datetime | None) -> None:
    """Until when a claim holds its invoices: for good where None; what is past frees them."""
    db.session.execute(select(func.help_keep_invoices_until(cast(case_id, Uuid), cast(until, DateTime(timezone=True)))))
