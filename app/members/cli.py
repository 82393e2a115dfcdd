"""`flask members …`: roster imports from a terminal, by the same steps as in the console, in zones that are active."""

import json
import sys
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from app.core.errors import DomainError
from app.core.platform import platform
from app.members.roster.checking import Progress, check_roster_in_steps, no_progress, staged_report
from app.members.roster.merging import merge_roster_in_steps
from app.members.roster.models import BatchState, ImportBatch
from app.members.roster.operations import upload_roster
from app.members.roster.problems import sentence
from app.members.roster.queries import get_batch, list_rows
from app.members.roster.undoing import undo_roster_in_steps
from app.unions.models import Union
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone
from tenants.paths import ancestors

group = AppGroup("members", help="Import rosters of members, and undo imports.")
OPERATOR = Actor(name="command line")
MOST_SHOWN = 1_000


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--zone", "slug", help="The zone that takes the people in, by its slug.")
@click.option("--union", "union_name", help="Where rows go that name no union; its zone takes the people in.")
@click.option("--dry-run", "dry_run", is_flag=True, help="Check only (this is also what happens without --commit).")
@click.option("--commit", "commit", is_flag=True, help="Write what the check found new and changed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def import_command(
    file: Path, slug: str | None, union_name: str | None, dry_run: bool, commit: bool, as_json: bool
) -> None:
    """Check a roster (XLSX or CSV) and, with --commit, write it. Exit codes: 0 done, 1 unusable, 2 rows were refused."""
    if commit and dry_run:
        _fail("--dry-run and --commit exclude each other.")
    zone, union_id = _target(slug, union_name)
    batch_id = uuid7()
    try:
        with scope(Plane.WORKER, zone=zone, actor=OPERATOR):
            upload_roster(OPERATOR, batch_id, file.read_bytes(), file.name, union_id, in_background=False)
            db.session.commit()
            batch = check_roster_in_steps(batch_id, _bar(as_json))
            if commit and batch.state == BatchState.READY:
                batch = merge_roster_in_steps(batch_id, _bar(as_json))
            _tell(batch, as_json)
            db.session.commit()
    except DomainError as refusal:
        _fail(f"{refusal.code}: {refusal.message}")
    if batch.state == BatchState.UNREADABLE:
        sys.exit(1)
    sys.exit(2 if batch.counts.get("refused") or batch.counts.get("transfer") else 0)


@group.command("undo")
@click.argument("batch_id", type=click.UUID)
@click.option("--zone", "slug", required=True, help="The zone of the import.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def undo_command(batch_id: UUID, slug: str, as_json: bool) -> None:
    """Take an import back."""
    zone, _ = _target(slug, None)
    try:
        with scope(Plane.WORKER, zone=zone, actor=OPERATOR):
            _tell_undo(undo_roster_in_steps(batch_id, _bar(as_json)), as_json)
    except DomainError as refusal:
        _fail(f"{refusal.code}: {refusal.message}")


@group.command("resume")
@click.argument("batch_id", type=click.UUID)
@click.option("--zone", "slug", required=True, help="The zone of the import.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def resume_command(batch_id: UUID, slug: str, as_json: bool) -> None:
    """Go on with an import, or with its undoing, that was interrupted."""
    zone, _ = _target(slug, None)
    try:
        with scope(Plane.WORKER, zone=zone, actor=OPERATOR):
            state = get_batch(batch_id).state
            db.session.commit()
            if state == BatchState.UNDOING:
                _tell_undo(undo_roster_in_steps(batch_id, _bar(as_json)), as_json)
                return
            work = merge_roster_in_steps if state == BatchState.COMMITTING else check_roster_in_steps
            _tell(work(batch_id, _bar(as_json)), as_json)
            db.session.commit()
    except DomainError as refusal:
        _fail(f"{refusal.code}: {refusal.message}")


def _tell_undo(batch: ImportBatch, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(staged_report(batch), ensure_ascii=False))
    else:
        click.echo("  ".join(f"{name} {number}" for name, number in batch.undo_counts.items()))


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


def _target(slug: str | None, union_name: str | None) -> tuple[ZoneFacts, UUID | None]:
    """The zone, and the union for rows that name none."""
    if not slug and not union_name:
        _fail("Say which zone takes the people in: --zone SLUG, or --union NAME.")
    with scope(Plane.CITY, actor=OPERATOR, reason="command line: members import"):
        union = _union(union_name) if union_name else None
        zone = platform().registry.by_slug(slug) if slug else _zone_above(union)
        db.session.commit()
    if zone is None:
        _fail(f"There is no zone {slug!r}." if slug else f"No zone serves {union_name!r}.")
    if not zone.state.is_writable:
        _fail(f"The zone {zone.slug} is {zone.state}: its members can't be changed.")
    return zone, union.id if union else None


def _union(name: str) -> Union:
    query = select(Union).where(or_(Union.name == name, Union.short_name == name, Union.uscc == name)).limit(2)
    found = db.session.scalars(query).all()
    if len(found) != 1:
        _fail(f"Several unions are called {name!r}: give the credit code." if found else f"There is no union {name!r}.")
    return found[0]


def _zone_above(union: Union | None) -> ZoneFacts | None:
    """The zone of a union or of the nearest union above that has one."""
    if union is None:
        return None
    zones = select(Zone.id).where(Zone.union_path.in_(ancestors(union.path)))
    nearest = db.session.scalar(zones.order_by(db.func.length(Zone.union_path).desc()).limit(1))
    return platform().registry.by_id(nearest) if nearest else None


def _bar(as_json: bool) -> Progress:
    if as_json or not sys.stderr.isatty():
        return no_progress
    return lambda done, total: click.echo(f"\r{done:,} of {total:,}", nl=done >= total, err=True)


def _tell(batch: ImportBatch, as_json: bool) -> None:
    rows = [row for outcome in ("refused", "transfer") for row in list_rows(batch.id, outcome, limit=MOST_SHOWN)]
    refused = [
        {"line": row.line, "cell": refusal.cell, "reason": refusal.reason} for row in rows for refusal in row.refusals
    ]
    if as_json:
        click.echo(json.dumps(staged_report(batch) | {"refused": refused}, ensure_ascii=False))
        return
    if batch.problem:
        click.echo(sentence(batch.problem["code"], batch.problem["params"]), err=True)
        return
    click.echo(f"{batch.state}: " + "  ".join(f"{name} {number}" for name, number in batch.counts.items()))
    click.echo(f"import {batch.id}")
    for row in refused:
        click.echo(f"line {row['line']}  {row['cell'] or '-':<6} {row['reason']}")
