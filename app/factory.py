"""The application, as a table of contents. Nothing here queries; nothing happens at import."""

import importlib
import importlib.util
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect

from app import cli
from app.core import audit_things, headers, health, i18n, logs, metrics, problems, uploads
from app.core.config import Settings
from app.core.connections import notice_closed_connections
from app.core.crypto import BlindIndex, BlobCipher, FieldCipher, KeyRing, Signer
from app.core.modules import Modules, NotificationKind, PersonalData, discover
from app.core.platform import EXTENSION, Platform
from app.core.theming import FlatEnvironment, ThemedEnvironments
from app.core.transactions import TransactionalFlask
from app.identity import gate
from app.identity.sessions import SessionMemory
from app.site.layers import put_before
from tenants.changes import ChangeFeed
from tenants.database import db, guard_engine
from tenants.isolation import guard_statements
from tenants.registry import ZoneRegistry

ROOT = Path(__file__).parent
SERVICES = ("core", "unions", "members", "identity", "notifications", "benefits", "casework", "console", "site")
COMMANDS = ("cli", "tokens_cli", "vouchers_cli")
ROUTES = ("views", "everywhere", "portal", "console", "city", "api")
MOST_UPLOAD_BYTES = 30 * 1024 * 1024

csrf = CSRFProtect()


def create_app(settings: Settings, module_folders: Iterable[Path] = ()) -> Flask:
    """Build the application from checked settings; `module_folders` are searched for modules besides `app/modules`."""
    app = TransactionalFlask(__name__, title="Unionhall", version="v1", json_errors=False,
                             spec_path=None, docs_path=None, static_folder="static")  # fmt: skip
    app.jinja_environment = FlatEnvironment
    modules = discover(module_folders)
    folders = _part_folders(modules)
    _configure(app, settings)
    logs.init_app(app)
    _init_database(app)
    _init_platform(app, settings, modules)
    i18n.init_app(app, [ROOT / "translations", *(folder / "translations" for folder in folders)])
    app.extensions["themes"] = ThemedEnvironments(
        app, [ROOT / "templates", *(folder / "templates" for folder in folders)]
    )
    app.extensions["migration_folders"] = [folder / "migrations" for folder in folders]
    metrics.init_app(app)
    headers.init_app(app)
    problems.init_app(app)
    app.register_blueprint(health.blueprint)
    _init_identity(app)
    uploads.init_app(app)
    audit_things.init_app(app)
    csrf.init_app(app)
    for service in SERVICES:
        _register_part(app, f"app.{service}")
    for module in modules:
        _register_part(app, module.package)
        for folder in _kind_folders(module.folder):
            _register_part(app, f"{module.package}.kinds.{folder.name}")
    cli.init_app(app)
    put_before(app, settings.trusted_proxies)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=MOST_UPLOAD_BYTES,
        MAX_FORM_MEMORY_SIZE=uploads.ROOM_FOR_TEXT,
        SESSION_COOKIE_NAME="__Host-form" if settings.scheme == "https" else "form",
        SESSION_COOKIE_SECURE=settings.scheme == "https",
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=1),
        PREFERRED_URL_SCHEME=settings.scheme,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # the gate compares the Origin, or the Referer, of every unsafe request
        PROPAGATE_EXCEPTIONS=False,
    )


def _engine_options(settings: Settings) -> dict[str, Any]:
    """A pooler gives each transaction another connection, where a statement prepared before may not be known."""
    options: dict[str, Any] = {
        "pool_size": settings.web_threads,
        "max_overflow": 8,  # the change feed's reader, and what the loop serves beside the threads: it must not wait for one
        "pool_use_lifo": True,  # the connection used last knows its plans; others rest
        "pool_pre_ping": True,
        "hide_parameters": True,
    }
    if settings.database_pooler:
        options["connect_args"] = {"prepare_threshold": None}
    return options


def _init_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        guard_engine(db.engine)
        guard_statements(db.engine)
        notice_closed_connections(db.engine)


def _init_platform(app: Flask, settings: Settings, modules: Modules) -> None:
    feed = ChangeFeed()
    registry = ZoneRegistry(settings.base_domain)
    registry.listen_to(feed)
    ring = KeyRing({key.id: key.key for key in settings.data_keys})
    app.extensions[EXTENSION] = Platform(
        settings=settings,
        modules=modules,
        personal_data=_personal_data(modules),
        notices=_notices(),
        registry=registry,
        feed=feed,
        cipher=FieldCipher(ring),
        blobs=BlobCipher(ring),
        blind_index=BlindIndex(settings.index_key),
        signer=Signer(KeyRing({"j1": settings.job_key})),
    )


def _personal_data(modules: Modules) -> dict[str, tuple[PersonalData, ...]]:
    """What services and modules keep about members: a service says so in its `personal_data.py`, a module in its manifest."""
    services = ((service, _import_part(f"app.{service}", "personal_data")) for service in SERVICES)
    kept = {service: part.PERSONAL_DATA for service, part in services if part}
    return kept | {module.slug: module.personal_data for module in modules if module.personal_data}


def _notices() -> tuple[NotificationKind, ...]:
    """What services tell members: each says so in its `notices.py`, as `KINDS`."""
    parts = (_import_part(f"app.{service}", "notices") for service in SERVICES)
    return tuple(kind for part in parts for kind in getattr(part, "KINDS", ()))


def _init_identity(app: Flask) -> None:
    sessions = SessionMemory()
    sessions.listen_to(app.extensions[EXTENSION].feed)
    gate.init_app(app, sessions)


def _part_folders(modules: Modules) -> list[Path]:
    """The folders of services and modules; one whose things come in kinds has a folder for each, with templates and words of its own."""
    parts = [ROOT / service for service in SERVICES] + [module.folder for module in modules]
    return [folder for part in parts for folder in (part, *_kind_folders(part))]


def _kind_folders(part: Path) -> list[Path]:
    return sorted(folder.parent for folder in part.glob("kinds/*/__init__.py"))


def _register_part(app: Flask, package: str) -> None:
    """Register what a service or module brings: tables, listeners, jobs, routes, commands, page context."""
    for name in ("models", "listeners", "jobs"):
        _import_part(package, name)
    for name in ROUTES:
        if routes := _import_part(package, name):
            app.register_blueprint(routes.blueprint)
            if name == "api":
                csrf.exempt(routes.blueprint)
    for name in COMMANDS:
        if commands := _import_part(package, name):
            app.cli.add_command(commands.group)
    if context := _import_part(package, "context"):
        context.init_app(app)


def _import_part(package: str, name: str):
    qualified = f"{package}.{name}"
    return importlib.import_module(qualified) if importlib.util.find_spec(qualified) else None
