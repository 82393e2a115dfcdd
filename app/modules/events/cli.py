"""`flask draws …`: computes draws again, from a terminal and for anybody."""

import json
import sys
from collections import Counter
from typing import TextIO

import click
from flask.cli import AppGroup

from app.modules.events.draws.checking import faults

group = AppGroup("draws", help="Check draws.")


@group.command("check")
@click.argument("record", type=click.File())
def check(record: TextIO) -> None:
    """Compute a draw again from its published RECORD (`record.json`; `-` reads it from standard input)."""
    try:
        published = json.load(record)
        found, passed_over = faults(published), Counter(published["passed_over"].values())
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise click.ClickException(f"this is no record of a draw: {fault!r}") from fault
    click.echo("; ".join(found) or "the draw is as it was published")
    if passed_over:
        click.echo(
            f"its order went past {passed_over['gone']} whose members were no more, and {passed_over['left']} who had left the waiting list"
        )
    if found:
        sys.exit(1)
