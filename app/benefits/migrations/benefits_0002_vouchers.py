"""Vouchers: merchants with shops and clerks, batches, the pieces, codes of a list, and what happened to each piece.

Revision ID: benefits_0002
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "benefits_0002"
down_revision = "benefits_0001"
branch_labels = None
depends_on = None

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
    CONSTRAINT vouchers_once UNIQUE (zone_id, batch_id, member_id, key),
    CONSTRAINT vouchers_serial UNIQUE (zone_id, serial),
    CONSTRAINT vouchers_redeem_key UNIQUE (zone_id, redeem_key),
    FOREIGN KEY (zone_id, batch_id) REFERENCES voucher_batches (zone_id, id),
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
    CONSTRAINT voucher_events_once UNIQUE (zone_id, voucher_id, version),
    FOREIGN KEY (zone_id, voucher_id) REFERENCES vouchers (zone_id, id)
);
"""

# What a voucher goes through is written by the owner alone: no step without its line, and none that there isn't.
STEPS = {
    "lock": ("issued>locked",),
    "release": ("locked>issued",),
    "redeem": ("issued>redeemed", "locked>redeemed"),
    "reverse": ("redeemed>issued",),
    "settle": ("redeemed>settled",),
    "expire": ("issued>expired", "locked>expired"),
    "extend": ("issued>issued", "expired>issued"),
    "void": ("issued>void", "locked>void"),
}
STEPS_LISTED = ", ".join(f"'{action} {move}'" for action, moves in STEPS.items() for move in moves)
COLUMNS = "zone_id, voucher_id, member_id, version, action, state, last_day, shop_id, amount_cents, reason, acted_by, acted_by_name, acted_at"
VALUES = "zone_id, id, member_id, version, action, state, last_day, shop_id, amount_cents, reason, acted_by, acted_by_name, acted_at"
TAKES = "state NOT IN ('expired', 'void')"
HISTORY = f"""
CREATE FUNCTION count_vouchers_taken(zones uuid[], batches uuid[], changes bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM voucher_batches b JOIN unnest(zones, batches) AS c (zone_id, batch_id)
        ON b.zone_id = c.zone_id AND b.id = c.batch_id ORDER BY b.zone_id, b.id FOR NO KEY UPDATE OF b;
    UPDATE voucher_batches b SET taken = b.taken + c.change
        FROM unnest(zones, batches, changes) AS c (zone_id, batch_id, change)
        WHERE b.zone_id = c.zone_id AND b.id = c.batch_id AND c.change <> 0;
END $$;

CREATE FUNCTION note_vouchers_given() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM given WHERE action <> 'give' OR state <> 'issued' OR version <> 1) THEN
        RAISE EXCEPTION 'a voucher begins with being given'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vouchers_steps';
    END IF;
    INSERT INTO voucher_events ({COLUMNS}) SELECT {VALUES} FROM given;
    PERFORM count_vouchers_taken(array_agg(zone_id), array_agg(batch_id), array_agg(change))
        FROM (SELECT zone_id, batch_id, count(*) AS change FROM given GROUP BY zone_id, batch_id) g;
    RETURN NULL;
END $$;
CREATE TRIGGER note_vouchers_given AFTER INSERT ON vouchers
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION note_vouchers_given();

CREATE FUNCTION note_voucher_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM before b JOIN after a ON a.zone_id = b.zone_id AND a.id = b.id
               WHERE a.version <> b.version + 1
                  OR a.action || ' ' || b.state || '>' || a.state <> ALL (ARRAY[{STEPS_LISTED}])) THEN
        RAISE EXCEPTION 'a voucher takes no such step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vouchers_steps';
    END IF;
    INSERT INTO voucher_events ({COLUMNS}) SELECT {VALUES} FROM after;
    PERFORM count_vouchers_taken(array_agg(zone_id), array_agg(batch_id), array_agg(change))
        FROM (SELECT zone_id, batch_id, sum(change) AS change
              FROM (SELECT zone_id, batch_id, 1 AS change FROM after WHERE {TAKES}
                    UNION ALL SELECT zone_id, batch_id, -1 FROM before WHERE {TAKES}) c
              GROUP BY zone_id, batch_id HAVING sum(change) <> 0) changed;
    RETURN NULL;
END $$;
CREATE TRIGGER note_voucher_steps AFTER UPDATE ON vouchers
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION note_voucher_steps();
"""  # noqa: S608 - constants only

# The one way to give vouchers: no plane may insert any. Whoever else gives of the batch waits for the end of the
# transaction, so that stock and shares are as they are read.
GIVE = """
CREATE FUNCTION give_vouchers(
    batch uuid, members uuid[], ids uuid[], serials text[], giving text, today date, giver uuid, giver_name text
) RETURNS TABLE (place bigint, voucher_id uuid, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    zone uuid := nullif(current_setting('hall.zone', true), '')::uuid;
    b voucher_batches;
BEGIN
    SELECT * INTO b FROM voucher_batches v WHERE v.zone_id = zone AND v.id = batch FOR NO KEY UPDATE;
    IF b.id IS NULL THEN RETURN; END IF;
    RETURN QUERY
    WITH asked AS (
        SELECT * FROM unnest(members, ids, serials) WITH ORDINALITY AS m (member_id, new_id, serial, place)
    ), known AS (
        SELECT DISTINCT ON (a.member_id) a.*, v.id AS before, free.number
        FROM asked a
        LEFT JOIN vouchers v ON v.zone_id = zone AND v.batch_id = batch AND v.member_id = a.member_id AND v.key = giving
        LEFT JOIN LATERAL (
            SELECT n AS number FROM generate_series(1, b.per_member) AS n
            WHERE NOT EXISTS (SELECT 1 FROM vouchers o WHERE o.zone_id = zone AND o.batch_id = batch
                              AND o.member_id = a.member_id AND o.number = n AND o.state <> 'void')
            ORDER BY n LIMIT 1) free ON true
        ORDER BY a.member_id, a.place
    ), waiting AS (
        SELECT k.*, row_number() OVER (ORDER BY k.place) AS turn FROM known k
        WHERE k.before IS NULL AND k.number IS NOT NULL AND b.state = 'approved' AND today <= b.expires_on
    ), codes AS (
        SELECT c.id, row_number() OVER (ORDER BY c.position) AS turn
        FROM (SELECT f.id, f.position FROM voucher_codes f
              WHERE b.has_codes AND f.zone_id = zone AND f.batch_id = batch AND f.voucher_id IS NULL
              ORDER BY f.position LIMIT least(cardinality(members), b.stock - b.taken) FOR UPDATE SKIP LOCKED) c
    ), chosen AS (
        SELECT w.*, c.id AS code_id FROM waiting w LEFT JOIN codes c USING (turn)
        WHERE w.turn <= b.stock - b.taken AND (c.id IS NOT NULL OR NOT b.has_codes)
    ), made AS (
        INSERT INTO vouchers (zone_id, id, batch_id, member_id, number, per_member, serial, key, state, valid_from, last_day,
                              action, acted_by, acted_by_name)
        SELECT zone, c.new_id, batch, c.member_id, c.number, b.per_member, c.serial, giving, 'issued', b.valid_from,
               b.expires_on + b.grace_days, 'give', giver, giver_name
        FROM chosen c ORDER BY c.place
        RETURNING vouchers.id, vouchers.member_id
    ), attached AS (
        UPDATE voucher_codes f SET voucher_id = c.new_id, member_id = c.member_id
        FROM chosen c WHERE f.zone_id = zone AND f.id = c.code_id
        RETURNING f.id
    )
    SELECT a.place, coalesce(k.before, m.id),
        CASE WHEN m.id IS NOT NULL THEN 'given' WHEN k.before IS NOT NULL THEN 'before'
             WHEN b.state <> 'approved' THEN 'closed' WHEN today > b.expires_on THEN 'over'
             WHEN k.number IS NULL THEN 'enough' ELSE 'none-left' END
    FROM asked a JOIN known k USING (member_id) LEFT JOIN made m USING (member_id)
    ORDER BY a.place;
END $$;
"""
GIVE_SIGNATURE = "give_vouchers(uuid, uuid[], uuid[], text[], text, date, uuid, text)"
COUNT_SIGNATURE = "count_vouchers_taken(uuid[], uuid[], bigint[])"
FUNCTIONS = (GIVE_SIGNATURE, "note_voucher_steps()", "note_vouchers_given()", COUNT_SIGNATURE)

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
    op.execute(HISTORY)
    op.execute(GIVE)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    for function in (GIVE_SIGNATURE, COUNT_SIGNATURE):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {GIVE_SIGNATURE} TO hall_staff, hall_worker")


def downgrade() -> None:
    op.execute(
        "DROP TABLE voucher_events, voucher_codes, vouchers, voucher_batch_shops, voucher_batches, voucher_clerks"
    )
    op.execute("DROP TABLE voucher_shops, merchants")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
