"""Beans that are promised as prizes: kept apart in their budget until they are won, or not.

Revision ID: benefits_0015
"""

from alembic import op

revision = "benefits_0015"
down_revision = "benefits_0014"
branch_labels = None
depends_on = None

MOVES = {
    "appropriate": ("funding", "budget"),
    "withdraw": ("budget", "funding"),
    "issue": ("budget", "member"),
    "hold": ("member", "held"),
    "release": ("held", "member"),
    "spend": ("held", "spent"),
    "refund": ("spent", "member"),
    "expire": ("member", "budget"),
    "reclaim": ("member", "budget"),
}
OF_PRIZES = {
    "promise": ("budget", "promised"),
    "award": ("promised", "member"),
    "recall": ("member", "promised"),
    "discharge": ("promised", "budget"),
}
WITHIN_A_LOT = ("hold", "release", "spend", "refund")
ACCOUNTS = ("funding", "budget", "member", "held", "spent")


def _listed(words) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _balanced(moves: dict[str, tuple[str, str]], within_a_lot: tuple[str, ...]) -> str:
    table = ", ".join(f"('{kind}', '{source}', '{target}')" for kind, (source, target) in moves.items())
    return f"""
CREATE OR REPLACE FUNCTION check_bean_transaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE fault text;
BEGIN
    WITH entries AS (
        SELECT e.amount, a.kind, a.budget_id, a.lot_id, a.member_id
        FROM bean_entries e JOIN bean_accounts a ON a.zone_id = e.zone_id AND a.id = e.account_id
        WHERE e.zone_id = NEW.zone_id AND e.transaction_id = NEW.id
    ), move AS (
        SELECT source, target FROM (VALUES {table}) AS moves (kind, source, target) WHERE kind = NEW.kind
    )
    SELECT CASE
        WHEN NEW.made_in <> pg_current_xact_id() THEN 'names another transaction of the database'
        WHEN NOT EXISTS (SELECT 1 FROM entries) THEN 'has no entries'
        WHEN EXISTS (SELECT 1 FROM entries, move WHERE kind <> CASE WHEN amount < 0 THEN source ELSE target END)
            THEN 'moves beans its kind does not'
        WHEN EXISTS (SELECT 1 FROM entries GROUP BY budget_id HAVING sum(amount) <> 0) THEN 'does not come to zero in a budget'
        WHEN NEW.kind IN ({_listed(within_a_lot)})
            AND EXISTS (SELECT 1 FROM entries GROUP BY lot_id HAVING sum(amount) <> 0) THEN 'does not come to zero in a lot'
        WHEN NEW.kind IN ('hold', 'release')
            AND EXISTS (SELECT 1 FROM entries GROUP BY member_id HAVING sum(amount) <> 0)
            THEN 'does not come to zero for a member'
    END INTO fault;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'transaction % of beans %', NEW.id, fault
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bean_transactions_balanced';
    END IF;
    RETURN NULL;
END $$;
"""  # noqa: S608 - constants only


def _allow(accounts: tuple[str, ...], moves: dict[str, tuple[str, str]]) -> None:
    for table, kinds in (("bean_accounts", accounts), ("bean_transactions", tuple(moves))):
        op.execute(f"""
            ALTER TABLE {table} DROP CONSTRAINT {table}_kind_check;
            ALTER TABLE {table} ADD CONSTRAINT {table}_kind_check CHECK (kind IN ({_listed(kinds)}));
        """)


def upgrade() -> None:
    _allow((*ACCOUNTS, "promised"), MOVES | OF_PRIZES)
    op.execute(_balanced(MOVES | OF_PRIZES, (*WITHIN_A_LOT, "award", "recall")))


def downgrade() -> None:
    op.execute(_balanced(MOVES, WITHIN_A_LOT))
    _allow(ACCOUNTS, MOVES)
