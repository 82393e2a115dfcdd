"""Rosters for tests: invented people, small files, and the whole way from a file to the database."""

import csv
import io
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.identifiers import check_character
from app.members import sealing
from app.members.models import Member, Membership
from app.members.roster.checking import check_roster_in_steps
from app.members.roster.merging import merge_roster_in_steps
from app.members.roster.models import ImportBatch, ImportRow
from app.members.roster.operations import upload_roster
from app.members.roster.queries import PreviewRow, list_rows
from app.members.roster.undoing import undo_roster_in_steps
from tenants.context import SYSTEM, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7

HEADERS = ("姓名", "性别", "身份证号", "手机号", "工会名称", "职务", "学历")
_numbers = itertools.count(1)


def document(number: int | None = None) -> str:
    """A valid ID number that no other test has."""
    number = next(_numbers) if number is None else number
    digits = f"4408021{number // 28_000 % 100 + 900:03d}{number // 2800 % 10 + 1:02d}{number // 100 % 28 + 1:02d}{number % 100 * 2 + 1:03d}"
    return digits + check_character(digits)


def phone(number: int | None = None) -> str:
    """A mobile number that no other test has."""
    return f"137{next(_numbers) if number is None else number:08d}"


def sheet(rows: Iterable[Iterable[object]], headers: Iterable[str] = HEADERS) -> bytes:
    """A CSV file as WPS writes it."""
    text = io.StringIO()
    csv.writer(text).writerows([list(headers), *map(list, rows)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def upload(zone: ZoneFacts, data: bytes, filename: str = "名单.csv", union_id: UUID | None = None) -> UUID:
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        batch_id = upload_roster(SYSTEM, uuid7(), data, filename, union_id, in_background=False).id
        db.session.commit()
    return batch_id


def check(zone: ZoneFacts, data: bytes, filename: str = "名单.csv", union_id: UUID | None = None) -> ImportBatch:
    """Upload and check; nothing is written to the member database."""
    batch_id = upload(zone, data, filename, union_id)
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        return check_roster_in_steps(batch_id)


def merge(zone: ZoneFacts, batch_id: UUID, **options: int) -> ImportBatch:
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        return merge_roster_in_steps(batch_id, **options)  # type: ignore[arg-type]


def undo(zone: ZoneFacts, batch_id: UUID, **options: int) -> ImportBatch:
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        return undo_roster_in_steps(batch_id, **options)  # type: ignore[arg-type]


def bring_in(zone: ZoneFacts, *rows: Iterable[object], headers: Iterable[str] = HEADERS) -> ImportBatch:
    """The whole way: check and merge."""
    return merge(zone, check(zone, sheet(rows, headers)).id)


def people(number: int) -> list[list[str]]:
    """Rows of invented people, all new."""
    return [[f"工友{chr(0x4E00 + n)}", "", document(), phone(), "", "工人", ""] for n in range(number)]


def ids_of(zone: ZoneFacts) -> dict[str, UUID]:
    """The members of the zone's own union by name."""
    with scope(Plane.WORKER, zone=zone):
        rows = db.session.execute(select(Member.name, Member.id).where(Member.union_path == zone.union_path))
        return {row.name: row.id for row in rows}


def edit(zone: ZoneFacts, name: str, **values: object) -> None:
    """Change a member's record, as some other part of the platform would."""
    member_id = ids_of(zone)[name]
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(db.update(Member).where(Member.id == member_id).values(**values))
        db.session.commit()


def preview(zone: ZoneFacts, batch: ImportBatch, outcome: str = "") -> list[PreviewRow]:
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        return list_rows(batch.id, outcome, limit=1000)


def outcomes(batch: ImportBatch) -> dict[str, int]:
    """The counts that are not nought."""
    return {name: number for name, number in batch.counts.items() if number}


def problem_codes(zone: ZoneFacts, batch: ImportBatch) -> dict[int, list[tuple[str, str]]]:
    """`{line: [(code, cell)]}` of refused rows."""
    from app.members.roster import sealed_rows

    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        rows = db.session.execute(
            select(ImportRow.id, ImportRow.line, ImportRow.report).where(
                ImportRow.batch_id == batch.id, ImportRow.outcome.in_(["refused", "transfer"])
            )
        ).all()
        reports = sealed_rows.unseal(sealed_rows.REPORT, [(row.id, row.report) for row in rows])
    return {
        row.line: [(code, cell) for code, cell, _ in told["problems"]] for row, told in zip(rows, reports, strict=True)
    }


@dataclass(frozen=True)
class Stored:
    """A person as the database has them, in clear."""

    name: str
    gender: str | None
    phone: str
    id_number: str
    education: str | None
    position: str | None
    union_id: UUID | None


def everyone(zone: ZoneFacts) -> dict[str, Stored]:
    """The zone's members by name."""
    with scope(Plane.WORKER, zone=zone):
        rows = db.session.execute(
            select(Member, Membership)
            .outerjoin(Membership, (Membership.member_id == Member.id) & (Membership.status == "active"))
            .where(Member.union_path >= zone.union_path, Member.union_path < zone.union_path[:-1] + "/")
        ).all()
        return {
            member.name: Stored(
                member.name, member.gender, sealing.open_one("phone", member.id, member.phone_cipher),
                sealing.open_one("id_number", member.id, member.id_cipher), member.education,
                membership.position if membership else None, membership.union_id if membership else None,
            )
            for member, membership in rows
        }  # fmt: skip
