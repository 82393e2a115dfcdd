"""What vouchers go through: each step is noted, none is taken that there isn't, and batches count what was taken of them.

Revision ID: benefits_0007
"""

from alembic import op

from tenants.policies import OWNER

revision = "benefits_0007"
down_revision = "benefits_0006"
branch_labels = None
depends_on = None

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
    "hand_over": ("issued>handed_over",),
    "spend": ("handed_over>redeemed",),
    "lapse": ("handed_over>expired",),
    "turn_down": ("handed_over>void",),
}
STEPS_LISTED = ", ".join(f"'{action} {move}'" for action, moves in STEPS.items() for move in moves)
COLUMNS = "zone_id, voucher_id, member_id, version, action, state, last_day, shop_id, amount_cents, reason, acted_by, acted_by_name, acted_at"
VALUES = "zone_id, id, member_id, version, action, state, last_day, shop_id, amount_cents, reason, acted_by, acted_by_name, acted_at"
# What lapses at WeChat keeps its piece of the stock. Source: pay.weixin.qq.com, “查询批次详情”: a stock gives `max_coupons` in all, of which
# `distributed_coupons` are given, used or not.
TAKES = "(state NOT IN ('expired', 'void') OR action = 'lapse')"
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
COUNT_SIGNATURE = "count_vouchers_taken(uuid[], uuid[], bigint[])"
FUNCTIONS = ("note_voucher_steps()", "note_vouchers_given()", COUNT_SIGNATURE)


def upgrade() -> None:
    op.execute(HISTORY)
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    op.execute(f"REVOKE EXECUTE ON FUNCTION {COUNT_SIGNATURE} FROM PUBLIC")


def downgrade() -> None:
    op.execute("DROP TRIGGER note_voucher_steps ON vouchers; DROP TRIGGER note_vouchers_given ON vouchers")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
