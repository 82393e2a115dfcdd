"""Taking unspent beans of an issue back, by two people.

Revision ID: benefits_0006
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "benefits_0006"
down_revision = "benefits_0005"
branch_labels = None
depends_on = None

CHANGED_BY_STAFF = "state, version, checked_by, checked_by_name, checked_at, answer"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE bean_reclaims (
            zone_id uuid NOT NULL REFERENCES zones (id),
            id uuid NOT NULL,
            issue_id uuid NOT NULL,
            whom text NOT NULL CHECK (whom IN ('left', 'everybody')),
            reason text NOT NULL CHECK (reason <> ''),
            state text NOT NULL CHECK (state IN ('proposed', 'approved', 'done', 'refused', 'withdrawn')),
            version integer NOT NULL DEFAULT 1,
            made_by uuid NOT NULL,
            made_by_name text NOT NULL,
            made_at timestamptz NOT NULL DEFAULT now(),
            checked_by uuid,
            checked_by_name text NOT NULL DEFAULT '',
            checked_at timestamptz,
            answer text NOT NULL DEFAULT '',
            members integer NOT NULL DEFAULT 0 CHECK (members >= 0),
            taken bigint NOT NULL DEFAULT 0 CHECK (taken >= members),
            done_at timestamptz,
            PRIMARY KEY (zone_id, id),
            FOREIGN KEY (zone_id, issue_id) REFERENCES bean_issues (zone_id, id),
            CONSTRAINT bean_reclaims_two_people CHECK (checked_by <> made_by),
            CONSTRAINT bean_reclaims_checked
                CHECK (state NOT IN ('approved', 'done', 'refused') OR (checked_by IS NOT NULL AND checked_at IS NOT NULL)),
            CONSTRAINT bean_reclaims_done CHECK ((state = 'done') = (done_at IS NOT NULL))
        );
        CREATE UNIQUE INDEX bean_reclaims_one_at_a_time ON bean_reclaims (zone_id, issue_id)
            WHERE state IN ('proposed', 'approved');
        CREATE INDEX bean_reclaims_issue_idx ON bean_reclaims (zone_id, issue_id, id);
    """)
    protect("bean_reclaims",
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'proposed'", update=ZONE, update_columns=CHANGED_BY_STAFF),
            worker=Rule(read=ZONE, update=ZONE))  # fmt: skip
    op.execute(f"ALTER POLICY hall_staff_update ON bean_reclaims USING ({ZONE} AND state = 'proposed')")
    op.execute(f"ALTER POLICY hall_worker_update ON bean_reclaims USING ({ZONE} AND state = 'approved')")


def downgrade() -> None:
    op.execute("DROP TABLE bean_reclaims")
