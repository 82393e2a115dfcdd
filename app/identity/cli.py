"""`flask accounts …`: accounts, passwords, second factors and roles from a terminal. Every deed has its audit entry."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NoReturn
from uuid import UUID

import click
import pyotp
from flask.cli import AppGroup

from app.core.clock import now
from app.core.errors import DomainError
from app.core.identifiers import IdentifierError, mask_phone, parse_mobile
from app.identity import operations, queries
from app.identity.operations.grants import GRANT_IN_CITY
from app.identity.operations.second_factor import provisioning_uri
from app.identity.roles import ROLES
from app.identity.schemas import end_of_day
from tenants.context import Actor, Plane, scope
from tenants.database import db

group = AppGroup("accounts", help="Make accounts, set passwords and second factors, give roles.")
OPERATOR = Actor(name="command line", permissions=frozenset({GRANT_IN_CITY}))


class Mobile(click.ParamType):
    """A mainland mobile number; becomes E.164."""

    name = "phone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return parse_mobile(value)
        except IdentifierError as fault:
            self.fail(str(fault), param, ctx)


phone_option = click.option("--phone", type=Mobile(), required=True, help="The mobile number the person signs in with.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def on_plane(plane: Plane) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run a command on a plane in one transaction; a refusal is one line and exit code 1."""

    def wrap(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def run(*args: Any, **options: Any) -> None:
            try:
                with scope(plane, actor=OPERATOR, reason=f"command line: accounts {command.__name__}"):
                    command(*args, **options)
                    db.session.commit()
            except DomainError as refusal:
                _fail(f"{refusal.code}: {refusal.message}")

        return run

    return wrap


@group.command("create")
@phone_option
@click.option("--name", required=True, help="Used for a new account only.")
@json_option
@on_plane(Plane.IDENTITY)
def create(phone: str, name: str, as_json: bool) -> None:
    """Make the account of a phone, or find it."""
    known = operations.find_account_id(phone)
    account_id = operations.ensure_account(phone, name)
    facts = {"id": str(account_id), "phone": mask_phone(phone), "created": known is None}
    _show(facts, f"{account_id}  {mask_phone(phone)}  {'made' if known is None else 'was there already'}", as_json)


@group.command("set-password")
@phone_option
@click.password_option(help="Asked for when it is not given; give it only where nobody reads the process list.")
@json_option
@on_plane(Plane.IDENTITY)
def set_password(phone: str, password: str, as_json: bool) -> None:
    """Set a password. All devices are signed out."""
    account_id = _account(phone)
    operations.set_password(OPERATOR, account_id, password, phone=phone)
    operations.revoke_all(account_id)
    _show({"id": str(account_id), "phone": mask_phone(phone)}, f"The password of {mask_phone(phone)} is set.", as_json)


@group.command("totp")
@phone_option
@json_option
@on_plane(Plane.IDENTITY)
def totp(phone: str, as_json: bool) -> None:
    """Give a new second factor and recovery codes, show them this once, and sign all devices out."""
    account_id = _account(phone)
    secret = pyotp.random_base32()
    operations.set_totp(account_id, secret)
    codes = operations.renew_recovery_codes(account_id)
    operations.revoke_all(account_id)
    uri = provisioning_uri(secret, mask_phone(phone))
    facts = {"id": str(account_id), "phone": mask_phone(phone), "secret": secret, "uri": uri, "recovery_codes": codes}
    _show(facts, "\n".join([f"secret: {secret}", f"uri: {uri}", f"recovery codes: {' '.join(codes)}"]), as_json)


@group.command("grant")
@phone_option
@click.option("--role", type=click.Choice(sorted(ROLES)), required=True)
@click.option("--union", "union_text", required=True, help="The union's full name, path or credit code.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which the role holds.")
@json_option
def grant(phone: str, role: str, union_text: str, until: datetime | None, as_json: bool) -> None:
    """Give an account a role for a union and everything below it."""
    account_id, expires_at = _account_of(phone), until and end_of_day(until.date())
    if expires_at is not None and expires_at <= now():
        _fail("--until names a day that is over.")

    @on_plane(Plane.CITY)
    def grant_role() -> None:
        union_id = _union(union_text)
        grant_id = operations.grant_role(OPERATOR, account_id, role, union_id, expires_at=expires_at)
        facts = {"id": str(grant_id), "account": str(account_id), "role": role, "union": str(union_id)}
        _show(facts, f"{mask_phone(phone)} is {role} of {union_text}.", as_json)

    grant_role()


@group.command("revoke")
@phone_option
@click.option("--role", type=click.Choice(sorted(ROLES)), required=True)
@click.option("--union", "union_text", required=True, help="The union's full name, path or credit code.")
@json_option
def revoke(phone: str, role: str, union_text: str, as_json: bool) -> None:
    """Take a role away from an account; it ends at once."""
    account_id = _account_of(phone)

    @on_plane(Plane.CITY)
    def revoke_role() -> None:
        union_id = _union(union_text)
        operations.take_role(OPERATOR, account_id, role, union_id)
        facts = {"account": str(account_id), "role": role, "union": str(union_id)}
        _show(facts, f"{mask_phone(phone)} is no longer {role} of {union_text}.", as_json)

    revoke_role()


@group.command("block")
@phone_option
@click.option("--reason", required=True, help="Kept in the audit trail.")
@json_option
@on_plane(Plane.IDENTITY)
def block(phone: str, reason: str, as_json: bool) -> None:
    """Close an account: all its devices are signed out, its tokens stop, nobody signs in with it."""
    account_id = _account(phone)
    operations.block_account(OPERATOR, account_id, reason)
    facts = {"id": str(account_id), "phone": mask_phone(phone), "status": "blocked"}
    _show(facts, f"The account of {mask_phone(phone)} is closed.", as_json)


@group.command("unblock")
@phone_option
@click.option("--reason", required=True, help="Kept in the audit trail.")
@json_option
@on_plane(Plane.IDENTITY)
def unblock(phone: str, reason: str, as_json: bool) -> None:
    """Open a closed account again."""
    account_id = _account(phone)
    operations.unblock_account(account_id, reason)
    facts = {"id": str(account_id), "phone": mask_phone(phone), "status": "active"}
    _show(facts, f"The account of {mask_phone(phone)} is open again.", as_json)


@group.command("list")
@click.option("--role", type=click.Choice(sorted(ROLES)), help="Only this role.")
@json_option
@on_plane(Plane.IDENTITY)
def list_staff(role: str | None, as_json: bool) -> None:
    """Accounts with roles: one line a role."""
    grants = [each for each in queries.list_grants(limit=queries.EVERYTHING) if role in (None, each.role)]
    names = queries.staff_names({each.account_id for each in grants})
    unions = queries.union_names(each.union_id for each in grants)
    rows = [
        {
            "account": str(each.account_id),
            "name": names[each.account_id].name,
            "phone": names[each.account_id].masked_phone,
            "role": each.role,
            "union": unions[each.union_id],
        }
        for each in grants
    ]
    _show(rows, "\n".join("  ".join(row.values()) for row in rows) or "Nobody has a role.", as_json)


def _account_of(phone: str) -> UUID:
    """The account of a phone, found on its own plane."""
    with scope(Plane.IDENTITY, actor=OPERATOR):
        return _account(phone)


def _account(phone: str) -> UUID:
    account_id = operations.find_account_id(phone)
    if account_id is None:
        _fail(f"{mask_phone(phone)} has no account: make it with `flask accounts create`.")
    return account_id


def _union(text: str) -> UUID:
    found = queries.find_unions(text)
    if len(found) != 1:
        _fail(f"{'Several unions are' if found else 'No union is'} called {text!r}: give its path or credit code.")
    return found[0]


def _show(facts: object, text: str, as_json: bool) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
