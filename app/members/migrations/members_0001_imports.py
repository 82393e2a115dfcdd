"""Roster imports with their staging and undo log; members' requests for correction.

Revision ID: members_0001
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "members_0001"
down_revision = None
branch_labels = ("members",)
depends_on = "0001_foundation"

# Staged rows and the log name members without a foreign key: they may outlive a member whose import was undone.
IMPORTS = """
CREATE TABLE members_import_batches (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('uploaded', 'unreadable', 'ready', 'committing', 'committed',
                                         'undoing', 'undone', 'discarded')),
    filename text NOT NULL,
    default_union_id uuid NOT NULL REFERENCES unions (id),
    upload bytea,
    columns jsonb NOT NULL DEFAULT '{}',
    ignored jsonb NOT NULL DEFAULT '[]',
    problem jsonb NOT NULL DEFAULT '{}',
    total integer NOT NULL DEFAULT 0,
    counts jsonb NOT NULL DEFAULT '{}',
    undo_counts jsonb NOT NULL DEFAULT '{}',
    cursor integer NOT NULL DEFAULT 0,
    task_id uuid,
    created_by uuid,
    created_by_name text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    moved_at timestamptz NOT NULL DEFAULT now(),
    committed_at timestamptz,
    undone_at timestamptz,
    PRIMARY KEY (zone_id, id)
);

CREATE TABLE members_import_rows (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    line integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('new', 'changed', 'same', 'kept', 'transfer', 'refused')),
    id_index bytea,
    phone_index bytea,
    member_id uuid,
    sealed bytea,
    report bytea,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, batch_id) REFERENCES members_import_batches (zone_id, id)
);
CREATE UNIQUE INDEX members_import_rows_line_key ON members_import_rows (zone_id, batch_id, line);
CREATE INDEX members_import_rows_shown_idx ON members_import_rows (zone_id, batch_id, outcome, line)
    WHERE outcome IN ('changed', 'kept', 'transfer', 'refused');

CREATE TABLE members_import_changes (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    line integer NOT NULL,
    member_id uuid NOT NULL,
    is_new_member boolean NOT NULL,
    membership_id uuid,
    former_membership_id uuid,
    sealed bytea NOT NULL,
    refusal text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, batch_id) REFERENCES members_import_batches (zone_id, id)
);
CREATE UNIQUE INDEX members_import_changes_line_key ON members_import_changes (zone_id, batch_id, line);
CREATE INDEX members_import_changes_member_idx ON members_import_changes (zone_id, member_id);
"""

CORRECTIONS = """
CREATE TABLE members_corrections (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    member_id uuid NOT NULL REFERENCES members (id),
    field text NOT NULL CHECK (field IN ('name', 'gender', 'birth_date', 'phone', 'id_number', 'email', 'education',
                                         'membership', 'other')),
    wanted bytea NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done', 'declined')),
    answer text NOT NULL DEFAULT '',
    answered_by uuid,
    answered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id)
);
CREATE INDEX members_corrections_open_idx ON members_corrections (zone_id, id) WHERE status = 'open';
CREATE INDEX members_corrections_member_idx ON members_corrections (zone_id, member_id, id);
"""


# A phone that somebody signs in with is theirs: imports ask whose account has which, and learn no more of accounts.
PROVED_PHONES = """
GRANT SELECT (member_id, phone_index) ON accounts TO hall_worker;
CREATE POLICY hall_worker_proved_phones ON accounts FOR SELECT TO hall_worker USING (member_id IS NOT NULL);
"""


def upgrade() -> None:
    op.execute(IMPORTS)
    op.execute(CORRECTIONS)
    op.execute(PROVED_PHONES)
    protect("members_import_batches",
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="state, task_id, upload, cursor, undo_counts, moved_at, committed_at"),
            worker=Rule(all=ZONE))  # fmt: skip
    protect("members_import_rows", staff=Rule(read=ZONE, delete=ZONE), worker=Rule(all=ZONE))
    protect("members_import_changes", staff=Rule(read=ZONE), worker=Rule(all=ZONE))
    protect(
        "members_corrections",
        member=Rule(read=f"{ZONE} AND {OWN}", insert=f"{ZONE} AND {OWN} AND status = 'open'"),
        staff=Rule(read=ZONE, update=ZONE, update_columns="status, answer, answered_by, answered_at"),
        worker=Rule(all=ZONE),
    )


def downgrade() -> None:
    op.execute("DROP POLICY hall_worker_proved_phones ON accounts")
    op.execute("REVOKE SELECT (member_id, phone_index) ON accounts FROM hall_worker")
    op.execute("""
        DROP TABLE members_corrections, members_import_changes, members_import_rows, members_import_batches
    """)
