"""How long an XLSX roster takes, beside a million members: parse, check, stage, merge, undo; and the memory it needs.

    python -m bench.roster_import [--existing 1000000] [--rows 100000] [--json FILE]

Runs its own PostgreSQL in a temporary directory with the settings of an installation (fsync on). Two rosters: one of
new people only (the most to write), one as zones send them every year (70 % as they were, 15 % changed, 10 % new, 5 % wrong).
"""

import argparse
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from sqlalchemy import text

from app.core.config import Settings, load_settings
from app.core.crypto import BlindIndex
from app.core.embedded import EmbeddedServers
from app.core.identifiers import check_character
from app.core.migrations import upgrade
from app.core.platform import platform
from app.core.sheets import read_sheet, write_sheet
from app.factory import create_app
from app.members import sealing
from app.members.roster.checking import LIMITS, check_roster_in_steps
from app.members.roster.merging import merge_roster_in_steps
from app.members.roster.models import ImportBatch
from app.members.roster.operations import upload_roster
from app.members.roster.undoing import undo_roster_in_steps
from app.unions.models import Union
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone
from tenants.paths import label

T = TypeVar("T")
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英"
HEADERS = ["序号", "姓名", "性别", "身份证号", "手机号", "工会名称", "入会时间", "职务", "会员证号", "学历"]
UNIONS = 500


def name_of(number: int) -> str:
    return SURNAMES[number % 19] + GIVEN[number // 19 % 24] + GIVEN[number // 456 % 24]


def document_of(number: int) -> str:
    """A valid number, different for every number below 14 million."""
    day, order = divmod(number, 1000)
    year, rest = divmod(day, 336)
    digits = f"440802{1950 + year:04d}{rest // 28 + 1:02d}{rest % 28 + 1:02d}{order:03d}"
    return digits + check_character(digits)


def phone_of(number: int) -> str:
    return f"+86139{number:08d}"


def timed(phases: dict[str, list[float]], name: str, work: Callable[[], T]) -> T:
    """Note seconds on the clock, of CPU in this process, of CPU in its database connection.

    On a machine with other work the sum of the last two is what the clock would show without it.
    """
    started, used, served = time.perf_counter(), time.process_time(), _server_cpu()
    result = work()
    phases[name] = [
        round(time.perf_counter() - started, 2),
        round(time.process_time() - used, 2),
        round(_server_cpu() - served, 2),
    ]
    return result


def _server_cpu() -> float:
    """Seconds of CPU that our connection's server process has used."""
    with scope(Plane.WORKER):
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.commit()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def found(existing: int, owner_url: str) -> None:
    """A city with 500 unions, a zone that serves half of them, and `existing` members in all of them."""
    with scope(Plane.CITY, reason="bench"):
        root = Union(path=label(0), kind="city", name="海城市总工会")
        db.session.add(root)
        db.session.flush()
        counties = [
            Union(parent_id=root.id, path=root.path + label(n), kind="county", name=f"{n}县总工会") for n in (0, 1)
        ]
        db.session.add_all(counties)
        db.session.flush()
        unions = [
            Union(
                parent_id=counties[n % 2].id,
                path=counties[n % 2].path + label(n),
                kind="enterprise",
                name=f"企业工会{n}",
            )
            for n in range(UNIONS)
        ]
        db.session.add_all(unions)
        zone = Zone(
            slug="bench",
            name="bench",
            union_id=counties[0].id,
            union_path=counties[0].path,
            state="active",
            preset="county",
        )
        db.session.add(zone)
        db.session.commit()
        places = [(union.id, union.path) for union in unions]
    load(existing, owner_url, places)


def load(existing: int, owner_url: str, places: list[tuple[UUID, str]]) -> None:
    """COPY the members as the database's owner, without triggers."""
    ids = [uuid7() for _ in range(existing)]
    index: BlindIndex = platform().blind_index
    with psycopg.connect(owner_url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        columns = "id, name, gender, birth_date, phone_cipher, phone_index, id_kind, id_cipher, id_index, union_path"
        with cursor.copy(f"COPY members ({columns}) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["uuid", "text", "text", "date", "bytea", "bytea", "text", "bytea", "bytea", "text"])
            for start in range(0, existing, 50_000):
                for row in _people(range(start, min(start + 50_000, existing)), ids, index, places):
                    copy.write_row(row)
        with cursor.copy(
            "COPY memberships (id, member_id, union_id, union_path, status) FROM STDIN (FORMAT binary)"
        ) as copy:
            copy.set_types(["uuid", "uuid", "uuid", "text", "text"])
            for number, member_id in enumerate(ids):
                copy.write_row((uuid7(), member_id, *places[number % UNIONS], "active"))
        cursor.execute("""
            INSERT INTO union_member_counts SELECT union_id, min(union_path), count(*) FROM memberships GROUP BY 1
        """)
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE members")
        cursor.execute("VACUUM ANALYZE memberships")
        cursor.execute("CHECKPOINT")


def _people(
    numbers: range, ids: list[UUID], index: BlindIndex, places: list[tuple[UUID, str]]
) -> Iterator[tuple[Any, ...]]:
    phones = [phone_of(number) for number in numbers]
    documents = [document_of(number) for number in numbers]
    sealed_phones = sealing.seal_many(sealing.PHONE, [(ids[n], p) for n, p in zip(numbers, phones, strict=True)])
    sealed_documents = sealing.seal_many(
        sealing.DOCUMENT, [(ids[n], d) for n, d in zip(numbers, documents, strict=True)]
    )
    parts = zip(numbers, sealed_phones, index.of_many("phone", phones), sealed_documents,
                index.of_many("id_number", documents), documents, strict=True)  # fmt: skip
    for number, phone, phone_key, document, document_key, plain in parts:
        gender = "male" if int(plain[16]) % 2 else "female"
        born = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
        yield (ids[number], name_of(number), gender, born, phone, phone_key, "resident_id", document, document_key,
               places[number % UNIONS][1])  # fmt: skip


def roster(rows: int, existing: int, *, yearly: bool) -> bytes:
    """A workbook. Even numbers below `existing` are members of the zone, those above nobody knows."""
    chance = random.Random(7)  # noqa: S311 - the same roster in every run
    target = io.BytesIO()

    def lines() -> Iterator[list[Any]]:
        for line in range(rows):
            share = chance.random() if yearly else 0.9
            number = 2 * line if share < 0.85 and 2 * line < existing else existing + line
            phone = phone_of(number + 5_000_000 if 0.70 <= share < 0.85 else number)[3:]
            document = document_of(number)
            if share > 0.95:
                document = document[:-2] + "00"
            union = f"企业工会{number % UNIONS // 2 * 2}"
            yield [line + 1, name_of(number), "", document, phone, union, "", "", "", ""] if number < existing else [
                line + 1, name_of(number), "男" if int(document[16]) % 2 else "女", document, phone, union, "2024-05-01",
                "员工", f"HY{line:08d}", "大专"]  # fmt: skip

    write_sheet(target, HEADERS, lines())
    return target.getvalue()


def measure(zone_slug: str, data: bytes) -> dict[str, Any]:
    with scope(Plane.MEMBER):
        zone = platform().registry.by_slug(zone_slug)
    phases: dict[str, list[float]] = {}
    batch_id = uuid7()
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        upload_roster(SYSTEM, batch_id, data, "a.xlsx", in_background=False)
        db.session.commit()

    def in_zone(work: Callable[[UUID], ImportBatch]) -> Callable[[], ImportBatch]:
        def run() -> ImportBatch:
            with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
                return work(batch_id)

        return run

    timed(phases, "check and stage", in_zone(check_roster_in_steps))
    counts = timed(phases, "merge", in_zone(merge_roster_in_steps)).counts
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    timed(phases, "merge again", in_zone(merge_roster_in_steps))
    undone = timed(phases, "undo", in_zone(undo_roster_in_steps)).undo_counts
    timed(phases, "parse alone", lambda: sum(1 for _ in read_sheet(io.BytesIO(data), "a.xlsx", LIMITS).rows))
    both = [phases["check and stage"], phases["merge"]]
    return {"file_kb": len(data) // 1024, "phases (clock, Python, PostgreSQL)": phases,
            "import": {"clock": sum(p[0] for p in both), "cpu": round(sum(p[1] + p[2] for p in both), 2)},
            "counts": counts, "undone": undone, "peak_mb": peak}  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--existing", type=int, default=1_000_000)
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.measure:
        measure_here(chosen.measure)
        return
    var = Path(tempfile.mkdtemp(prefix="hall-bench-"))
    plain = load_settings({**os.environ, "HALL_VAR": str(var), "HALL_BASE_DOMAIN": "bench.test"})
    servers = EmbeddedServers(var)
    try:
        settings = plain.with_servers(**asdict(servers.start()))
        app = create_app(settings)
        upgrade(settings.database_owner_url, app.extensions["migration_folders"])
        with app.app_context():
            results = run(chosen.existing, chosen.rows, settings)
            db.engine.dispose()
    finally:
        servers.stop()
        shutil.rmtree(var, ignore_errors=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1, ensure_ascii=False))


def run(existing: int, rows: int, settings: Settings) -> dict[str, Any]:
    started = time.perf_counter()
    found(existing, settings.database_owner_url)
    print(f"{existing:,} members loaded in {time.perf_counter() - started:.0f} s", flush=True)
    results: dict[str, Any] = {"existing": existing, "rows": rows}
    for name, yearly in (("all new", False), ("yearly", True)):
        path = settings.var / "roster.xlsx"
        path.write_bytes(roster(rows, existing, yearly=yearly))
        results[name] = measure_apart(settings, path)
        print(f"\n{name}:", json.dumps(results[name], ensure_ascii=False, indent=1), flush=True)
    return results


def measure_apart(settings: Settings, path: Path) -> dict[str, Any]:
    """Measure in a process of its own, so that its peak of memory is that of one import."""
    environment = {
        **os.environ, "HALL_VAR": str(settings.var), "HALL_BASE_DOMAIN": "bench.test",
        "BENCH_DATABASE_URL": settings.database_url, "BENCH_REDIS_URL": settings.redis_url,
    }  # fmt: skip
    command = [sys.executable, "-m", "bench.roster_import", "--measure", str(path)]
    answer = subprocess.run(command, env=environment, capture_output=True, check=False)
    if answer.returncode:
        sys.exit(answer.stderr.decode())
    return json.loads(answer.stdout)


def measure_here(path: Path) -> None:
    plain = load_settings(dict(os.environ))
    app = create_app(plain.with_servers(database_url=os.environ["BENCH_DATABASE_URL"], database_owner_url="",
                                        redis_url=os.environ["BENCH_REDIS_URL"]))  # fmt: skip
    with app.app_context():
        print(json.dumps(measure("bench", path.read_bytes()), ensure_ascii=False))


if __name__ == "__main__":
    main()
