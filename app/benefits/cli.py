"""`flask ledger …`: the ledger of beans from a terminal."""

import json
import sys
from collections.abc import Callable

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.benefits.beans.checking import faults
from app.core.platform import platform
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.models import Zone

group = AppGroup("ledger", help="Check the ledger of beans.")
OPERATOR = Actor(name="command line")


@group.command("verify")
@click.option("--zone", "slug", help="Only the zone with this slug.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def verify(slug: str | None, as_json: bool) -> None:
    """Ask every zone's ledger again whether it is whole; exit code 1 where one is not."""
    report(faults, slug, as_json)


def report(faults_of_zone: Callable[[], dict[str, int]], slug: str | None, as_json: bool) -> None:
    """Print what is broken in each zone, or in the one named; exit code 1 where anything is."""
    checked = {}
    for zone in _zones(slug):
        with scope(Plane.WORKER, zone=zone, actor=OPERATOR):
            checked[zone.slug] = faults_of_zone()
    if as_json:
        click.echo(json.dumps(checked, ensure_ascii=False))
    else:
        for name, found in checked.items():
            click.echo(
                f"{name}: " + ("whole" if not found else "; ".join(f"{count} {rule}" for rule, count in found.items()))
            )
    if any(checked.values()):
        sys.exit(1)


def _zones(slug: str | None) -> list[ZoneFacts]:
    with scope(Plane.MEMBER):
        chosen = select(Zone.id).order_by(Zone.slug)
        ids = db.session.scalars(chosen.where(Zone.slug == slug) if slug else chosen).all()
        found = [platform().registry.by_id(zone_id) for zone_id in ids]
    if slug and not found:
        raise click.BadParameter(f"there is no zone {slug!r}", param_hint="--zone")
    return [zone for zone in found if zone is not None]
