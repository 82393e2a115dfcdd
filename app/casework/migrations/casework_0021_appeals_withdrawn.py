"""A member withdraws an appeal: the decision stands.

Revision ID: casework_0021
"""

from alembic import op

from tenants.policies import OWN, ZONE

revision = "casework_0021"
down_revision = "casework_0020"
branch_labels = None
depends_on = None

WITHDRAWN = """
ALTER TABLE cases ADD COLUMN appeal_withdrawn_at timestamptz,
    DROP CONSTRAINT cases_appealed,
    ADD CONSTRAINT cases_appealed CHECK (CASE WHEN appealed_at IS NULL THEN appeal_withdrawn_at IS NULL
        ELSE decided_by IS NOT NULL AND num_nonnulls(appeal_decided_by, appeal_withdrawn_at)
            = CASE WHEN phase = 'decided' THEN 1 ELSE 0 END END);
GRANT UPDATE (appeal_withdrawn_at) ON cases TO hall_member, hall_staff;
"""
NEVER_WITHDRAWN = """
ALTER TABLE cases DROP CONSTRAINT cases_appealed, DROP COLUMN appeal_withdrawn_at,
    ADD CONSTRAINT cases_appealed CHECK (appealed_at IS NULL OR
        (decided_by IS NOT NULL AND (phase <> 'decided' OR appeal_decided_by IS NOT NULL)));
"""
MINE = f"{ZONE} AND {OWN}"
BEFORE = f"""{MINE} AND phase NOT IN ('decided', 'merged')
    AND (decided_by IS NULL OR (phase = 'open' AND appealed_at IS NOT NULL AND appeal_decided_by IS NULL))"""
# Of what staff decided a member changes nothing but to appeal, and to let the decision stand after all.
NOW = f"({BEFORE}) OR ({MINE} AND phase = 'decided' AND appeal_withdrawn_at IS NOT NULL AND appeal_decided_by IS NULL)"


def upgrade() -> None:
    op.execute(WITHDRAWN)
    op.execute(f"ALTER POLICY hall_member_update ON cases WITH CHECK ({NOW})")


def downgrade() -> None:
    op.execute(f"ALTER POLICY hall_member_update ON cases WITH CHECK ({BEFORE})")
    op.execute(NEVER_WITHDRAWN)
