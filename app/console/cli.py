"""`flask zones …`: what the city union does with zones, from a terminal. Every deed has its audit entry."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import wraps
from typing import Any, NoReturn
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from app.console import operations, queries
from app.core.errors import DomainError
from app.core.forms import parse_uuid
from app.unions.models import Union
from tenants.context import Actor, Plane, ZoneState, scope
from tenants.database import db
from tenants.models import ZoneDomain
from tenants.starters import presets

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
            _fail(f"{refusal.code}: {refusal.message}")

    return run


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def _facts(row: queries.ZoneRow) -> dict[str, Any]:
    return asdict(row) | {"url": row.url}


def _line(row: queries.ZoneRow) -> str:
    return f"{row.slug:<20} {row.state:<12} {row.preset:<15} {row.url:<45} {row.name}"


def _show(row: queries.ZoneRow, as_json: bool) -> None:
    click.echo(_json(_facts(row)) if as_json else _line(row))


def _json(facts: object) -> str:
    return json.dumps(facts, default=str, ensure_ascii=False)


def _row(slug: str) -> queries.ZoneRow:
    row = queries.find_zone_row(slug)
    if row is None:
        _fail(f"There is no zone {slug!r}.")
    return row


@group.command("create")
@click.argument("slug")
@click.option("--union", "union_text", required=True, help="The union's name, credit code or id.")
@click.option("--name", help="The zone's name; the union's by default.")
@click.option("--preset", type=click.Choice(sorted(presets())), help="The starter zone; county by default.")
@as_json
@on_city_plane
def create(slug: str, union_text: str, name: str | None, preset: str | None, as_json: bool) -> None:
    """Provision a zone for a union, or go on where that was cut off."""
    operations.provision_zone_in_steps(OPERATOR, slug=slug, union_id=_union(union_text), name=name, preset=preset)
    _show(_row(slug), as_json)


def _union(text: str) -> UUID:
    by_id = parse_uuid(text)
    named = Union.id == by_id if by_id else or_(Union.name == text, Union.uscc == text.upper())
    found = list(db.session.scalars(select(Union.id).where(named)))
    if len(found) != 1:
        _fail(f"{len(found)} unions are called {text!r}; give the credit code or the id of one.")
    return found[0]


@group.command("list")
@click.option("--state", type=click.Choice([state.value for state in ZoneState]), help="Only zones in this state.")
@as_json
@on_city_plane
def list_command(state: str | None, as_json: bool) -> None:
    """All zones, a line each."""
    rows = queries.list_zones(state or "")
    _tell([_facts(row) for row in rows], [_line(row) for row in rows], as_json)


def _tell(facts: list[dict[str, Any]], lines: Iterable[str], as_json: bool) -> None:
    """A list: a JSON array, or a line each."""
    if as_json:
        click.echo(_json(facts))
        return
    for line in lines:
        click.echo(line)


@group.command("show")
@click.argument("slug")
@as_json
@on_city_plane
def show(slug: str, as_json: bool) -> None:
    """One zone."""
    _show(_row(slug), as_json)


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
    _show(_row(zone.slug), as_json)


def _state_command(name: str, state: ZoneState, text: str) -> None:
    @group.command(name, help=text)
    @click.argument("slug")
    @click.option("--reason", required=True, help="Why; kept in the audit trail.")
    @as_json
    @on_city_plane
    def change(slug: str, reason: str, as_json: bool) -> None:
        operations.change_state(_row(slug).id, state, reason)
        db.session.flush()
        _show(_row(slug), as_json)


_state_command("suspend", ZoneState.SUSPENDED, "Close a zone to everybody for a time.")
_state_command("resume", ZoneState.ACTIVE, "Open a suspended, read-only or archived zone.")
_state_command("freeze", ZoneState.READ_ONLY, "Let a zone be read but not changed.")
_state_command("archive", ZoneState.ARCHIVED, "Close a zone for good; its data is kept.")


@group.command("domains")
@click.argument("slug")
@click.option("--add", help="Note a domain and print the proof to publish.")
@click.option("--verify", help="Look for the proof and accept the domain.")
@click.option("--primary", help="Make a verified domain the zone's address.")
@click.option("--no-primary", is_flag=True, help="Let the zone live under the base domain again.")
@click.option("--remove", help="Give a domain up.")
@as_json
@on_city_plane
def domains(slug: str, as_json: bool, **deeds: Any) -> None:
    """A zone's own domains. Several deeds are done in the order of the options; what was done before one fails stays."""
    zone_id = _row(slug).id
    refused = _do(zone_id, deeds)
    noted = queries.list_domains(zone_id)
    _tell([_domain_facts(each) for each in noted], [_domain_line(each) for each in noted], as_json)
    if refused:
        raise refused


def _do(zone_id: UUID, deeds: dict[str, Any]) -> DomainError | None:
    steps: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("add", lambda domain: operations.add_domain(zone_id, domain)),
        ("verify", lambda domain: operations.verify_domain_in_steps(zone_id, domain)),
        ("primary", lambda domain: operations.choose_primary(zone_id, domain)),
        ("no_primary", lambda _: operations.choose_primary(zone_id, None)),
        ("remove", lambda domain: operations.remove_domain(zone_id, domain)),
    )
    for name, do in steps:
        if deeds[name]:
            try:
                do(deeds[name])
            except DomainError as refusal:
                db.session.rollback()
                return refusal
            db.session.commit()
    return None


def _domain_facts(noted: ZoneDomain) -> dict[str, Any]:
    names = ("domain", "proof", "verified_at", "is_primary")
    return {name: getattr(noted, name) for name in names}


def _domain_line(noted: ZoneDomain) -> str:
    if noted.verified_at is None:
        return f"{noted.domain:<40} publish TXT _unionhall.{noted.domain} = {noted.proof}"
    return f"{noted.domain:<40} {'primary' if noted.is_primary else 'verified'}"
