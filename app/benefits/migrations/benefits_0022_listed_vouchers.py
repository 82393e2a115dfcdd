"""Until when a shop without network may still take a voucher, for its member to know.

Revision ID: benefits_0022
"""

from alembic import op

from tenants.policies import OWNER, Rule, protect

revision = "benefits_0022"
down_revision = "benefits_0021"
branch_labels = None
depends_on = None

# Members read no list of a shop: they are told the time alone. What a list holds is on its phone, so that any list of a shop of its batch counts: where a voucher is kept may change meanwhile.
LISTED_UNTIL = """
CREATE FUNCTION voucher_listed_until(voucher uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT max(l.good_until)
    FROM vouchers v
    JOIN voucher_batch_shops s ON s.zone_id = v.zone_id AND s.batch_id = v.batch_id
    JOIN voucher_offline_lists l ON l.zone_id = s.zone_id AND l.shop_id = s.shop_id
    WHERE v.zone_id = nullif(current_setting('hall.zone', true), '')::uuid AND v.id = voucher
$$;
"""
SIGNATURE = "voucher_listed_until(uuid)"


def upgrade() -> None:
    op.execute(LISTED_UNTIL)
    op.execute(f"ALTER FUNCTION {SIGNATURE} OWNER TO {OWNER}")
    op.execute(f"REVOKE EXECUTE ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO hall_member, hall_staff, hall_worker")
    for table in ("voucher_offline_lists", "voucher_batch_shops"):
        protect(table, owner=Rule(read="true"))


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    for table in ("voucher_offline_lists", "voucher_batch_shops"):
        op.execute(f"DROP POLICY hall_owner_select ON {table}")
