"""The module contract: what a module declares, and how declared modules are found.

A module is a folder (or an installed package with the entry point `unionhall.modules`) whose `manifest.py` holds
`MODULE`. Providers are named as "package.module:function" and loaded when first used, so reading a manifest does
nothing else.
"""

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

from flask_babel.speaklater import LazyString
from marshmallow import Schema

Text = str | LazyString
ENTRY_POINT = "unionhall.modules"
SettingsSchema = type[Schema]


class ManifestError(ValueError):
    """A manifest that can't be used; the message names the module and the fault."""


@dataclass(frozen=True, slots=True)
class Permission:
    """A right of staff, `<module>.<verb>`; `roles` are the roles that carry it.

    A `local` right holds only in the zone of the very union the role was granted for: a role for the city opens no
    case in a county.
    """

    name: str
    title: Text
    roles: tuple[str, ...] = ("zone_admin",)
    local: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into the module: for members a tab or a quick entry, for staff a line of the console's menu.

    Tabs stand in the order of `order`, smallest first. `badge` names a provider, `() -> int`, of the number that a line
    of the menu shows.
    """

    title: Text
    endpoint: str
    icon: str
    permission: str = ""
    badge: str = ""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Block:
    """A block that a home page may show; `provider(settings) -> dict` gives its data, `template` shows it.

    One that `has_heading` is headed by its title where the zone gives none.
    """

    type: str
    title: Text
    provider: str
    settings: SettingsSchema
    template: str = "module"
    icon: str = "apps"
    has_heading: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A line, picture or tile of a block: what it says and where it leads. A block shows those it has room for.

    `image` is the picture's own address, `at` a date in words, `badge` a number that waits.
    """

    title: str
    href: str = ""
    icon: str = ""
    image: str = ""
    summary: str = ""
    category: str = ""
    at: str = ""
    value: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class MailWords:
    """Subject and text of an e-mail in both languages."""

    subject: dict[str, str]
    body: dict[str, str]


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A message the module sends: texts in both languages and the channels it uses unless the member says otherwise.

    `email` are the words of an e-mail where it may say less than the inbox. One that `is_required` can't be turned off."""

    key: str
    title: Text
    subject: dict[str, str]
    body: dict[str, str]
    sms: dict[str, str] | None = None
    email: MailWords | None = None
    channels: tuple[str, ...] = ("inbox",)
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the zone's desk; `provider()` counts in the running scope, or tells a number in words of its own."""

    key: str
    title: Text
    provider: str
    permission: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A table with rows about members: how they are found, and what of them a member's copy holds.

    `sealed` are columns `<name>_cipher` of JSON values, which stand in the copy in clear, as `<name>`.
    """

    table: str
    member_column: str = "member_id"
    export: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """A deed of the audit trail, `<module>.<verb>`, by which staff see what a member told; the member reads of each.

    `title` says what was seen, to the member ("your application for help"). The same look by the same person at the same
    object is told once a day if it is `folded`.
    """

    action: str
    title: Text
    folded: bool = False


@dataclass(frozen=True)
class Module:
    """A module's manifest. `menu` stands in a zone's console, `city_menu` in the city's; `provision` names a function that
    gives a new zone what it needs to start, and may run twice; `unfinished` one that counts what people still wait for, without
    which the module is switched off; `role_holder` one that is asked (account) before one of `held_roles` for the zone's own union
    is taken or given another end there, and raises a `DomainError` where something has to end first; `promises` one, `(stock_id) -> title
    or None`, that names what promises its members a stock of benefits, which is then given away nowhere else and not stopped."""

    slug: str
    title: Text
    summary: Text
    version: str
    icon: str = "apps"
    requires: tuple[str, ...] = ()
    settings: type[Schema] | None = None
    permissions: tuple[Permission, ...] = ()
    tab: Entry | None = None
    entries: tuple[Entry, ...] = ()
    menu: tuple[Entry, ...] = ()
    city_menu: tuple[Entry, ...] = ()
    blocks: tuple[Block, ...] = ()
    notifications: tuple[NotificationKind, ...] = ()
    figures: tuple[Figure, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    looks: tuple[Look, ...] = ()
    provision: str = ""
    unfinished: str = ""
    held_roles: tuple[str, ...] = ()
    role_holder: str = ""
    promises: str = ""
    package: str = ""

    @cached_property
    def folder(self) -> Path:
        return Path(importlib.import_module(self.package).__path__[0])

    def part(self, name: str) -> ModuleType | None:
        """The module's `views`, `console`, `api`, `jobs`, `listeners`, `models` or `cli`, or None if it has none."""
        qualified = f"{self.package}.{name}"
        if importlib.util.find_spec(qualified) is None:
            return None
        return importlib.import_module(qualified)

    def default_settings(self) -> dict[str, Any]:
        defaults: Any = self.settings().load({}) if self.settings else {}
        return defaults


def load_provider(name: str) -> Callable[..., Any]:
    """The function behind "package.module:function", or the method behind "package.module:object.method"."""
    module_name, _, path = name.partition(":")
    return attrgetter(path)(importlib.import_module(module_name))


class Modules:
    """The modules of this installation, by slug, in the order of their dependencies."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._by_slug: dict[str, Module] = {}
        for module in modules:
            if module.slug in self._by_slug:
                raise ManifestError(f"two modules are called {module.slug!r}")
            self._by_slug[module.slug] = module
        for module in self:
            _check(module, self._by_slug)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._by_slug.values())

    def __contains__(self, slug: str) -> bool:
        return slug in self._by_slug

    def __getitem__(self, slug: str) -> Module:
        return self._by_slug[slug]

    def get(self, slug: str) -> Module | None:
        return self._by_slug.get(slug)

    @cached_property
    def permissions(self) -> dict[str, Permission]:
        return {permission.name: permission for module in self for permission in module.permissions}

    @cached_property
    def blocks(self) -> dict[str, tuple[Module, Block]]:
        return {block.type: (module, block) for module in self for block in module.blocks}

    @cached_property
    def notifications(self) -> dict[str, NotificationKind]:
        return {kind.key: kind for module in self for kind in module.notifications}

    @cached_property
    def looks(self) -> dict[str, Look]:
        return {look.action: look for module in self for look in module.looks}


def _check(module: Module, known: dict[str, Module]) -> None:
    """Raise `ManifestError` for a manifest that breaks the contract."""
    faults = [f"requires the unknown module {slug!r}" for slug in module.requires if slug not in known]
    if not module.slug.isidentifier() or module.slug != module.slug.lower():
        faults.append("its slug must be a lower-case identifier")
    names = (
        [permission.name for permission in module.permissions]
        + [block.type for block in module.blocks]
        + [kind.key for kind in module.notifications]
        + [look.action for look in module.looks]
    )
    faults += [f"{name!r} must start with '{module.slug}.'" for name in names if not name.startswith(f"{module.slug}.")]
    declared = {permission.name for permission in module.permissions}
    menu = (*module.menu, *module.city_menu)
    used = {entry.permission for entry in menu} | {figure.permission for figure in module.figures}
    faults += [f"uses the undeclared permission {name!r}" for name in used - declared - {""}]
    faults += [f"its menu entry {entry.endpoint!r} names no permission" for entry in menu if not entry.permission]
    for kind in module.notifications:
        for words in (kind.subject, kind.body, kind.sms):
            if words is not None and set(words) != {"zh_CN", "en"}:
                faults.append(f"the notification {kind.key!r} must be written in zh_CN and en")
    if faults:
        raise ManifestError(f"module {module.slug!r}: " + "; ".join(faults))


def discover(extra_folders: Iterable[Path] = ()) -> Modules:
    """Find every module: folders of `app/modules`, of `extra_folders`, and installed packages.

    Raises `ManifestError` for a manifest that can't be read or breaks the contract.
    """
    package = importlib.import_module("app.modules")
    for folder in map(str, extra_folders):
        if folder not in package.__path__:
            package.__path__.append(folder)
    names = [f"{package.__name__}.{info.name}" for info in pkgutil.iter_modules(package.__path__) if info.ispkg]
    names += [point.value for point in entry_points(group=ENTRY_POINT)]
    return Modules(_read(name) for name in sorted(set(names)))


def _read(package_name: str) -> Module:
    try:
        module = importlib.import_module(f"{package_name}.manifest").MODULE
    except (ImportError, AttributeError) as fault:
        raise ManifestError(f"module {package_name!r} has no readable manifest: {fault}") from fault
    if not isinstance(module, Module):
        raise ManifestError(f"module {package_name!r}: MODULE must be an app.core.modules.Module")
    object.__setattr__(module, "package", package_name)
    return module
