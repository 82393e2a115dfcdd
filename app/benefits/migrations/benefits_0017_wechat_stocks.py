"""A stock at WeChat Pay is of one batch, over all zones.

Revision ID: benefits_0017
"""

from alembic import op

from tenants.policies import OWNER, Rule, protect

revision = "benefits_0017"
down_revision = "benefits_0016"
branch_labels = None
depends_on = None

# Unique in all zones together, and read by no plane: who names a stock that is taken learns that it is, and nothing else. A batch that was
# never approved lets its stock go, for nothing can have been given of it; one that was holds it beyond its end, and its zone's.
REGISTER = """
CREATE TABLE used_wechat_stocks (
    stock_id text COLLATE "C" NOT NULL,
    batch_id uuid NOT NULL,
    CONSTRAINT used_wechat_stocks_one PRIMARY KEY (stock_id)
);
INSERT INTO used_wechat_stocks (stock_id, batch_id)
    SELECT s.stock_id, s.batch_id FROM voucher_wechat_stocks s
    JOIN voucher_batches b ON b.zone_id = s.zone_id AND b.id = s.batch_id
    WHERE b.state NOT IN ('refused', 'withdrawn') ORDER BY s.id
    ON CONFLICT DO NOTHING;

CREATE FUNCTION hold_wechat_stock() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO used_wechat_stocks (stock_id, batch_id) VALUES (NEW.stock_id, NEW.batch_id);
    RETURN NEW;
END $$;
CREATE TRIGGER hold_wechat_stock BEFORE INSERT ON voucher_wechat_stocks
    FOR EACH ROW EXECUTE FUNCTION hold_wechat_stock();

CREATE FUNCTION let_wechat_stock_go() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM used_wechat_stocks u WHERE u.batch_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER let_wechat_stock_go AFTER UPDATE ON voucher_batches
    FOR EACH ROW WHEN (NEW.state IN ('refused', 'withdrawn')) EXECUTE FUNCTION let_wechat_stock_go();
"""
FUNCTIONS = ("hold_wechat_stock()", "let_wechat_stock_go()")


def upgrade() -> None:
    op.execute(REGISTER)
    protect("used_wechat_stocks", owner=Rule(all="true"))
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")


def downgrade() -> None:
    op.execute("""
        DROP TRIGGER hold_wechat_stock ON voucher_wechat_stocks;
        DROP TRIGGER let_wechat_stock_go ON voucher_batches;
        DROP FUNCTION hold_wechat_stock(), let_wechat_stock_go();
        DROP TABLE used_wechat_stocks
    """)
