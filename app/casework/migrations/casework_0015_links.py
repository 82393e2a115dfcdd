"""Cases linked with each other, and cases merged into one.

Revision ID: casework_0015
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0015"
down_revision = "casework_0014"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE case_links (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    other_id uuid NOT NULL CHECK (other_id <> case_id),
    relation text NOT NULL CHECK (relation IN ('same_matter', 'same_household', 'follow_up')),
    reason_cipher bytea NOT NULL,
    linked_by uuid NOT NULL,
    linked_by_name text NOT NULL,
    linked_at timestamptz NOT NULL DEFAULT now(),
    unlinked_by uuid,
    unlinked_by_name text NOT NULL DEFAULT '',
    unlinked_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, other_id) REFERENCES cases (zone_id, id) ON DELETE CASCADE,
    CONSTRAINT case_links_unlinked CHECK ((unlinked_at IS NULL) = (unlinked_by IS NULL))
);
CREATE UNIQUE INDEX case_links_pair ON case_links (zone_id, least(case_id, other_id), greatest(case_id, other_id))
    WHERE unlinked_at IS NULL;
CREATE INDEX case_links_case_idx ON case_links (zone_id, case_id);
CREATE INDEX case_links_other_idx ON case_links (zone_id, other_id);

CREATE TABLE case_merges (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    into_id uuid NOT NULL CHECK (into_id <> case_id),
    merged_by uuid NOT NULL,
    merged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, case_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, into_id) REFERENCES cases (zone_id, id) ON DELETE CASCADE
);
CREATE INDEX case_merges_into_idx ON case_merges (zone_id, into_id);
"""
MINE = f"{ZONE} AND {OWN}"
NOT_DECIDED = "(decided_by IS NULL OR (phase = 'open' AND appealed_at IS NOT NULL AND appeal_decided_by IS NULL))"
# A merge is the union's, like a decision.
MEMBERS_MAKE = f"{MINE} AND phase NOT IN ('decided', 'merged') AND {NOT_DECIDED}"
FORMERLY_MADE = f"{MINE} AND phase <> 'decided' AND {NOT_DECIDED}"
OVER = "'decided', 'withdrawn', 'ended'"


def _phases(over: str) -> None:
    op.execute(f"""
        ALTER TABLE cases DROP CONSTRAINT cases_phase_check, DROP CONSTRAINT cases_closed,
            ADD CONSTRAINT cases_phase_check CHECK (phase IN ('draft', 'open', 'returned', 'answered', {over})),
            ADD CONSTRAINT cases_closed CHECK ((closed_at IS NOT NULL) = (phase IN ({over})))
    """)


def _seen(table: str, *columns: str) -> str:
    """The condition that the reader's plane sees every case that these columns name."""
    seen = [
        f"EXISTS (SELECT 1 FROM cases c WHERE c.zone_id = {table}.zone_id AND c.id = {table}.{column})"  # noqa: S608 - constants only
        for column in columns
    ]
    return " AND ".join((ZONE, *seen))


def upgrade() -> None:
    _phases(f"{OVER}, 'merged'")
    op.execute(f"ALTER POLICY hall_member_update ON cases WITH CHECK ({MEMBERS_MAKE})")
    op.execute("GRANT UPDATE (is_urgent) ON cases TO hall_staff")
    op.execute(TABLES)
    both = _seen("case_links", "case_id", "other_id")
    protect("case_links", staff=Rule(read=both, insert=both, update=both,
                                     update_columns="unlinked_by, unlinked_by_name, unlinked_at"),
            worker=Rule(all=ZONE))  # fmt: skip
    both = _seen("case_merges", "case_id", "into_id")
    protect("case_merges", member=Rule(read=MINE), staff=Rule(read=both, insert=both), worker=Rule(all=ZONE))


def downgrade() -> None:
    op.execute("DROP TABLE case_merges, case_links")
    op.execute("REVOKE UPDATE (is_urgent) ON cases FROM hall_staff")
    op.execute(f"ALTER POLICY hall_member_update ON cases WITH CHECK ({FORMERLY_MADE})")
    _phases(OVER)
