"""Prizes of beans beside those of vouchers.

Revision ID: events_0009
"""

from alembic import op

revision = "events_0009"
down_revision = "events_0008"
branch_labels = None
depends_on = "benefits_0015"

OUTCOMES = ("given", "before", "none-left", "enough", "capped", "over", "closed")


def _allow(outcomes: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in outcomes)
    op.execute(f"""
        ALTER TABLE events_wins DROP CONSTRAINT events_wins_outcome_check;
        ALTER TABLE events_wins ADD CONSTRAINT events_wins_outcome_check CHECK (outcome IN ({listed}));
    """)


def upgrade() -> None:
    op.execute("""
        ALTER TABLE events_prizes
            ALTER batch_id DROP NOT NULL,
            ADD budget_id uuid,
            ADD beans bigint CHECK (beans > 0),
            ADD FOREIGN KEY (zone_id, budget_id) REFERENCES bean_budgets (zone_id, id),
            ADD CONSTRAINT events_prizes_of_one_kind CHECK (num_nonnulls(batch_id, budget_id) = 1
                AND (beans IS NULL) = (budget_id IS NULL));
    """)
    _allow((*OUTCOMES, "stranger"))


def downgrade() -> None:
    _allow(OUTCOMES)
    op.execute("ALTER TABLE events_prizes DROP beans, DROP budget_id, ALTER batch_id SET NOT NULL")
