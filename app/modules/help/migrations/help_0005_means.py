"""What cases were calculated by.

Revision ID: help_0005
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "help_0005"
down_revision = "help_0004"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE help_means (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    basis text NOT NULL CHECK (basis IN ('typed', 'established')),
    rules jsonb NOT NULL,
    household_cipher bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);
CREATE INDEX help_means_case_idx ON help_means (zone_id, case_id, id);
"""
OF_A_CASE = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM cases c WHERE c.zone_id = help_means.zone_id AND c.id = help_means.case_id)"""  # noqa: S608 - constants


def upgrade() -> None:
    op.execute(TABLE)
    # Figures are typed by the member they are about, and established by staff: neither writes in the other's name.
    protect(
        "help_means",
        member=Rule(read=f"{ZONE} AND {OWN}", insert=f"{ZONE} AND {OWN} AND basis = 'typed'"),
        staff=Rule(read=OF_A_CASE, insert=f"{OF_A_CASE} AND basis = 'established'"),
        worker=Rule(all=ZONE),
    )


def downgrade() -> None:
    op.execute("DROP TABLE help_means")
