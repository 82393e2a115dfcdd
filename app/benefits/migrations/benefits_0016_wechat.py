"""WeChat coupons: vouchers that are handed over to WeChat Pay, what became of each there, and how many WeChat counts.

Revision ID: benefits_0016
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "benefits_0016"
down_revision = "benefits_0015"
branch_labels = None
depends_on = None

STATES = "'issued', 'locked', 'redeemed', 'settled', 'expired', 'void'"
HAND_OVERS = ("waiting>sent", "sent>sent", "sent>unknown", "unknown>unknown", "sent>received", "unknown>received",
              "sent>refused", "unknown>refused", "received>received")  # fmt: skip
HAND_OVERS_LISTED = ", ".join(f"'{step}'" for step in HAND_OVERS)
# What WeChat redeemed was redeemed in no shop of ours, and on a day that WeChat's own rules allow.
TABLES = f"""
CREATE TABLE voucher_wechat_stocks (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    stock_id text COLLATE "C" NOT NULL CHECK (stock_id ~ '^[0-9]{{1,20}}$'),
    distributed bigint CHECK (distributed >= 0),
    received bigint NOT NULL DEFAULT 0,
    under_way bigint NOT NULL DEFAULT 0,
    asked_at timestamptz,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT voucher_wechat_stocks_batch UNIQUE (zone_id, batch_id),
    FOREIGN KEY (zone_id, batch_id) REFERENCES voucher_batches (zone_id, id)
);

CREATE TABLE voucher_wechat_coupons (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    voucher_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    member_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'unknown', 'received', 'refused')),
    out_request_no text COLLATE "C" NOT NULL CHECK (out_request_no <> ''),
    openid_cipher bytea,
    coupon_id text COLLATE "C",
    attempts integer NOT NULL DEFAULT 0,
    code text COLLATE "C" NOT NULL DEFAULT '',
    handed_over_at timestamptz,
    heard_at timestamptz,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT voucher_wechat_coupons_voucher UNIQUE (zone_id, voucher_id),
    CONSTRAINT voucher_wechat_coupons_number UNIQUE (zone_id, out_request_no),
    CONSTRAINT voucher_wechat_coupons_coupon UNIQUE (zone_id, coupon_id),
    FOREIGN KEY (zone_id, voucher_id) REFERENCES vouchers (zone_id, id),
    FOREIGN KEY (zone_id, batch_id) REFERENCES voucher_wechat_stocks (zone_id, batch_id),
    CONSTRAINT voucher_wechat_coupons_sent CHECK (num_nonnulls(openid_cipher, handed_over_at) = CASE state WHEN 'waiting' THEN 0 ELSE 2 END),
    CONSTRAINT voucher_wechat_coupons_received CHECK ((state = 'received') = (coupon_id IS NOT NULL))
);
CREATE INDEX voucher_wechat_coupons_batch_idx ON voucher_wechat_coupons (zone_id, batch_id, state);
CREATE INDEX voucher_wechat_coupons_heard_idx ON voucher_wechat_coupons (zone_id, state, heard_at);
CREATE INDEX voucher_wechat_coupons_coupon_idx ON voucher_wechat_coupons (coupon_id) WHERE coupon_id IS NOT NULL;

CREATE FUNCTION check_wechat_hand_over() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state || '>' || NEW.state <> ALL (ARRAY[{HAND_OVERS_LISTED}]) OR OLD.coupon_id <> NEW.coupon_id THEN
        RAISE EXCEPTION 'a WeChat coupon takes no such step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_wechat_coupons_steps';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_wechat_hand_over BEFORE UPDATE ON voucher_wechat_coupons
    FOR EACH ROW EXECUTE FUNCTION check_wechat_hand_over();

CREATE FUNCTION zone_of_wechat_coupon(coupon text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.zone_id FROM voucher_wechat_coupons c WHERE c.coupon_id = coupon LIMIT 1
$$;
"""  # noqa: S608 - constants only
OF_WECHAT = f"""
ALTER TABLE vouchers
    DROP CONSTRAINT vouchers_state_check, DROP CONSTRAINT vouchers_shop, DROP CONSTRAINT vouchers_in_time,
    ADD CONSTRAINT vouchers_state_check CHECK (state IN ({STATES}, 'handed_over')),
    ADD CONSTRAINT vouchers_shop
        CHECK ((shop_id IS NOT NULL) = (state IN ('locked', 'redeemed', 'settled') AND action <> 'spend')),
    ADD CONSTRAINT vouchers_in_time CHECK (redeemed_at IS NULL OR action = 'spend'
        OR (redeemed_at AT TIME ZONE INTERVAL '8 hours')::date BETWEEN valid_from AND last_day);
CREATE INDEX vouchers_handed_over_idx ON vouchers (zone_id, last_day, id) WHERE state = 'handed_over';
"""
OF_SHOPS_ALONE = f"""
DROP INDEX vouchers_handed_over_idx;
ALTER TABLE vouchers
    DROP CONSTRAINT vouchers_state_check, DROP CONSTRAINT vouchers_shop, DROP CONSTRAINT vouchers_in_time,
    ADD CONSTRAINT vouchers_state_check CHECK (state IN ({STATES})),
    ADD CONSTRAINT vouchers_shop CHECK ((shop_id IS NOT NULL) = (state IN ('locked', 'redeemed', 'settled'))),
    ADD CONSTRAINT vouchers_in_time CHECK (
        redeemed_at IS NULL OR (redeemed_at AT TIME ZONE INTERVAL '8 hours')::date BETWEEN valid_from AND last_day)
"""
CHANGED_BY_WORKER = "state, openid_cipher, coupon_id, attempts, code, handed_over_at, heard_at"
LOOK_UP = "zone_of_wechat_coupon(text)"


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(OF_WECHAT)
    in_a_draft = f"""{ZONE} AND EXISTS (SELECT 1 FROM voucher_batches b WHERE b.zone_id = voucher_wechat_stocks.zone_id
        AND b.id = voucher_wechat_stocks.batch_id AND b.state = 'draft')"""  # noqa: S608 - constants only
    protect("voucher_wechat_stocks", staff=Rule(read=ZONE, insert=in_a_draft),
            worker=Rule(read=ZONE, update=ZONE, update_columns="distributed, received, under_way, asked_at"))  # fmt: skip
    waiting = f"{ZONE} AND state = 'waiting'"
    protect("voucher_wechat_coupons", member=Rule(read=f"{ZONE} AND {OWN}"), staff=Rule(read=ZONE, insert=waiting),
            worker=Rule(read=ZONE, insert=waiting, update=ZONE, update_columns=CHANGED_BY_WORKER),
            owner=Rule(read="true"))  # fmt: skip
    op.execute(f"ALTER FUNCTION {LOOK_UP} OWNER TO {OWNER}")
    op.execute(f"REVOKE EXECUTE ON FUNCTION {LOOK_UP} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {LOOK_UP} TO hall_member")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {LOOK_UP}")
    op.execute("DROP TABLE voucher_wechat_coupons, voucher_wechat_stocks; DROP FUNCTION check_wechat_hand_over()")
    op.execute(OF_SHOPS_ALONE)
