"""Cases that are urgent, that were answered and may go on, and what was recovered with the union's aid.

Revision ID: casework_0007
"""

from alembic import op

from tenants.policies import OWN, ZONE

revision = "casework_0007"
down_revision = "casework_0006"
branch_labels = None
depends_on = None

MINE = f"{ZONE} AND {OWN}"
PHASES = "'draft', 'open', 'returned', 'answered', 'decided', 'withdrawn', 'ended'"
FORMER_PHASES = "'draft', 'open', 'returned', 'decided', 'withdrawn', 'ended'"
UNFINISHED = "'draft', 'open', 'returned', 'answered'"
FORMERLY_UNFINISHED = "'draft', 'open', 'returned'"
# Members end what was answered; a decision they leave as it is, but for appealing it, once.
NOT_DECIDED = "(decided_by IS NULL OR (phase = 'open' AND appealed_at IS NOT NULL AND appeal_decided_by IS NULL))"
MEMBERS_MAKE = f"{MINE} AND phase <> 'decided' AND {NOT_DECIDED}"
FORMERLY_FOUND = f"{MINE} AND phase IN ('draft', 'open', 'returned', 'withdrawn', 'decided')"
FORMERLY_MADE = f"{MINE} AND phase IN ('draft', 'open', 'returned', 'withdrawn') AND {NOT_DECIDED}"


def _phases(phases: str, unfinished: str) -> None:
    op.execute(f"""
        ALTER TABLE cases DROP CONSTRAINT cases_phase_check, ADD CONSTRAINT cases_phase_check CHECK (phase IN ({phases}));
        DROP INDEX cases_one_open;
        CREATE UNIQUE INDEX cases_one_open ON cases (zone_id, member_id, kind)
            WHERE is_single AND phase IN ({unfinished}) AND appealed_at IS NULL
    """)


def _members_moves(find: str, make: str) -> None:
    op.execute(f"ALTER POLICY hall_member_update ON cases USING ({find}) WITH CHECK ({make})")


def upgrade() -> None:
    op.execute("""
        ALTER TABLE cases
            ADD COLUMN is_urgent boolean NOT NULL DEFAULT false,
            ADD COLUMN amount_recovered_cents bigint CHECK (amount_recovered_cents >= 0)
    """)
    _phases(PHASES, UNFINISHED)
    _members_moves(MINE, MEMBERS_MAKE)
    op.execute(
        "CREATE INDEX cases_queue_idx ON cases (zone_id, module, is_urgent DESC, due_at, id) WHERE phase = 'open'"
    )
    op.execute("CREATE INDEX cases_answered_idx ON cases (zone_id, module, updated_at) WHERE phase = 'answered'")
    op.execute("GRANT UPDATE (is_urgent) ON cases TO hall_member")
    op.execute("GRANT UPDATE (amount_recovered_cents) ON cases TO hall_staff")


def downgrade() -> None:
    op.execute("DROP INDEX cases_answered_idx, cases_queue_idx")
    _members_moves(FORMERLY_FOUND, FORMERLY_MADE)
    _phases(FORMER_PHASES, FORMERLY_UNFINISHED)
    op.execute("ALTER TABLE cases DROP COLUMN is_urgent, DROP COLUMN amount_recovered_cents")
