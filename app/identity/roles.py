"""Roles and what they carry. A role is granted on (account, union): it holds there and everywhere below."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext

from app.core.modules import Modules, Text
from tenants.paths import is_root, is_within


@dataclass(frozen=True, slots=True)
class Role:
    """A named bundle of permissions; modules add theirs by naming the role in `Permission.roles`. One that is not given `by_hand` a
    module gives, with its end."""

    key: str
    title: Text
    permissions: frozenset[str]
    by_hand: bool = True


ZONE_PERMISSIONS = frozenset(
    ("desk.view", "zone.design", "zone.publish", "zone.modules", "members.view", "members.reveal", "members.import",
     "broadcasts.send", "staff.grant", "audit.view", "jobs.view", "benefits.view", "benefits.manage", "benefits.approve")
)  # fmt: skip
CITY_PERMISSIONS = frozenset(
    ("city.view", "zones.provision", "zones.state", "zones.domains", "unions.import", "city.audit", "city.locks",
     "city.jobs", "city.calendar", "staff.appoint", "benefits.rules")
)  # fmt: skip

ROLES = {
    role.key: role
    for role in (
        Role("city_admin", lazy_gettext("City administrator"), CITY_PERMISSIONS),
        Role("zone_admin", lazy_gettext("Zone administrator"), ZONE_PERMISSIONS),
        Role("editor", lazy_gettext("Editor"), frozenset({"desk.view"})),
        Role("caseworker", lazy_gettext("Case handler"), frozenset({"desk.view"})),
        Role("approver", lazy_gettext("Approver"), frozenset({"desk.view", "benefits.view", "benefits.approve"})),
        Role("cashier", lazy_gettext("Cashier"), frozenset({"desk.view"})),
        Role("lawyer", lazy_gettext("Lawyer"), frozenset({"desk.view"})),
        Role("judge", lazy_gettext("Judge"), frozenset({"desk.view"})),
        Role("doorkeeper", lazy_gettext("Door-keeper"), frozenset({"desk.view"}), by_hand=False),
        Role("former_lawyer", lazy_gettext("Former lawyer, for fees"), frozenset({"desk.view"}), by_hand=False),
        Role("clerk", lazy_gettext("Voucher clerk"), frozenset({"desk.view", "vouchers.redeem"}), by_hand=False),
    )
}
CITY_ROLES = frozenset({"city_admin"})


def permissions_of_role(role: str, modules: Modules, *, at_own_union: bool = True) -> frozenset[str]:
    """What a role carries: its own permissions and those that modules give it; `local` ones at its own union only."""
    own = ROLES[role].permissions if role in ROLES else frozenset()
    given = (each for each in modules.permissions.values() if role in each.roles and (at_own_union or not each.local))
    return own | {permission.name for permission in given}


def permissions_of(grants: Iterable[tuple[str, str]], union_path: str, modules: Modules) -> frozenset[str]:
    """What (role, union path) grants allow at `union_path`; a city role means nothing anywhere but at the root."""
    held = {
        (role, path == union_path)
        for role, path in grants
        if is_within(union_path, path) and (role not in CITY_ROLES or is_root(path))
    }
    return frozenset().union(
        *(permissions_of_role(role, modules, at_own_union=at_own_union) for role, at_own_union in held)
    )
