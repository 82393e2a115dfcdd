"""`flask vouchers …`: vouchers from a terminal."""

import click
from flask.cli import AppGroup

from app.benefits.cli import report
from app.benefits.vouchers.checking import faults

group = AppGroup("vouchers", help="Check vouchers.")


@group.command("verify")
@click.option("--zone", "slug", help="Only the zone with this slug.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def verify(slug: str | None, as_json: bool) -> None:
    """Ask every zone's vouchers again whether they are whole; exit code 1 where they are not."""
    report(faults, slug, as_json)
