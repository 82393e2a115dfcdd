"""What two people decide on budgets: money in and out, catalogues; and what the checks of the ledgers found.

Revision ID: benefits_0008
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "benefits_0008"
down_revision = "benefits_0007"
branch_labels = None
depends_on = None

PROPOSAL = """
    state text NOT NULL CHECK (state IN ('submitted', 'approved', 'refused', 'withdrawn')),
    version integer NOT NULL DEFAULT 1,
    made_by uuid NOT NULL,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    checked_by uuid,
    checked_by_name text NOT NULL DEFAULT '',
    checked_at timestamptz,
    reason text NOT NULL DEFAULT '',
    CONSTRAINT {table}_checked CHECK ((state IN ('approved', 'refused')) = (checked_by IS NOT NULL AND checked_at IS NOT NULL)),
    CONSTRAINT {table}_two_people CHECK (checked_by <> made_by)
"""
TABLES = f"""
CREATE TABLE bean_appropriations (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    budget_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('appropriate', 'withdraw')),
    amount bigint NOT NULL CHECK (amount > 0),
    ground text NOT NULL CHECK (ground <> ''),
    {PROPOSAL.format(table="bean_appropriations")},
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, budget_id) REFERENCES bean_budgets (zone_id, id)
);
CREATE INDEX bean_appropriations_budget_idx ON bean_appropriations (zone_id, budget_id, id);

CREATE TABLE bean_catalogue_changes (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    catalogue_id uuid NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    categories text[] COLLATE "C" NOT NULL CHECK (cardinality(categories) > 0 AND '' <> ALL (categories)),
    {PROPOSAL.format(table="bean_catalogue_changes")},
    PRIMARY KEY (zone_id, id)
);
CREATE UNIQUE INDEX bean_catalogue_changes_one_idx ON bean_catalogue_changes (zone_id, catalogue_id) WHERE state = 'submitted';

CREATE TABLE benefit_checks (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    ledger text COLLATE "C" NOT NULL,
    faults jsonb NOT NULL,
    checked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT benefit_checks_one UNIQUE (zone_id, ledger)
);
"""
DECIDED = "state, version, checked_by, checked_by_name, checked_at, reason"


def upgrade() -> None:
    op.execute(TABLES)
    proposed = f"{ZONE} AND state = 'submitted'"
    for table in ("bean_appropriations", "bean_catalogue_changes"):
        protect(
            table, staff=Rule(read=ZONE, insert=proposed, update=ZONE, update_columns=DECIDED), worker=Rule(read=ZONE)
        )
        # What was decided stays.
        op.execute(f"ALTER POLICY hall_staff_update ON {table} USING ({proposed}) WITH CHECK ({ZONE})")
    op.execute("GRANT UPDATE (title, categories) ON bean_catalogues TO hall_staff")
    op.execute(
        f"CREATE POLICY hall_staff_update ON bean_catalogues FOR UPDATE TO hall_staff USING ({ZONE}) WITH CHECK ({ZONE})"
    )
    protect("benefit_checks", staff=Rule(read=ZONE), worker=Rule(all=ZONE))


def downgrade() -> None:
    op.execute(
        "DROP POLICY hall_staff_update ON bean_catalogues; REVOKE UPDATE (title, categories) ON bean_catalogues FROM hall_staff"
    )
    op.execute("DROP TABLE benefit_checks, bean_catalogue_changes, bean_appropriations")
