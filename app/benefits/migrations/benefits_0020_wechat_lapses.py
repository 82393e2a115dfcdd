"""A coupon that expires at WeChat keeps its piece of the stock: WeChat's own stock counts it as given for ever.

Revision ID: benefits_0020
"""

from alembic import op

revision = "benefits_0020"
down_revision = "benefits_0019"
branch_labels = None
depends_on = None

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
COLUMNS = "zone_id, voucher_id, member_id, version, action, state, last_day, shop_id, amount_cents, reason, acted_by, acted_by_name, acted_at"
VALUES = "zone_id, id, member_id, version, action, state, last_day, shop_id, amount_cents, reason, acted_by, acted_by_name, acted_at"
TAKES_BEFORE = "state NOT IN ('expired', 'void')"
# Source: pay.weixin.qq.com, “查询批次详情”: a stock gives `max_coupons` in all, of which `distributed_coupons` are given, used or not.
TAKES = f"({TAKES_BEFORE} OR action = 'lapse')"


def _history(takes: str) -> str:
    listed = ", ".join(f"'{action} {move}'" for action, moves in STEPS.items() for move in moves)
    return f"""
CREATE OR REPLACE FUNCTION note_voucher_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM before b JOIN after a ON a.zone_id = b.zone_id AND a.id = b.id
               WHERE a.version <> b.version + 1
                  OR a.action || ' ' || b.state || '>' || a.state <> ALL (ARRAY[{listed}])) THEN
        RAISE EXCEPTION 'a voucher takes no such step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vouchers_steps';
    END IF;
    INSERT INTO voucher_events ({COLUMNS}) SELECT {VALUES} FROM after;
    PERFORM count_vouchers_taken(array_agg(zone_id), array_agg(batch_id), array_agg(change))
        FROM (SELECT zone_id, batch_id, sum(change) AS change
              FROM (SELECT zone_id, batch_id, 1 AS change FROM after WHERE {takes}
                    UNION ALL SELECT zone_id, batch_id, -1 FROM before WHERE {takes}) c
              GROUP BY zone_id, batch_id HAVING sum(change) <> 0) changed;
    RETURN NULL;
END $$;
"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(_history(TAKES))


def downgrade() -> None:
    op.execute(_history(TAKES_BEFORE))
