"""Values that a union above has fixed for every zone below it: `theme`, `token.<name>`, `module.<slug>`."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.console.errors import DraftRefused
from app.core import audit
from app.unions.models import Union
from tenants.database import db
from tenants.models import SettingLock
from tenants.paths import ancestors
from tenants.revisions import RevisionDocument


def locks_above(union_path: str) -> dict[str, SettingLock]:
    """The locks that bind a zone of the union, the highest union's first say counting."""
    query = (
        select(SettingLock)
        .where(SettingLock.union_path.in_(ancestors(union_path)))
        .order_by(SettingLock.union_path.desc())
    )
    return {lock.key: lock for lock in db.session.scalars(query)}


def check_locks(document: RevisionDocument, union_path: str) -> None:
    """Raise `DraftRefused` for the first value that differs from a lock; it cites the lock's reason."""
    for key, lock in locks_above(union_path).items():
        if _value(document, key) != lock.value:
            raise DraftRefused(
                _("This is fixed by the union above: %(reason)s", reason=lock.reason or key), field=key.split(".")[-1]
            )


def _value(document: RevisionDocument, key: str) -> Any:
    kind, _dot, name = key.partition(".")
    if kind == "theme":
        return document.theme
    if kind == "token":
        return document.tokens.get(name)
    return document.uses(name)


def list_locks() -> list[tuple[SettingLock, Union]]:
    """Every lock with the union that set it."""
    query = (
        select(SettingLock, Union).join(Union, Union.id == SettingLock.union_id).order_by(Union.path, SettingLock.key)
    )
    return [(lock, union) for lock, union in db.session.execute(query)]


def set_lock(union: Union, key: str, value: Any, reason: str) -> None:
    """Fix a value for the union's whole subtree. It binds the next publication; what is published stays until then."""
    db.session.merge(SettingLock(union_id=union.id, union_path=union.path, key=key, value=value, reason=reason))
    audit.record("zones.locked", object_type="union", object_id=union.id, key=key, value=value, why=reason)


def lift_lock(union: Union, key: str) -> None:
    lock = db.session.get(SettingLock, (union.id, key))
    if lock is not None:
        db.session.delete(lock)
        audit.record("zones.unlocked", object_type="union", object_id=union.id, key=key)
