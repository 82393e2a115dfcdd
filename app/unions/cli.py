"""`flask unions …`: the organisation tree from a terminal."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.errors import DomainError
from app.core.sheets import SheetError, read_sheet
from app.unions import queries
from app.unions.headings import UnionHeadingError
from app.unions.importing import import_unions, plan_import
from app.unions.imports import LIMITS, reason
from app.unions.lines import UnionPlan
from tenants.context import Actor, Plane, scope
from tenants.database import db

group = AppGroup("unions", help="Import and show the organisation tree.")
OPERATOR = Actor(name="command line")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@json_option
def import_command(file: Path, dry_run: bool, as_json: bool) -> None:
    """Bring unions in from an XLSX or CSV file. Exit code 2 when rows were refused."""
    try:
        with scope(Plane.CITY, actor=OPERATOR, reason="command line: unions import"):
            sheet = read_sheet(file, file.name, LIMITS)
            plan = plan_import(sheet) if dry_run else import_unions(OPERATOR, sheet)
            db.session.commit()
    except (SheetError, UnionHeadingError) as fault:
        click.echo(str(fault), err=True)
        sys.exit(1)
    except DomainError as refusal:
        click.echo(f"{refusal.code}: {refusal.message}", err=True)
        sys.exit(1)
    _tell(plan, as_json)
    sys.exit(2 if plan.refused else 0)


def _tell(plan: UnionPlan, as_json: bool) -> None:
    refused = [
        {"line": line.line, "cell": line.problem[1], "code": line.problem[0], "reason": reason(line)}
        for line in plan.refused
        if line.problem
    ]
    if as_json:
        click.echo(json.dumps({"counts": plan.counts, "refused": refused}, ensure_ascii=False))
        return
    click.echo("  ".join(f"{name} {number}" for name, number in plan.counts.items()))
    for row in refused:
        click.echo(f"line {row['line']}  {row['cell'] or '-':<6} {row['reason']}")


@group.command("tree")
@click.argument("name", default="")
@click.option("--most", default=200, show_default=True, help="How many unions to print.")
@json_option
def tree_command(name: str, most: int, as_json: bool) -> None:
    """Print the tree, or the part below the unions whose name begins with NAME."""
    with scope(Plane.CITY, actor=OPERATOR, reason="command line: unions tree"):
        root = queries.find_root()
        tops = queries.search_unions(name, root.path, limit=1) if root and name else [root] if root else []
        rows = [row for top in tops for row in queries.list_subtree(top.path, limit=most)]
        db.session.commit()
    if not rows:
        click.echo("There is no such union." if name else "There are no unions yet.", err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, ensure_ascii=False))
        return
    outermost = len(rows[0].path)
    for row in rows:
        click.echo(f"{'  ' * ((len(row.path) - outermost) // 5)}{row.name}  [{row.kind}]")
