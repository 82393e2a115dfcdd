"""WeChat coupons of which an answer was lost: void by nothing but certainty, and else for two people to say.

Revision ID: benefits_0018
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "benefits_0018"
down_revision = "benefits_0017"
branch_labels = None
depends_on = None

BEFORE = ("waiting>sent", "sent>sent", "sent>unknown", "unknown>unknown", "sent>received", "unknown>received", "sent>refused",
          "unknown>refused", "received>received")  # fmt: skip
WITH_DOUBTS = (
    *BEFORE,
    "sent>uncertain",
    "unknown>uncertain",
    "uncertain>uncertain",
    "uncertain>received",
    "uncertain>refused",
)
STATES = "'waiting', 'sent', 'unknown', 'received', 'refused'"
FINDINGS = """
CREATE TABLE voucher_wechat_findings (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    voucher_id uuid NOT NULL,
    coupon_id text COLLATE "C" CHECK (coupon_id ~ '^[0-9]{1,20}$'),
    ground text NOT NULL CHECK (ground <> ''),
    state text NOT NULL CHECK (state IN ('submitted', 'approved', 'refused', 'withdrawn')),
    version integer NOT NULL DEFAULT 1,
    made_by uuid NOT NULL,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    checked_by uuid,
    checked_by_name text NOT NULL DEFAULT '',
    checked_at timestamptz,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, voucher_id) REFERENCES voucher_wechat_coupons (zone_id, voucher_id),
    CONSTRAINT voucher_wechat_findings_two_people CHECK (checked_by <> made_by),
    CONSTRAINT voucher_wechat_findings_checked
        CHECK (state NOT IN ('approved', 'refused') OR (checked_by IS NOT NULL AND checked_at IS NOT NULL))
);
CREATE UNIQUE INDEX voucher_wechat_findings_one_at_a_time ON voucher_wechat_findings (zone_id, voucher_id)
    WHERE state = 'submitted';
CREATE INDEX voucher_wechat_findings_voucher_idx ON voucher_wechat_findings (zone_id, voucher_id, id);
"""
# What may be in somebody's WeChat is refused by two people's word alone.
BY_TWO = """
    IF NEW.state = 'refused' AND OLD.state <> 'refused' AND NEW.unanswered > 0 AND NOT EXISTS (
        SELECT 1 FROM voucher_wechat_findings f WHERE f.zone_id = NEW.zone_id AND f.voucher_id = NEW.voucher_id
            AND f.state = 'approved' AND f.coupon_id IS NULL) THEN
        RAISE EXCEPTION 'a WeChat coupon that may have been given is not refused'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_wechat_coupons_certain';
    END IF;"""
CHANGED_BY_STAFF = "state, version, checked_by, checked_by_name, checked_at, reason"


def _steps(moves: tuple[str, ...], more: str) -> str:
    listed = ", ".join(f"'{move}'" for move in moves)
    return f"""
CREATE OR REPLACE FUNCTION check_wechat_hand_over() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state || '>' || NEW.state <> ALL (ARRAY[{listed}]) OR OLD.coupon_id <> NEW.coupon_id THEN
        RAISE EXCEPTION 'a WeChat coupon takes no such step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_wechat_coupons_steps';
    END IF;{more}
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    op.execute(f"""
        ALTER TABLE voucher_wechat_coupons
            ADD COLUMN unanswered integer NOT NULL DEFAULT 0 CHECK (unanswered >= 0),
            ADD COLUMN asked_at timestamptz,
            DROP CONSTRAINT voucher_wechat_coupons_state_check,
            ADD CONSTRAINT voucher_wechat_coupons_state_check CHECK (state IN ({STATES}, 'uncertain'));
    """)
    op.execute(FINDINGS)
    op.execute(_steps(WITH_DOUBTS, BY_TWO))
    protect("voucher_wechat_findings",
            staff=Rule(read=ZONE, insert=f"{ZONE} AND state = 'submitted'", update=ZONE, update_columns=CHANGED_BY_STAFF),
            worker=Rule(read=ZONE))  # fmt: skip
    op.execute(f"ALTER POLICY hall_staff_update ON voucher_wechat_findings USING ({ZONE} AND state = 'submitted')")
    op.execute("GRANT UPDATE (unanswered, asked_at) ON voucher_wechat_coupons TO hall_worker")
    op.execute("GRANT UPDATE (state, coupon_id, code, heard_at) ON voucher_wechat_coupons TO hall_staff")
    op.execute(f"""CREATE POLICY hall_staff_update ON voucher_wechat_coupons FOR UPDATE TO hall_staff
        USING ({ZONE} AND state = 'uncertain') WITH CHECK ({ZONE})""")


def downgrade() -> None:
    op.execute("DROP POLICY hall_staff_update ON voucher_wechat_coupons")
    op.execute("REVOKE UPDATE (state, coupon_id, code, heard_at) ON voucher_wechat_coupons FROM hall_staff")
    op.execute(_steps(BEFORE, ""))
    op.execute(f"""
        DROP TABLE voucher_wechat_findings;
        ALTER TABLE voucher_wechat_coupons
            DROP COLUMN unanswered, DROP COLUMN asked_at,
            DROP CONSTRAINT voucher_wechat_coupons_state_check,
            ADD CONSTRAINT voucher_wechat_coupons_state_check CHECK (state IN ({STATES}));
    """)
