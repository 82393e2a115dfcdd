"""`flask zones …`: what the city union does with zones, from a terminal. Every deed has its audit entry."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.console import operations, queries
from app.core.errors import DomainError
from app.core.platform import platform
from app.unions.models import Union
from tenants.context import Actor, Plane, ZoneState, scope
from tenants.database import db

group = AppGroup("zones", help="Provision zones, change their state, names and domains.")
OPERATOR = Actor(name="command line")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def on_city_plane(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command on the city plane in one transaction; a refusal is one line and exit code 1."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            with scope(Plane.CITY, actor=OPERATOR, reason=f"command line: zones {command.__name__}"):
                command(*args, **options)
                db.session.commit()
        except DomainError as refusal:
            click.echo(f"{refusal.code}: {refusal.message}", err=True)
            sys.exit(1)

    return run


def show_zone(row: queries.ZoneRow, as_json_text: bool) -> None:
    if as_json_text:
        click.echo(json.dumps(asdict(row) | {"url": _url(row)}, default=str, ensure_ascii=False))
    else:
        click.echo(f"{row.slug:<20} {row.state:<12} {row.preset:<15} {_url(row):<45} {row.name}")


def _url(row: queries.ZoneRow) -> str:
    return platform().url(f"{row.slug}.{platform().settings.base_domain}")


def _row(slug: str) -> queries.ZoneRow:
    row = queries.find_zone_row(slug)
    if row is None:
        click.echo(f"There is no zone {slug!r}.", err=True)
        sys.exit(1)
    return row


@group.command("create")
@click.argument("slug")
@click.option("--union", "union_name", required=True, help="The union's name or id.")
@click.option("--name", help="The zone's name; the union's by default.")
@click.option("--preset", default="county", show_default=True)
@as_json
@on_city_plane
def create(slug: str, union_name: str, name: str | None, preset: str, as_json: bool) -> None:
    """Provision a zone for a union."""
    union = _union(union_name)
    operations.provision_zone_in_steps(OPERATOR, slug=slug, name=name or union.name, union_id=union.id, preset=preset)
    show_zone(_row(slug), as_json)


def _union(name: str) -> Union:
    by_id = _uuid(name)
    found = list(db.session.scalars(select(Union).where(Union.id == by_id if by_id else Union.name == name)))
    if len(found) != 1:
        click.echo(f"{len(found)} unions are called {name!r}; name one, or give its id.", err=True)
        sys.exit(1)
    return found[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@group.command("list")
@click.option("--state", default="", help="Only zones in this state.")
@as_json
@on_city_plane
def list_command(state: str, as_json: bool) -> None:
    """All zones, a line each."""
    for row in queries.list_zones(state):
        show_zone(row, as_json)


@group.command("show")
@click.argument("slug")
@as_json
@on_city_plane
def show(slug: str, as_json: bool) -> None:
    """One zone."""
    show_zone(_row(slug), as_json)


@group.command("rename")
@click.argument("slug")
@click.option("--to", "new_slug", help="The new slug; the old one redirects.")
@click.option("--name", help="The new name.")
@as_json
@on_city_plane
def rename(slug: str, new_slug: str | None, name: str | None, as_json: bool) -> None:
    """Change a zone's slug or name."""
    zone = operations.rename_zone(_row(slug).id, slug=new_slug, name=name)
    db.session.flush()
    show_zone(_row(zone.slug), as_json)


def _state_command(name: str, state: ZoneState, text: str) -> None:
    @group.command(name, help=text)
    @click.argument("slug")
    @click.option("--reason", required=True, help="Why; kept in the audit trail.")
    @as_json
    @on_city_plane
    def change(slug: str, reason: str, as_json: bool) -> None:
        operations.change_state(_row(slug).id, state, reason)
        db.session.flush()
        show_zone(_row(slug), as_json)


_state_command("suspend", ZoneState.SUSPENDED, "Close a zone to everybody for a time.")
_state_command("resume", ZoneState.ACTIVE, "Open a suspended, read-only or archived zone.")
_state_command("freeze", ZoneState.READ_ONLY, "Let a zone be read but not changed.")
_state_command("archive", ZoneState.ARCHIVED, "Close a zone for good; its data is kept.")


@group.command("domains")
@click.argument("slug")
@click.option("--add", help="Note a domain and print the proof to publish.")
@click.option("--verify", help="Look for the proof and accept the domain.")
@click.option("--remove", help="Give a domain up.")
@as_json
@on_city_plane
def domains(slug: str, add: str | None, verify: str | None, remove: str | None, as_json: bool) -> None:
    """A zone's own domains."""
    zone_id = _row(slug).id
    if add:
        operations.add_domain(zone_id, add)
    if verify:
        operations.verify_domain(zone_id, verify)
    if remove:
        operations.remove_domain(zone_id, remove)
    db.session.flush()
    for noted in queries.list_domains(zone_id):
        facts = {"domain": noted.domain, "proof": noted.proof, "verified_at": noted.verified_at}
        click.echo(json.dumps(facts, default=str) if as_json else f"{noted.domain:<40} {'verified' if noted.verified_at else 'publish TXT _unionhall.' + noted.domain + ' = ' + noted.proof}")  # fmt: skip
