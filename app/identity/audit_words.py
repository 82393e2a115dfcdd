"""What the audit trail calls deeds on accounts, sign-in and roles."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.core.audit_things import Thing, detail
from app.identity.models import RoleGrant
from tenants.context import Plane
from tenants.database import db

ACTIONS = {
    "identity.create-account": _("Made an account"),
    "identity.link-member": _("Linked an account with a member"),
    "identity.release-member": _("Released an account from a member whose phone has changed"),
    "identity.block-account": _("Closed an account"),
    "identity.unblock-account": _("Opened an account again"),
    "identity.sign-in": _("Signed in to an account"),
    "identity.sign-out": _("Signed out on one device"),
    "identity.sign-out-everywhere": _("Signed out everywhere"),
    "identity.set-display": _("Chose language and text size"),
    "identity.change-phone": _("Changed their own mobile number"),
    "identity.connect-wechat": _("Connected their WeChat"),
    "identity.disconnect-wechat": _("Disconnected their WeChat"),
    "identity.set-password": _("Set a password"),
    "identity.set-second-factor": _("Set up a second factor"),
    "identity.renew-recovery-codes": _("Made new recovery codes"),
    "identity.use-recovery-code": _("Used a recovery code"),
    "identity.create-api-token": _("Made a token for a program"),
    "identity.revoke-api-token": _("Revoked a token"),
    "identity.use-api-token": _("Used a token for the first time on a day"),
    "staff.grant": _("Gave a role"),
    "staff.renew": _("Renewed a role"),
    "staff.revoke": _("Took a role away"),
}


def _staff_names(entries: list[AuditEntry]) -> dict[str, str]:
    """What accounts are called where they have a role the reader may see; of a role that was taken away, what it noted."""
    ids = {UUID(entry.object_id) for entry in entries}
    rows = db.session.execute(select(RoleGrant.account_id, RoleGrant.name).where(RoleGrant.account_id.in_(ids)))
    held = {str(row.account_id): row.name for row in rows if row.name}
    return {**detail("name")(entries), **held}


THINGS = {
    "account": Thing(_("Account"), _staff_names, planes=frozenset({Plane.STAFF, Plane.CITY})),
    "api_token": Thing(_("Token for a program")),
}
