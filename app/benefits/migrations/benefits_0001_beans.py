"""The beans' ledger: catalogues, budgets and lots, accounts, transactions and their entries.

Revision ID: benefits_0001
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "benefits_0001"
down_revision = None
branch_labels = ("benefits",)
depends_on = "0001_foundation"

TABLES = """
CREATE TABLE bean_catalogues (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    categories text[] COLLATE "C" NOT NULL CHECK (cardinality(categories) > 0 AND '' <> ALL (categories)),
    PRIMARY KEY (zone_id, id)
);

CREATE TABLE bean_budgets (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    union_id uuid NOT NULL,
    union_path text COLLATE "C" NOT NULL,
    catalogue_id uuid NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    year smallint NOT NULL CHECK (year BETWEEN 2000 AND 2999),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path) ON UPDATE CASCADE,
    FOREIGN KEY (zone_id, catalogue_id) REFERENCES bean_catalogues (zone_id, id)
);

CREATE TABLE bean_lots (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    budget_id uuid NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    expires_on date NOT NULL,
    grace_days smallint NOT NULL CHECK (grace_days BETWEEN 0 AND 366),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, id, budget_id),
    FOREIGN KEY (zone_id, budget_id) REFERENCES bean_budgets (zone_id, id)
);
CREATE INDEX bean_lots_expiry_idx ON bean_lots (zone_id, expires_on, id);

CREATE TABLE bean_issues (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    budget_id uuid NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    expires_on date NOT NULL,
    grace_days smallint NOT NULL CHECK (grace_days BETWEEN 0 AND 366),
    state text NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'issued', 'refused', 'withdrawn')),
    version integer NOT NULL DEFAULT 1,
    made_by uuid NOT NULL,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    recipients integer,
    total bigint,
    checked_by uuid,
    checked_by_name text NOT NULL DEFAULT '',
    checked_at timestamptz,
    reason text NOT NULL DEFAULT '',
    issued_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, budget_id) REFERENCES bean_budgets (zone_id, id),
    CONSTRAINT bean_issues_counted CHECK (state IN ('draft', 'withdrawn') OR (recipients > 0 AND total >= recipients)),
    CONSTRAINT bean_issues_checked CHECK (state NOT IN ('approved', 'issued', 'refused') OR (checked_by IS NOT NULL AND checked_at IS NOT NULL)),
    CONSTRAINT bean_issues_two_people CHECK (checked_by <> made_by),
    CONSTRAINT bean_issues_issued CHECK ((state = 'issued') = (issued_at IS NOT NULL))
);

CREATE TABLE bean_issue_lines (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    issue_id uuid NOT NULL,
    member_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT bean_issue_lines_once UNIQUE (zone_id, issue_id, member_id),
    FOREIGN KEY (zone_id, issue_id) REFERENCES bean_issues (zone_id, id)
);
CREATE INDEX bean_issue_lines_order_idx ON bean_issue_lines (zone_id, issue_id, id);

CREATE TABLE bean_accounts (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('funding', 'budget', 'member', 'held', 'spent')),
    budget_id uuid NOT NULL,
    lot_id uuid,
    member_id uuid,
    balance bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT bean_accounts_once UNIQUE NULLS NOT DISTINCT (zone_id, member_id, lot_id, budget_id, kind),
    FOREIGN KEY (zone_id, budget_id) REFERENCES bean_budgets (zone_id, id),
    FOREIGN KEY (zone_id, lot_id, budget_id) REFERENCES bean_lots (zone_id, id, budget_id),
    CONSTRAINT bean_accounts_lot CHECK ((lot_id IS NULL) = (kind IN ('funding', 'budget'))),
    CONSTRAINT bean_accounts_member CHECK ((member_id IS NULL) = (kind NOT IN ('member', 'held'))),
    CONSTRAINT bean_accounts_balance CHECK (CASE WHEN kind = 'funding' THEN balance <= 0 ELSE balance >= 0 END)
);
CREATE INDEX bean_accounts_lot_idx ON bean_accounts (zone_id, lot_id, kind, id);

CREATE TABLE bean_holds (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    category text COLLATE "C" NOT NULL CHECK (category <> ''),
    purpose text NOT NULL CHECK (purpose <> ''),
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL CHECK (state IN ('held', 'spent', 'released')),
    refunded bigint NOT NULL DEFAULT 0,
    held_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT bean_holds_refunded CHECK (refunded BETWEEN 0 AND amount AND (refunded = 0 OR state = 'spent'))
);
CREATE INDEX bean_holds_member_idx ON bean_holds (zone_id, member_id, id DESC);

CREATE TABLE bean_transactions (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('appropriate', 'withdraw', 'issue', 'hold', 'release', 'spend', 'refund', 'expire', 'reclaim')),
    hold_id uuid,
    key text COLLATE "C" NOT NULL CHECK (key <> ''),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    reason text NOT NULL DEFAULT '',
    made_by uuid,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    made_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT bean_transactions_once UNIQUE (zone_id, key),
    FOREIGN KEY (zone_id, hold_id) REFERENCES bean_holds (zone_id, id),
    CONSTRAINT bean_transactions_hold CHECK ((hold_id IS NOT NULL) = (kind IN ('hold', 'release', 'spend', 'refund')))
);
CREATE INDEX bean_transactions_hold_idx ON bean_transactions (zone_id, hold_id) WHERE hold_id IS NOT NULL;

CREATE TABLE bean_entries (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    account_id uuid NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT bean_entries_once UNIQUE (zone_id, transaction_id, account_id),
    FOREIGN KEY (zone_id, transaction_id) REFERENCES bean_transactions (zone_id, id),
    FOREIGN KEY (zone_id, account_id) REFERENCES bean_accounts (zone_id, id)
);
CREATE INDEX bean_entries_account_idx ON bean_entries (zone_id, account_id, id);
"""

# A balance is the sum of an account's entries because nothing else can write it. Accounts are locked in one order, and
# no stronger than their change needs: the entries' foreign keys hold them already.
BALANCES = """
CREATE FUNCTION move_bean_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT zone_id, transaction_id FROM moved) m
               JOIN bean_transactions t ON t.zone_id = m.zone_id AND t.id = m.transaction_id
               WHERE t.made_in <> pg_current_xact_id()) THEN
        RAISE EXCEPTION 'a transaction of beans that is committed takes no more entries'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bean_entries_closed';
    END IF;
    PERFORM 1 FROM bean_accounts a JOIN moved m ON m.zone_id = a.zone_id AND m.account_id = a.id
        ORDER BY a.zone_id, a.id FOR NO KEY UPDATE OF a;
    UPDATE bean_accounts a SET balance = a.balance + m.amount
        FROM (SELECT zone_id, account_id, sum(amount) AS amount FROM moved GROUP BY zone_id, account_id) m
        WHERE a.zone_id = m.zone_id AND a.id = m.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER move_bean_balances AFTER INSERT ON bean_entries
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION move_bean_balances();
"""

# At its commit a transaction moves beans as its kind does, and within what they belong to: nothing comes from nowhere,
# no budget pays for another's lots, and what one member holds for a purchase stays theirs until it is spent.
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
MOVES_TABLE = ", ".join(f"('{kind}', '{source}', '{target}')" for kind, (source, target) in MOVES.items())
BALANCED = f"""
CREATE FUNCTION check_bean_transaction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE fault text;
BEGIN
    WITH entries AS (
        SELECT e.amount, a.kind, a.budget_id, a.lot_id, a.member_id
        FROM bean_entries e JOIN bean_accounts a ON a.zone_id = e.zone_id AND a.id = e.account_id
        WHERE e.zone_id = NEW.zone_id AND e.transaction_id = NEW.id
    ), move AS (
        SELECT source, target FROM (VALUES {MOVES_TABLE}) AS moves (kind, source, target) WHERE kind = NEW.kind
    )
    SELECT CASE
        WHEN NEW.made_in <> pg_current_xact_id() THEN 'names another transaction of the database'
        WHEN NOT EXISTS (SELECT 1 FROM entries) THEN 'has no entries'
        WHEN EXISTS (SELECT 1 FROM entries, move WHERE kind <> CASE WHEN amount < 0 THEN source ELSE target END)
            THEN 'moves beans its kind does not'
        WHEN EXISTS (SELECT 1 FROM entries GROUP BY budget_id HAVING sum(amount) <> 0) THEN 'does not come to zero in a budget'
        WHEN NEW.kind IN ('hold', 'release', 'spend', 'refund')
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
CREATE CONSTRAINT TRIGGER check_bean_transaction AFTER INSERT ON bean_transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_bean_transaction();
"""  # noqa: S608 - constants only
CHANGED_OF_AN_ISSUE = (
    "title, expires_on, grace_days, state, version, recipients, total, checked_by, checked_by_name, checked_at, reason"
)
OF_A_DRAFT = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM bean_issues i WHERE i.zone_id = bean_issue_lines.zone_id AND i.id = bean_issue_lines.issue_id
        AND i.state = 'draft')"""  # noqa: S608 - constants only
NEW_ACCOUNT = f"{ZONE} AND balance = 0"
OF_AN_OWN_ACCOUNT = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM bean_accounts a WHERE a.zone_id = bean_entries.zone_id AND a.id = bean_entries.account_id AND a.{OWN})"""  # noqa: S608 - constants only
WITH_AN_OWN_ENTRY = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM bean_entries e WHERE e.zone_id = bean_transactions.zone_id AND e.transaction_id = bean_transactions.id)"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("bean_catalogues", "bean_budgets", "bean_lots"):
        protect(table, member=Rule(read=ZONE), staff=Rule(read=ZONE, insert=ZONE), worker=Rule(read=ZONE, insert=ZONE))
    protect("bean_issues",
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'draft'", update=ZONE, update_columns=CHANGED_OF_AN_ISSUE),
            worker=Rule(read=ZONE, update=ZONE))  # fmt: skip
    # What was submitted is changed by who checks it, and only goes on; its lines stand.
    op.execute(f"ALTER POLICY hall_staff_update ON bean_issues USING ({ZONE} AND state IN ('draft', 'submitted'))")
    op.execute(f"ALTER POLICY hall_worker_update ON bean_issues USING ({ZONE} AND state = 'approved')")
    protect("bean_issue_lines",
            member=Rule(read=f"{ZONE} AND {OWN}"),
            staff=Rule(read=ZONE, insert=OF_A_DRAFT, delete=OF_A_DRAFT), worker=Rule(read=ZONE))  # fmt: skip
    own_hold = f"{ZONE} AND {OWN}"
    protect("bean_holds",
            member=Rule(read=own_hold, insert=f"{own_hold} AND state = 'held'", update=own_hold, update_columns="state"),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="state, refunded"),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE))  # fmt: skip
    # What a member keeps for a purchase they may only let go; that it is spent is for others to say, and once.
    op.execute(f"""ALTER POLICY hall_member_update ON bean_holds USING ({own_hold} AND state = 'held')
        WITH CHECK ({own_hold} AND state = 'released')""")
    # Nothing of the ledger is ever changed or taken away; balances are the owner's trigger's.
    protect("bean_accounts",
            member=Rule(read=f"{ZONE} AND {OWN}", insert=f"{NEW_ACCOUNT} AND kind = 'held' AND {OWN}"),
            staff=Rule(read=ZONE, insert=NEW_ACCOUNT), worker=Rule(read=ZONE, insert=NEW_ACCOUNT),
            owner=Rule(read="true", update="true"))  # fmt: skip
    protect("bean_transactions",
            member=Rule(read=WITH_AN_OWN_ENTRY, insert=f"{ZONE} AND kind IN ('hold', 'release')"),
            staff=Rule(read=ZONE, insert=ZONE), worker=Rule(read=ZONE, insert=ZONE), owner=Rule(read="true"))  # fmt: skip
    protect("bean_entries",
            member=Rule(read=OF_AN_OWN_ACCOUNT, insert=OF_AN_OWN_ACCOUNT),
            staff=Rule(read=ZONE, insert=ZONE), worker=Rule(read=ZONE, insert=ZONE), owner=Rule(read="true"))  # fmt: skip
    for trigger in (BALANCES, BALANCED):
        op.execute(trigger)
    for function in ("move_bean_balances", "check_bean_transaction"):
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")


def downgrade() -> None:
    op.execute(
        "DROP TABLE bean_entries, bean_transactions, bean_holds, bean_accounts, bean_issue_lines, bean_issues, bean_lots, bean_budgets, bean_catalogues"
    )
    op.execute("DROP FUNCTION move_bean_balances, check_bean_transaction")
