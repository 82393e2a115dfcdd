"""A case may be kept from several unions, and what the trail says of it follows when they change.

Revision ID: casework_0018
"""

from alembic import op

from tenants.policies import OWNER, UNTIED, UNTIED_TO_ONE, ZONE

revision = "casework_0018"
down_revision = "casework_0017"
branch_labels = None
depends_on = "0003_blind_paths"

INDEXES = "cases_open_idx, cases_handed_in_idx, cases_decided_idx"
READS = {"cases": f"{ZONE} AND phase <> 'draft'", "case_past": ZONE}
"""What the staff's policies ask for besides."""


def upgrade() -> None:
    op.execute(f"DROP INDEX {INDEXES}")
    for table, read in READS.items():
        op.execute(f"""
            ALTER TABLE {table} ADD COLUMN blind_paths text[] COLLATE "C" NOT NULL DEFAULT '{{}}'
                CHECK ('' <> ALL (blind_paths) AND array_position(blind_paths, NULL) IS NULL);
            UPDATE {table} SET blind_paths = ARRAY[blind_path] WHERE blind_path IS NOT NULL;
            ALTER POLICY hall_staff_select ON {table} USING ({read} AND {UNTIED});
        """)  # noqa: S608 - tables of ours
    seen = f"{READS['cases']} AND {UNTIED}"
    op.execute(f"ALTER POLICY hall_staff_update ON cases USING ({seen}) WITH CHECK ({seen})")
    for table in READS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN blind_end, DROP COLUMN blind_path")
    op.execute("GRANT UPDATE (blind_paths) ON cases TO hall_member")
    op.execute(_indexes("blind_paths"))
    op.execute(_keep_blind("blind_paths"))
    op.execute("""
        CREATE FUNCTION trail_follows_blind_cases() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = public, pg_temp AS $$
        BEGIN
            UPDATE audit_entries SET blind_paths = NEW.blind_paths
                WHERE zone_id = NEW.zone_id AND object_type = 'case' AND object_id = NEW.id::text;
            RETURN NULL;
        END $$;
        CREATE TRIGGER trail_follows_blind_cases AFTER UPDATE OF blind_paths ON cases
            FOR EACH ROW WHEN (OLD.blind_paths <> NEW.blind_paths) EXECUTE FUNCTION trail_follows_blind_cases();
    """)
    op.execute(f"ALTER FUNCTION trail_follows_blind_cases OWNER TO {OWNER}")


def downgrade() -> None:
    op.execute("DROP TRIGGER trail_follows_blind_cases ON cases; DROP FUNCTION trail_follows_blind_cases")
    op.execute(f"DROP INDEX {INDEXES}")
    for table, read in READS.items():
        op.execute(f"""
            ALTER TABLE {table} ADD COLUMN blind_path text COLLATE "C" CHECK (blind_path <> ''),
                ADD COLUMN blind_end text COLLATE "C" GENERATED ALWAYS AS (left(blind_path, -1) || '/') STORED;
            UPDATE {table} SET blind_path = blind_paths[1];
            ALTER POLICY hall_staff_select ON {table} USING ({read} AND {UNTIED_TO_ONE});
        """)  # noqa: S608 - tables of ours
    seen = f"{READS['cases']} AND {UNTIED_TO_ONE}"
    op.execute(f"ALTER POLICY hall_staff_update ON cases USING ({seen}) WITH CHECK ({seen})")
    for table in READS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN blind_paths")
    op.execute("GRANT UPDATE (blind_path) ON cases TO hall_member")
    op.execute(_indexes("blind_path, blind_end"))
    op.execute(_keep_blind("blind_path"))


def _indexes(blind: str) -> str:
    """Each includes what the staff's policy on `cases` and the figures ask for, so that no case itself is read."""
    return f"""
        CREATE INDEX cases_open_idx ON cases (zone_id, module, handler_id)
            INCLUDE (phase, handler_name, due_at, {blind}) WHERE phase = 'open';
        CREATE INDEX cases_handed_in_idx ON cases (zone_id, module, kind, month_handed_in)
            INCLUDE (phase, amount_requested_cents, {blind}) WHERE phase <> 'draft';
        CREATE INDEX cases_decided_idx ON cases (zone_id, module, kind, state, month_closed)
            INCLUDE (phase, amount_granted_cents, answered_in_days, answered_in_time, {blind}) WHERE phase = 'decided';
    """


def _keep_blind(column: str) -> str:
    """Every entry about a case is kept from whom the case is kept from, whoever writes it."""
    return f"""
        CREATE OR REPLACE FUNCTION keep_blind_cases_blind() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = public, pg_temp AS $$
        BEGIN
            NEW.{column} := coalesce(
                (SELECT {column} FROM cases WHERE zone_id = NEW.zone_id AND id = NEW.object_id::uuid), NEW.{column});
            RETURN NEW;
        END $$
    """  # noqa: S608 - a column of ours
