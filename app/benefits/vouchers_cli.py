"""`flask vouchers …`: vouchers from a terminal."""

import sys

import click
from flask.cli import AppGroup

from app.benefits.cli import report
from app.benefits.vouchers.checking import faults
from app.benefits.wechat.hearing import NOTICES
from app.benefits.wechat.pay import wechat_pay
from app.core.platform import platform

group = AppGroup("vouchers", help="Check vouchers.")


@group.command("verify")
@click.option("--zone", "slug", help="Only the zone with this slug.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def verify(slug: str | None, as_json: bool) -> None:
    """Ask every zone's vouchers again whether they are whole; exit code 1 where they are not."""
    report(faults, slug, as_json)


@group.command("wechat-notices")
def wechat_notices() -> None:
    """Let WeChat Pay tell this installation what becomes of coupons: once, and again when the base domain changes."""
    address = f"{platform().settings.base_url}{NOTICES}"
    refusal = wechat_pay().tell_where(address)
    click.echo(f"WeChat Pay tells {address} now." if not refusal else f"WeChat Pay refused: {refusal}.")
    if refusal:
        sys.exit(1)
