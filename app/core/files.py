"""Uploaded files: a row in `files`, the bytes in `<var>/files/<zone>/`, personal ones encrypted.

A public picture has narrower copies beside it, `<file>.<width>`: they are read, and go, with it.

The row decides who may read (row-level security): public files anybody in the zone, personal ones their member and the
zone's staff pages that check a permission, staff ones the zone's staff.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import structlog
from sqlalchemy import BigInteger, LargeBinary, event
from sqlalchemy.orm import Mapped, mapped_column

from app.core.errors import NotFound
from app.core.images import EncodedImage
from app.core.platform import platform
from tenants.context import Plane, current_actor, current_zone, scope
from tenants.database import ScopedSession, ZoneScoped, db
from tenants.ids import uuid7

LONGEST_NAME = 120
DELETED = "hall_deleted_files"
log = structlog.get_logger()


class StoredFile(ZoneScoped, db.Model):
    """A file of a zone. `visibility`: `public`, `staff`, or `personal` (then `member_id` says whose)."""

    __tablename__ = "files"

    purpose: Mapped[str]
    visibility: Mapped[str]
    member_id: Mapped[UUID | None]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    is_encrypted: Mapped[bool] = mapped_column(default=False)
    uploaded_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


def save_file(
    data: bytes,
    *,
    name: str,
    media_type: str,
    purpose: str,
    visibility: str,
    member_id: UUID | None = None,
    narrow: Mapping[int, bytes] = MappingProxyType({}),
) -> StoredFile:
    """Store bytes for the running zone and return their row (flushed, not committed).

    `purpose` is "<part>.<what>", `narrow` the same picture by smaller widths (public files only). The bytes are written before the row: a crash between the two leaves an orphan on
    disk, never a row without its bytes.
    """
    encrypted = visibility == "personal"
    stored = StoredFile(
        zone_id=current_zone().id,
        id=uuid7(),
        purpose=purpose,
        visibility=visibility,
        member_id=member_id,
        name=safe_name(name),
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).digest(),
        is_encrypted=encrypted,
        uploaded_by=current_actor().account_id,
    )
    path = _path(stored.zone_id, stored.id)
    if narrow and visibility != "public":
        raise ValueError("only a public picture has narrower copies: they lie open on disk")
    _write(path, platform().blobs.seal(data, _place(stored)) if encrypted else data)
    for width, copy in narrow.items():
        _write(_narrow_path(path, width), copy)
    db.session.add(stored)
    db.session.flush()
    return stored


def save_picture(picture: EncodedImage, *, name: str, purpose: str) -> StoredFile:
    """Store a public picture with its narrower copies; like `save_file`."""
    return save_file(picture.data, name=name, media_type=picture.media_type, purpose=purpose, visibility="public",
                     narrow=picture.narrow)  # fmt: skip


def find_file(file_id: UUID) -> StoredFile:
    """The row of a file of the running zone that the actor may see; raises `NotFound`."""
    stored = db.session.get(StoredFile, (current_zone().id, file_id))
    if stored is None:
        raise NotFound
    return stored


def read_file(file_id: UUID) -> tuple[StoredFile, bytes]:
    """Row and bytes of a file; raises `NotFound` where the actor may not see it, or where its bytes were lost."""
    stored = find_file(file_id)
    return stored, _read(stored)


def read_picture_of(zone_id: UUID, file_id: UUID, width: int = 0) -> tuple[StoredFile, bytes]:
    """A picture of another zone, read as a visitor there; narrow, if it has a copy of that width.

    Ends the running transaction, since another zone's scope is entered. Raises `NotFound` where there is none, or no such zone any more.
    """
    origin = platform().registry.by_id(zone_id)
    db.session.commit()
    if origin is None or not origin.state.is_open:
        raise NotFound
    with scope(Plane.MEMBER, zone=origin):
        found = read_picture(file_id, width)
        db.session.commit()
    return found


def copy_from_zone(source: StoredFile) -> StoredFile:
    """A copy of another zone's file in the running zone, sealed for its place there; like `save_file`.

    For background work alone, which found `source` in its own zone before. Raises `NotFound` where its bytes were lost.
    """
    return save_file(
        _read(source), name=source.name, media_type=source.media_type, purpose=source.purpose,
        visibility=source.visibility, member_id=source.member_id,
    )  # fmt: skip


def _read(stored: StoredFile) -> bytes:
    try:
        data = _path(stored.zone_id, stored.id).read_bytes()
    except FileNotFoundError:
        log.exception("the bytes of a file are missing", zone_id=str(stored.zone_id), file_id=str(stored.id))
        raise NotFound from None
    return platform().blobs.open(data, _place(stored)) if stored.is_encrypted else data


def read_picture(file_id: UUID, width: int) -> tuple[StoredFile, bytes]:
    """Row and bytes of a file's copy of this width, or of the file itself where it has none; raises `NotFound`."""
    stored = find_file(file_id)
    try:
        return stored, _narrow_path(_path(stored.zone_id, stored.id), width).read_bytes()
    except FileNotFoundError:
        return read_file(file_id)


def delete_file(file_id: UUID) -> None:
    """Remove a file's row now, and its bytes once that is committed: a rollback keeps both."""
    stored = find_file(file_id)
    path = _path(stored.zone_id, stored.id)
    db.session.delete(stored)
    db.session.flush()
    db.session.info.setdefault(DELETED, []).extend([path, *path.parent.glob(f"{path.name}.*")])


@event.listens_for(ScopedSession, "after_commit")
def _unlink_deleted(session: ScopedSession) -> None:
    for path in session.info.pop(DELETED, []):
        path.unlink(missing_ok=True)


@event.listens_for(ScopedSession, "after_rollback")
def _keep_deleted(session: ScopedSession) -> None:
    session.info.pop(DELETED, None)


def zone_folder(zone_id: UUID) -> Path:
    """The folder that holds every file of a zone, and nothing else."""
    return platform().settings.var / "files" / str(zone_id)


def _path(zone_id: UUID, file_id: UUID) -> Path:
    return zone_folder(zone_id) / str(file_id)[-2:] / str(file_id)


def _narrow_path(path: Path, width: int) -> Path:
    return path.with_name(f"{path.name}.{width}")


def _place(stored: StoredFile) -> str:
    return f"{stored.zone_id}|{stored.id}"


def safe_name(name: str) -> str:
    """The name as the person knows it, without folders or control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[-LONGEST_NAME:] or "file"


def _write(path: Path, data: bytes) -> None:
    """Write a file that is either complete and on disk, or absent."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(data)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(path)
