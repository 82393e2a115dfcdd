"""Mutual-aid plans, when one may enrol in them, and who is covered.

Revision ID: help_0004
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "help_0004"
down_revision = "help_0003"
branch_labels = None
depends_on = None

# A plan is never changed: who is enrolled in it is covered by what it said. The foreign key keeps it from being deleted then.
TABLES = """
CREATE TABLE help_plans (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    version text NOT NULL CHECK (version <> ''),
    source text NOT NULL CHECK (source <> ''),
    covers_from date NOT NULL,
    covers_until date NOT NULL,
    contribution_cents bigint NOT NULL CHECK (contribution_cents >= 0),
    waiting_days integer NOT NULL CHECK (waiting_days >= 0),
    deductible_cents bigint NOT NULL CHECK (deductible_cents >= 0),
    tier_over_cents bigint[] NOT NULL,
    tier_percents integer[] NOT NULL,
    claim_cap_cents bigint NOT NULL CHECK (claim_cap_cents > 0),
    period_cap_cents bigint NOT NULL CHECK (period_cap_cents > 0),
    counted_kinds text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, name, version),
    CONSTRAINT help_plans_period CHECK (covers_from <= covers_until),
    CONSTRAINT help_plans_tiers CHECK (cardinality(tier_over_cents) = cardinality(tier_percents)
        AND 0 <= ALL (tier_percents) AND 100 >= ALL (tier_percents))
);

CREATE TABLE help_enrolment_windows (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    union_id uuid NOT NULL,
    union_path text COLLATE "C" NOT NULL,
    opens_on date NOT NULL,
    closes_on date NOT NULL,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, plan_id) REFERENCES help_plans (zone_id, id),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path),
    CONSTRAINT help_enrolment_windows_days CHECK (opens_on <= closes_on)
);
CREATE INDEX help_enrolment_windows_plan_idx ON help_enrolment_windows (zone_id, plan_id);

CREATE TABLE help_covers (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    member_id uuid NOT NULL REFERENCES members (id),
    union_path text COLLATE "C" NOT NULL,
    covered_from date NOT NULL,
    claims_from date NOT NULL,
    covered_until date NOT NULL,
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    enrolled_by uuid,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, member_id, plan_id),
    FOREIGN KEY (zone_id, plan_id) REFERENCES help_plans (zone_id, id),
    CONSTRAINT help_covers_period CHECK (covered_from <= claims_from AND covered_from <= covered_until)
);
CREATE INDEX help_covers_plan_idx ON help_covers (zone_id, plan_id);
"""


def upgrade() -> None:
    op.execute(TABLES)
    protect(
        "help_plans", member=Rule(read=ZONE), staff=Rule(read=ZONE, insert=ZONE, delete=ZONE), worker=Rule(all=ZONE)
    )
    protect("help_enrolment_windows", staff=Rule(read=ZONE, insert=ZONE, delete=ZONE), worker=Rule(all=ZONE))
    protect("help_covers", member=Rule(read=f"{ZONE} AND {OWN}"), staff=Rule(read=ZONE, insert=ZONE),
            worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE help_covers, help_enrolment_windows, help_plans")
