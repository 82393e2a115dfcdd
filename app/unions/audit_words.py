"""What the audit trail calls deeds on the tree of unions."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing, column
from app.unions.models import Union
from tenants.context import Plane

ACTIONS = {
    "unions.create": _("Added a union"),
    "unions.import": _("Imported a list of unions"),
}
THINGS = {"union": Thing(_("Union"), column(Union.name), planes=frozenset({Plane.STAFF, Plane.CITY}))}
