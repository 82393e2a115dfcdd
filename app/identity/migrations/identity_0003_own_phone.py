"""People change their own mobile number: the account and the member it speaks for change together.

Revision ID: identity_0003
"""

from alembic import op

from tenants.context import Plane
from tenants.policies import OWN, Rule, protect

revision = "identity_0003"
down_revision = "identity_0002"
branch_labels = None
depends_on = None

COLUMNS = "phone_cipher, phone_index, updated_at"


def upgrade() -> None:
    own = OWN.replace("member_id", "id")
    protect("members", identity=Rule(update=own, update_columns=COLUMNS))


def downgrade() -> None:
    op.execute(f"DROP POLICY {Plane.IDENTITY}_update ON members")
    op.execute(f"REVOKE UPDATE ({COLUMNS}) ON members FROM {Plane.IDENTITY}")
