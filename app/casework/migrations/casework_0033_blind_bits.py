"""Whom a case is kept from is known by a number for most rows: what counts cases reads all of them.

Revision ID: casework_0033
"""

from alembic import op

from tenants.policies import OWNER, UNTIED, UNTIED_BY_BITS, ZONE

revision = "casework_0033"
down_revision = "casework_0032"
branch_labels = None
depends_on = None

# A bit for each path. What is kept in a table never changes with the server's version, as its own hashes may.
BITS = """
CREATE FUNCTION path_bits(paths text[]) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(bit_or(1::bigint << get_byte(decode(md5(path), 'hex'), 0) % 63), 0) FROM unnest(paths) AS path
$$;
"""
INDEXES = "cases_open_idx, cases_handed_in_idx, cases_first_answer_idx, cases_ended_idx"
HANDED_IN, ANSWERED = "phase <> 'draft'", "month_answered IS NOT NULL"
COUNTED = "phase NOT IN ('draft', 'merged', 'handed_over')"


def upgrade() -> None:
    op.execute(BITS)
    op.execute(f"ALTER FUNCTION path_bits OWNER TO {OWNER}")
    op.execute(
        "ALTER TABLE cases ADD COLUMN blind_bits bigint NOT NULL GENERATED ALWAYS AS (path_bits(blind_paths)) STORED"
    )
    op.execute(f"ALTER POLICY hall_staff_select ON cases USING ({ZONE} AND phase <> 'draft' AND {UNTIED_BY_BITS})")
    op.execute(f"DROP INDEX {INDEXES}")
    op.execute(_indexes("blind_bits, blind_paths", handed_in=COUNTED, answered=f"{ANSWERED} AND {COUNTED}"))


def downgrade() -> None:
    op.execute(f"ALTER POLICY hall_staff_select ON cases USING ({ZONE} AND phase <> 'draft' AND {UNTIED})")
    op.execute(f"DROP INDEX {INDEXES}")
    op.execute("ALTER TABLE cases DROP COLUMN blind_bits")
    op.execute("DROP FUNCTION path_bits")
    op.execute(_indexes("blind_paths", handed_in=HANDED_IN, answered=ANSWERED))


def _indexes(blind: str, *, handed_in: str, answered: str) -> str:
    """Each includes what the staff's policy on `cases` and the figures ask for, so that no case itself is read."""
    return f"""
        CREATE INDEX cases_open_idx ON cases (zone_id, module, handler_id)
            INCLUDE (phase, handler_name, due_at, {blind}) WHERE phase = 'open';
        CREATE INDEX cases_handed_in_idx ON cases (zone_id, module, kind, month_handed_in)
            INCLUDE (phase, amount_requested_cents, {blind}) WHERE {handed_in};
        CREATE INDEX cases_first_answer_idx ON cases (zone_id, module, kind, month_answered, answered_in_days)
            INCLUDE (answered_in_time, phase, {blind}) WHERE {answered};
        CREATE INDEX cases_ended_idx ON cases (zone_id, module, kind, state, month_closed)
            INCLUDE (phase, amount_granted_cents, amount_paid_cents, amount_recovered_cents, {blind})
            WHERE phase IN ('decided', 'ended');
    """
