"""Accounts and entries of beans are checked set by set, not row by row, and balances change in place.

Revision ID: benefits_0014
"""

from alembic import op

from tenants.policies import OWNER, RUNNING_ZONE

revision = "benefits_0014"
down_revision = "benefits_0013"
branch_labels = None
depends_on = None

# A foreign key asks for every row, and once more when a row changes in the transaction that made it, as each new account does.
# What these four say, two statement triggers ask once for each budget, lot and transaction. Nobody may delete any of them.
KEYS = {
    "bean_accounts": {
        "bean_accounts_zone_id_budget_id_fkey": "(zone_id, budget_id) REFERENCES bean_budgets (zone_id, id)",
        "bean_accounts_zone_id_lot_id_budget_id_fkey": (
            "(zone_id, lot_id, budget_id) REFERENCES bean_lots (zone_id, id, budget_id)"
        ),
    },
    "bean_entries": {
        "bean_entries_zone_id_transaction_id_fkey": "(zone_id, transaction_id) REFERENCES bean_transactions (zone_id, id)",
        "bean_entries_zone_id_account_id_fkey": "(zone_id, account_id) REFERENCES bean_accounts (zone_id, id)",
    },
    # Its zone is the running one: only functions of the owner write it.
    "benefit_gifts": {"benefit_gifts_zone_id_fkey": "(zone_id) REFERENCES zones (id)"},
}
ACCOUNTS = """
CREATE FUNCTION check_bean_accounts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT zone_id, budget_id, lot_id FROM opened) o
               WHERE NOT EXISTS (SELECT 1 FROM bean_budgets b WHERE b.zone_id = o.zone_id AND b.id = o.budget_id)
                  OR (o.lot_id IS NOT NULL AND NOT EXISTS (
                      SELECT 1 FROM bean_lots l
                      WHERE l.zone_id = o.zone_id AND l.id = o.lot_id AND l.budget_id = o.budget_id))) THEN
        RAISE EXCEPTION 'an account of beans belongs to a budget, and to a lot of it'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'bean_accounts_budget';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_bean_accounts AFTER INSERT ON bean_accounts
    REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION check_bean_accounts();
"""
# An entry of no transaction is one of no running transaction. Accounts are locked in one order.
BALANCES = """
CREATE OR REPLACE FUNCTION move_bean_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE moved_accounts bigint;
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT zone_id, transaction_id FROM moved) m
               LEFT JOIN bean_transactions t ON t.zone_id = m.zone_id AND t.id = m.transaction_id
               WHERE t.made_in IS DISTINCT FROM pg_current_xact_id()) THEN
        RAISE EXCEPTION 'a transaction of beans that is committed takes no more entries'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bean_entries_closed';
    END IF;
    PERFORM 1 FROM bean_accounts a JOIN moved m ON m.zone_id = a.zone_id AND m.account_id = a.id
        ORDER BY a.zone_id, a.id FOR NO KEY UPDATE OF a;
    UPDATE bean_accounts a SET balance = a.balance + m.amount
        FROM (SELECT zone_id, account_id, sum(amount) AS amount FROM moved GROUP BY zone_id, account_id) m
        WHERE a.zone_id = m.zone_id AND a.id = m.account_id;
    GET DIAGNOSTICS moved_accounts = ROW_COUNT;
    IF moved_accounts <> (SELECT count(*) FROM (SELECT DISTINCT zone_id, account_id FROM moved) m) THEN
        RAISE EXCEPTION 'an entry of beans belongs to an account'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'bean_entries_account';
    END IF;
    RETURN NULL;
END $$;
"""
# Ids that grow with the time fill the end of their index, where random ones scatter over it.
REGISTER = f"""
CREATE OR REPLACE FUNCTION register_benefit_gifts(
    of_kind text, of_thing uuid, in_category text, with_earmark text, on_day date, who uuid[], cents bigint[]
) RETURNS TABLE (member_id uuid, rule_id uuid, over_cents bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_of_id text := lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
        || '7' || left(replace(gen_random_uuid()::text, '-', ''), 3) || '8' || right(gen_random_uuid()::text, 7);
BEGIN
    -- One gift of a member's after the other, whichever zones give, in one order; the next statement sees what the others gave.
    PERFORM 1 FROM members m WHERE m.id = ANY (who) ORDER BY m.id FOR NO KEY UPDATE;
    RETURN QUERY
        WITH refused AS MATERIALIZED (
            SELECT DISTINCT ON (e.member_id) e.* FROM benefit_caps_exceeded(of_thing, in_category, with_earmark, on_day, who, cents) e
            ORDER BY e.member_id, e.over_cents DESC, e.rule_id
        ), made AS (
            INSERT INTO benefit_gifts (zone_id, id, member_id, category, earmark, given_on, value_cents, thing, thing_id)
            SELECT {RUNNING_ZONE}, (first_of_id || lpad(to_hex(row_number() OVER ()), 8, '0'))::uuid, a.member_id, in_category,
                with_earmark, on_day, sum(a.cents), of_kind, of_thing
            FROM unnest(who, cents) AS a (member_id, cents)
            WHERE NOT EXISTS (SELECT 1 FROM refused r WHERE r.member_id = a.member_id)
            GROUP BY a.member_id
            ON CONFLICT ON CONSTRAINT benefit_gifts_once DO NOTHING
        )
        SELECT r.member_id, r.rule_id, r.over_cents FROM refused r;
END $$;
"""  # noqa: S608 - constants only


def upgrade() -> None:
    for table, keys in KEYS.items():
        for name in keys:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table in ("bean_budgets", "bean_lots"):
        op.execute(f"GRANT SELECT ON {table} TO {OWNER}")
        op.execute(f"CREATE POLICY {OWNER}_select ON {table} FOR SELECT TO {OWNER} USING (true)")
    for trigger in (ACCOUNTS, BALANCES, REGISTER):
        op.execute(trigger)
    op.execute(f"ALTER FUNCTION check_bean_accounts() OWNER TO {OWNER}")
    # Every balance changes right after its account is opened: with room in its page the change stays in place (HOT).
    op.execute("ALTER TABLE bean_accounts SET (fillfactor = 45)")


def downgrade() -> None:
    op.execute("ALTER TABLE bean_accounts RESET (fillfactor)")
    op.execute("DROP TRIGGER check_bean_accounts ON bean_accounts; DROP FUNCTION check_bean_accounts()")
    for table in ("bean_budgets", "bean_lots"):
        op.execute(f"DROP POLICY {OWNER}_select ON {table}")
    for table, keys in KEYS.items():
        for name, key in keys.items():
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {key}")
