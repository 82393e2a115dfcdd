"""A number that two people state of a coupon at WeChat is no other coupon's in any zone.

Revision ID: benefits_0024
"""

from alembic import op

from tenants.policies import OWNER

revision = "benefits_0024"
down_revision = "benefits_0023"
branch_labels = None
depends_on = None

# No constraint over all zones: what WeChat itself says of a coupon holds, whatever people of another zone stated before.
TAKEN = """
CREATE FUNCTION wechat_coupon_taken(coupon text, by_another_than uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM voucher_wechat_coupons c WHERE c.coupon_id = coupon AND c.voucher_id <> by_another_than)
$$;
"""
SIGNATURE = "wechat_coupon_taken(text, uuid)"


def upgrade() -> None:
    op.execute(TAKEN)
    op.execute(f"ALTER FUNCTION {SIGNATURE} OWNER TO {OWNER}")
    op.execute(f"REVOKE EXECUTE ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO hall_staff")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SIGNATURE}")
