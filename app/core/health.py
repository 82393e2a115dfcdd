"""`/healthz` (this process answers), `/readyz` (its database, schema and Redis do), `/metrics` (for the operator)."""

import hmac
from pathlib import Path

import redis
import structlog
from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from app.core import metrics as operator_metrics
from app.core.access import public
from app.core.migrations import is_current
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from tenants.context import Plane, scope
from tenants.database import db

log = structlog.get_logger()
blueprint = PlacedBlueprint("health", __name__, place=Place.PORTAL, plane=Plane.WORKER, enable_openapi=False)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """200 when all is there; 503 names what is missing. Redis may be away: pages still answer, work waits."""
    database, schema = _check_database(current_app.extensions["migration_folders"])
    checks = {"database": database, "migrations": schema, "redis": _check_redis()}
    ready = database == schema == "ok"
    return jsonify(status="ready" if ready else "not ready", **checks), 200 if ready else 503


@blueprint.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Prometheus figures, for the bearer of HALL_METRICS_TOKEN; without a token set nobody is."""
    token = platform().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), given.encode()):
        return Response(status=404)
    return Response(operator_metrics.figures(), content_type=CONTENT_TYPE_LATEST)


def _check_database(folders: list[Path]) -> tuple[str, str]:
    try:
        with scope(Plane.WORKER):
            current = is_current(db.session.connection(), folders)
    except SQLAlchemyError as fault:
        log.warning("database not ready", exc_info=fault)
        return "unreachable", "unknown"
    return "ok", "ok" if current else "pending"


def _check_redis() -> str:
    try:
        with redis.Redis.from_url(platform().settings.redis_url, socket_timeout=1, socket_connect_timeout=1) as client:
            client.ping()
    except redis.RedisError as fault:
        log.warning("redis not ready", exc_info=fault)
        return "unreachable"
    return "ok"
