"""`flask tokens …`: tokens for programs that use a zone's API."""

import json
import sys
from datetime import timedelta
from typing import Any, NoReturn
from uuid import UUID

import click
from flask.cli import AppGroup

from app.core.clock import now
from app.core.errors import DomainError
from app.core.identifiers import IdentifierError, parse_mobile
from app.core.platform import platform
from app.identity.api_tokens import ApiToken, create_token, list_tokens, revoke_token
from app.identity.operations import find_account_id
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db

group = AppGroup("tokens", help="Tokens for programs that use a zone's API.")
OPERATOR = Actor(name="command line")


def _zone(slug: str) -> ZoneFacts:
    with scope(Plane.MEMBER):
        zone = platform().registry.by_slug(slug)
    if zone is None:
        _fail(f"There is no zone {slug!r}.")
    return zone


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


@group.command("create")
@click.option("--zone", "slug", required=True, help="The zone's slug.")
@click.option("--account", "phone", required=True, help="The phone of the account the token speaks for.")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="A permission, e.g. members.view; may be repeated."
)
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 730))
@click.option("--json", "as_json", is_flag=True)
def create(slug: str, phone: str, name: str, scopes: tuple[str, ...], days: int, as_json: bool) -> None:
    """Make a token; its text is shown once."""
    zone = _zone(slug)
    try:
        mobile = parse_mobile(phone)
        with scope(Plane.IDENTITY, zone=zone, actor=OPERATOR):
            account_id = find_account_id(mobile)
            if account_id is None:
                _fail("There is no account with this phone.")
            token, text = create_token(account_id, name, list(scopes), timedelta(days=days))
            db.session.commit()
            facts = {
                "id": str(token.id),
                "token": text,
                "scopes": token.scopes,
                "expires_at": token.expires_at.isoformat(),
            }
    except (IdentifierError, DomainError) as refusal:
        _fail(str(getattr(refusal, "message", refusal)))
    click.echo(json.dumps(facts) if as_json else f"{facts['token']}\n(id {facts['id']}, until {facts['expires_at']})")


@group.command("list")
@click.option("--zone", "slug", required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array instead of text.")
def list_command(slug: str, as_json: bool) -> None:
    """A zone's tokens, without their texts."""
    with scope(Plane.IDENTITY, zone=_zone(slug), actor=OPERATOR):
        rows = [_facts(token) for token in list_tokens()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['name']}  {' '.join(row['scopes'])}  {row['state']} until {row['expires_at']}")


@group.command("revoke")
@click.option("--zone", "slug", required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.argument("token_id", type=click.UUID)
def revoke(slug: str, token_id: UUID, as_json: bool) -> None:
    """End a token at once."""
    try:
        with scope(Plane.IDENTITY, zone=_zone(slug), actor=OPERATOR):
            token = revoke_token(token_id)
            db.session.commit()
            facts = _facts(token)
    except DomainError as refusal:
        _fail(f"{refusal.code}: {refusal.message}")
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else f"{facts['id']}  {facts['name']}  revoked")


def _facts(token: ApiToken) -> dict[str, Any]:
    state = "revoked" if token.revoked_at else "expired" if token.expires_at <= now() else "valid"
    return {
        "id": str(token.id),
        "name": token.name,
        "account": str(token.account_id),
        "scopes": token.scopes,
        "state": state,
        "expires_at": token.expires_at.isoformat(timespec="seconds"),
        "last_used_at": token.last_used_at.isoformat(timespec="seconds") if token.last_used_at else None,
    }
