"""Lists that shops take along to redeem vouchers without network, and what they took by them.

Revision ID: benefits_0013
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "benefits_0013"
down_revision = "benefits_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE voucher_offline_lists (
            zone_id uuid NOT NULL,
            id uuid NOT NULL,
            shop_id uuid NOT NULL,
            account_id uuid NOT NULL,
            clerk_name text NOT NULL,
            nonce_hash text COLLATE "C" NOT NULL CHECK (nonce_hash <> ''),
            salt text COLLATE "C" NOT NULL CHECK (salt <> ''),
            vouchers integer NOT NULL CHECK (vouchers BETWEEN 0 AND 500),
            made_at timestamptz NOT NULL,
            good_until timestamptz NOT NULL,
            PRIMARY KEY (zone_id, id),
            FOREIGN KEY (zone_id, shop_id) REFERENCES voucher_shops (zone_id, id),
            CONSTRAINT voucher_offline_lists_days CHECK (good_until > made_at AND good_until <= made_at + interval '24 hours')
        );
        CREATE INDEX voucher_offline_lists_shop_idx ON voucher_offline_lists (zone_id, shop_id, good_until);

        CREATE TABLE voucher_offline_uses (
            zone_id uuid NOT NULL,
            id uuid NOT NULL,
            list_id uuid NOT NULL,
            key text COLLATE "C" NOT NULL CHECK (key <> ''),
            voucher_id uuid,
            member_id uuid,
            used_at timestamptz NOT NULL,
            handed_in_at timestamptz NOT NULL,
            purchase_cents bigint,
            refusal text COLLATE "C" NOT NULL,
            other_shop_id uuid,
            other_at timestamptz,
            resolved_at timestamptz,
            resolved_by uuid,
            resolved_by_name text,
            resolution text,
            PRIMARY KEY (zone_id, id),
            CONSTRAINT voucher_offline_uses_once UNIQUE (zone_id, list_id, key),
            FOREIGN KEY (zone_id, list_id) REFERENCES voucher_offline_lists (zone_id, id),
            FOREIGN KEY (zone_id, voucher_id) REFERENCES vouchers (zone_id, id),
            FOREIGN KEY (zone_id, other_shop_id) REFERENCES voucher_shops (zone_id, id),
            CONSTRAINT voucher_offline_uses_voucher CHECK ((voucher_id IS NULL) = (member_id IS NULL)),
            CONSTRAINT voucher_offline_uses_redeemed CHECK (refusal <> '' OR voucher_id IS NOT NULL),
            CONSTRAINT voucher_offline_uses_resolved CHECK (
                num_nulls(resolved_at, resolved_by, resolved_by_name, resolution) IN (0, 4)
                AND (resolved_at IS NULL OR (refusal <> '' AND length(resolution) BETWEEN 2 AND 200)))
        );
        CREATE INDEX voucher_offline_uses_voucher_idx ON voucher_offline_uses (zone_id, voucher_id);
    """)
    protect("voucher_offline_lists", staff=Rule(read=ZONE, insert=ZONE), worker=Rule(read=ZONE))
    protect("voucher_offline_uses", member=Rule(read=f"{ZONE} AND {OWN}"),
            staff=Rule(read=ZONE, insert=ZONE, update=ZONE,
                       update_columns="resolved_at, resolved_by, resolved_by_name, resolution"),
            worker=Rule(read=ZONE))  # fmt: skip
    op.execute(f"ALTER POLICY hall_staff_update ON voucher_offline_uses USING ({ZONE} AND resolved_at IS NULL)")


def downgrade() -> None:
    op.execute("DROP TABLE voucher_offline_uses, voucher_offline_lists")
