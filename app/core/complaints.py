"""What went wrong on the machine, not in the code, as one sentence for the person at the terminal."""

import copy
import errno
import sys
from collections.abc import Iterator
from typing import Any

import click
import psycopg
import redis
from flask import current_app
from flask.cli import AppGroup, ScriptInfo
from psycopg import errors
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.core.config import Settings, StartupError
from app.core.platform import platform
from app.core.running import NOWHERE, why_nowhere
from tenants.errors import UnsafeDatabaseRole

_FULL = {errno.ENOSPC, errno.EDQUOT}
_SCHEMA_IS_OLD = (errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction, errors.InvalidParameterValue)


class SpokenGroup(AppGroup):
    """Commands whose complaints about the machine are one sentence and exit code 1; our own mistakes keep their traceback."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        return _spoken(command) if command else None


def _spoken(command: click.Command) -> click.Command:
    spoken = copy.copy(command)

    def invoke(ctx: click.Context) -> Any:
        try:
            return command.invoke(ctx)
        except Exception as fault:
            if sentence := complaint_about(fault, _settings(ctx)):
                sys.exit(sentence)
            raise

    spoken.invoke = invoke
    return spoken


def _settings(ctx: click.Context) -> Settings:
    if current_app:
        return platform().settings
    with ctx.ensure_object(ScriptInfo).load_app().app_context():
        return platform().settings


def complaint_about(fault: BaseException, settings: Settings) -> str:
    """The sentence for a fault that somebody at the terminal can mend; empty for any other."""
    for each in _causes(fault):
        if sentence := _sentence(each, settings):
            return sentence
    return ""


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.orig if isinstance(fault, DBAPIError) else fault.__cause__


def _sentence(fault: BaseException, settings: Settings) -> str:
    sentence = ""
    match fault:
        case StartupError():
            sentence = str(fault)
        case UnsafeDatabaseRole():
            sentence = f"HALL_DATABASE_URL: {fault}; deploy/postgresql/roles.sql makes one that is safe."
        case OSError() if fault.errno in _FULL:
            sentence = f"The disk under {fault.filename or settings.var} is full: make room and start again."
        case errors.DiskFull():
            sentence = "The database's disk is full: make room and start again."
        case psycopg.Error() if isinstance(fault, _SCHEMA_IS_OLD):
            sentence = f"The database lacks this version's schema ({_first_line(fault)}): run flask migrate."
        case psycopg.OperationalError() | psycopg.InterfaceError():
            sentence = _unreachable(fault, settings)
        case redis.RedisError():
            sentence = f"Redis does not answer ({_first_line(fault)}): is it running, is HALL_REDIS_URL right?"
    return sentence


def _unreachable(fault: BaseException, settings: Settings) -> str:
    if settings.database_url == NOWHERE:
        return why_nowhere(settings)
    address = make_url(settings.database_url)
    if address.host:
        return f"The database at {address.host} does not answer ({_last_line(fault)}): is HALL_DATABASE_URL right?"
    return f"The database in {settings.var} does not answer ({_last_line(fault)}): start Unionhall with scripts/run."


def _first_line(fault: BaseException) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0].rstrip(".")


def _last_line(fault: BaseException) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[-1].strip().rstrip(".")
