"""Vouchers: merchants with shops and clerks, batches, the pieces, codes of a list, and what happened to each piece.

Revision ID: benefits_0002
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "benefits_0002"
down_revision = "benefits_0001"
branch_labels = None
depends_on = None

# A void voucher is as none, so that what was given in error can be given anew.
TABLES = """
CREATE TABLE merchants (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT merchants_name UNIQUE (zone_id, name)
);

CREATE TABLE voucher_shops (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    address text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    CONSTRAINT voucher_shops_name UNIQUE (zone_id, merchant_id, name),
    FOREIGN KEY (zone_id, merchant_id) REFERENCES merchants (zone_id, id)
);

CREATE TABLE voucher_clerks (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    shop_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    given_by uuid,
    given_by_name text NOT NULL,
    given_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, shop_id) REFERENCES voucher_shops (zone_id, id)
);
CREATE UNIQUE INDEX voucher_clerks_once ON voucher_clerks (zone_id, account_id, shop_id) WHERE ended_at IS NULL;
CREATE INDEX voucher_clerks_shop_idx ON voucher_clerks (zone_id, shop_id);

CREATE TABLE voucher_batches (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    union_id uuid NOT NULL,
    union_path text COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind <> ''),
    category text COLLATE "C" NOT NULL CHECK (category <> ''),
    goods text COLLATE "C" NOT NULL CHECK (goods <> ''),
    earmark text COLLATE "C" NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    terms text NOT NULL DEFAULT '',
    value_cents bigint NOT NULL CHECK (value_cents > 0),
    threshold_cents bigint NOT NULL DEFAULT 0 CHECK (threshold_cents >= 0),
    has_codes boolean NOT NULL,
    stock integer NOT NULL CHECK (stock >= 0),
    taken integer NOT NULL DEFAULT 0,
    per_member smallint NOT NULL CHECK (per_member BETWEEN 1 AND 99),
    valid_from date NOT NULL,
    expires_on date NOT NULL,
    grace_days smallint NOT NULL CHECK (grace_days BETWEEN 0 AND 366),
    state text NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'refused', 'withdrawn', 'closed')),
    version integer NOT NULL DEFAULT 1,
    made_by uuid NOT NULL,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    checked_by uuid,
    checked_by_name text NOT NULL DEFAULT '',
    checked_at timestamptz,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, id, per_member),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path) ON UPDATE CASCADE,
    CONSTRAINT voucher_batches_stock CHECK (taken BETWEEN 0 AND stock),
    CONSTRAINT voucher_batches_given CHECK (taken = 0 OR state IN ('approved', 'closed')),
    CONSTRAINT voucher_batches_days CHECK (valid_from <= expires_on),
    CONSTRAINT voucher_batches_checked
        CHECK (state NOT IN ('approved', 'refused', 'closed') OR (checked_by IS NOT NULL AND checked_at IS NOT NULL)),
    CONSTRAINT voucher_batches_two_people CHECK (checked_by <> made_by)
);

CREATE TABLE voucher_batch_shops (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, batch_id, shop_id),
    FOREIGN KEY (zone_id, batch_id) REFERENCES voucher_batches (zone_id, id),
    FOREIGN KEY (zone_id, shop_id) REFERENCES voucher_shops (zone_id, id)
);
CREATE INDEX voucher_batch_shops_shop_idx ON voucher_batch_shops (zone_id, shop_id);

CREATE TABLE vouchers (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    member_id uuid NOT NULL,
    number smallint NOT NULL,
    per_member smallint NOT NULL,
    serial text COLLATE "C" NOT NULL CHECK (serial <> ''),
    key text COLLATE "C" NOT NULL CHECK (key <> ''),
    state text NOT NULL CHECK (state IN ('issued', 'locked', 'redeemed', 'settled', 'expired', 'void')),
    version integer NOT NULL DEFAULT 1,
    valid_from date NOT NULL,
    last_day date NOT NULL,
    shop_id uuid,
    pick_up_on date,
    redeemed_at timestamptz,
    redeem_key text COLLATE "C",
    purchase_cents bigint CHECK (purchase_cents >= 0),
    amount_cents bigint CHECK (amount_cents > 0),
    action text NOT NULL,
    reason text NOT NULL DEFAULT '',
    acted_by uuid,
    acted_by_name text NOT NULL,
    acted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT vouchers_serial UNIQUE (zone_id, serial),
    CONSTRAINT vouchers_redeem_key UNIQUE (zone_id, redeem_key),
    FOREIGN KEY (zone_id, batch_id, per_member) REFERENCES voucher_batches (zone_id, id, per_member),
    CONSTRAINT vouchers_right_shop
        FOREIGN KEY (zone_id, batch_id, shop_id) REFERENCES voucher_batch_shops (zone_id, batch_id, shop_id),
    CONSTRAINT vouchers_per_member CHECK (number BETWEEN 1 AND per_member),
    CONSTRAINT vouchers_shop CHECK ((shop_id IS NOT NULL) = (state IN ('locked', 'redeemed', 'settled'))),
    CONSTRAINT vouchers_redeemed CHECK (
        CASE WHEN state IN ('redeemed', 'settled') THEN num_nonnulls(redeemed_at, redeem_key, amount_cents) = 3
             ELSE num_nonnulls(redeemed_at, redeem_key, purchase_cents, amount_cents) = 0 END),
    CONSTRAINT vouchers_in_time CHECK (
        redeemed_at IS NULL OR (redeemed_at AT TIME ZONE INTERVAL '8 hours')::date BETWEEN valid_from AND last_day)
);
CREATE UNIQUE INDEX vouchers_once ON vouchers (zone_id, batch_id, member_id, key) WHERE state <> 'void';
CREATE UNIQUE INDEX vouchers_number ON vouchers (zone_id, batch_id, member_id, number) WHERE state <> 'void';
CREATE INDEX vouchers_member_idx ON vouchers (zone_id, member_id, id DESC);
CREATE INDEX vouchers_last_day_idx ON vouchers (zone_id, last_day, id) WHERE state IN ('issued', 'locked');
CREATE INDEX vouchers_shop_idx ON vouchers (zone_id, shop_id, redeemed_at) WHERE shop_id IS NOT NULL;

CREATE TABLE voucher_codes (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    position integer NOT NULL,
    code_cipher bytea NOT NULL,
    code_index bytea NOT NULL,
    voucher_id uuid,
    member_id uuid,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT voucher_codes_once UNIQUE (zone_id, batch_id, code_index),
    CONSTRAINT voucher_codes_given_once UNIQUE (zone_id, voucher_id),
    FOREIGN KEY (zone_id, batch_id) REFERENCES voucher_batches (zone_id, id),
    FOREIGN KEY (zone_id, voucher_id) REFERENCES vouchers (zone_id, id),
    CONSTRAINT voucher_codes_given CHECK ((voucher_id IS NULL) = (member_id IS NULL))
);
CREATE INDEX voucher_codes_free_idx ON voucher_codes (zone_id, batch_id, position) WHERE voucher_id IS NULL;

-- Written by the vouchers' own triggers alone, and nobody deletes vouchers: no foreign key is asked once more for each step.
CREATE TABLE voucher_events (
    zone_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    voucher_id uuid NOT NULL,
    member_id uuid NOT NULL,
    version integer NOT NULL,
    action text NOT NULL,
    state text NOT NULL,
    last_day date NOT NULL,
    shop_id uuid,
    amount_cents bigint,
    reason text NOT NULL,
    acted_by uuid,
    acted_by_name text NOT NULL,
    acted_at timestamptz NOT NULL,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT voucher_events_once UNIQUE (zone_id, voucher_id, version)
);
"""

OF_A_BATCH = "title, terms, value_cents, threshold_cents, stock, valid_from, expires_on, grace_days, state, version, checked_by, checked_by_name, checked_at, reason"
OF_A_STEP = "state, version, last_day, shop_id, pick_up_on, redeemed_at, redeem_key, purchase_cents, amount_cents, action, reason, acted_by, acted_by_name, acted_at"
OF_A_PICK_UP = "state, version, shop_id, pick_up_on, action, reason, acted_by, acted_by_name, acted_at"


def _in_a_draft(table: str) -> str:
    return f"""{ZONE} AND EXISTS (SELECT 1 FROM voucher_batches b
        WHERE b.zone_id = {table}.zone_id AND b.id = {table}.batch_id AND b.state = 'draft')"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("merchants", "voucher_shops"):
        protect(table, member=Rule(read=ZONE), staff=Rule(read=ZONE, insert=ZONE), worker=Rule(read=ZONE))
    protect("voucher_clerks", staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="ended_at"),
            worker=Rule(read=ZONE))  # fmt: skip
    protect("voucher_batches", member=Rule(read=ZONE),
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'draft' AND taken = 0", update=ZONE, update_columns=OF_A_BATCH),
            worker=Rule(read=ZONE), owner=Rule(read="true", update="true"))  # fmt: skip
    op.execute(f"""ALTER POLICY hall_staff_update ON voucher_batches
        USING ({ZONE} AND state IN ('draft', 'submitted', 'approved'))""")
    in_a_draft = _in_a_draft("voucher_batch_shops")
    protect("voucher_batch_shops", member=Rule(read=ZONE),
            staff=Rule(read=ZONE, insert=in_a_draft, delete=in_a_draft), worker=Rule(read=ZONE))  # fmt: skip
    own = f"{ZONE} AND {OWN}"
    protect("vouchers", member=Rule(read=own, update=own, update_columns=OF_A_PICK_UP),
            staff=Rule(read=ZONE, update=ZONE, update_columns=OF_A_STEP),
            worker=Rule(read=ZONE, update=ZONE, update_columns=OF_A_STEP),
            owner=Rule(read="true", insert="true"))  # fmt: skip
    # Members choose where and when they pick something up, and let it go again; that it was handed out is for others to say.
    op.execute(f"""ALTER POLICY hall_member_update ON vouchers USING ({own} AND state IN ('issued', 'locked'))
        WITH CHECK ({own} AND state IN ('issued', 'locked'))""")
    codes_in_a_draft = _in_a_draft("voucher_codes")
    protect("voucher_codes", member=Rule(read=own),
            staff=Rule(read=ZONE, insert=f"{codes_in_a_draft} AND voucher_id IS NULL", delete=codes_in_a_draft),
            worker=Rule(read=ZONE), owner=Rule(read="true", update="true"))  # fmt: skip
    protect("voucher_events", member=Rule(read=own), staff=Rule(read=ZONE), worker=Rule(read=ZONE),
            owner=Rule(insert="true"))  # fmt: skip


def downgrade() -> None:
    op.execute(
        "DROP TABLE voucher_events, voucher_codes, vouchers, voucher_batch_shops, voucher_batches, voucher_clerks"
    )
    op.execute("DROP TABLE voucher_shops, merchants")
