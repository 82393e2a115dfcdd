"""Public notice of grants, and objections to it.

Revision ID: casework_0017
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "casework_0017"
down_revision = "casework_0016"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE case_public_notices (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    module text NOT NULL CHECK (module <> ''),
    title text NOT NULL CHECK (title <> ''),
    days integer NOT NULL CHECK (days > 0),
    drafted_by uuid NOT NULL,
    drafted_by_name text NOT NULL,
    drafted_at timestamptz NOT NULL DEFAULT now(),
    published_by uuid,
    published_by_name text NOT NULL DEFAULT '',
    published_at timestamptz,
    ends_on date,
    shown_until date,
    taken_down_at timestamptz,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT case_public_notices_two_people CHECK (published_by <> drafted_by),
    CONSTRAINT case_public_notices_published CHECK (num_nulls(published_by, published_at, ends_on, shown_until) IN (0, 4)),
    CONSTRAINT case_public_notices_shown CHECK (shown_until >= ends_on)
);
CREATE INDEX case_public_notices_idx ON case_public_notices (zone_id, module, published_at DESC);

CREATE TABLE case_public_listings (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    listed_at timestamptz NOT NULL DEFAULT now(),
    taken_off_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    FOREIGN KEY (zone_id, notice_id) REFERENCES case_public_notices (zone_id, id)
);
CREATE UNIQUE INDEX case_public_listings_once ON case_public_listings (zone_id, case_id) WHERE taken_off_at IS NULL;
CREATE INDEX case_public_listings_case_idx ON case_public_listings (zone_id, case_id);
CREATE INDEX case_public_listings_notice_idx ON case_public_listings (zone_id, notice_id);

CREATE TABLE case_public_lines (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    notice_id uuid NOT NULL,
    masked_name text NOT NULL CHECK (position('*' IN masked_name) > 0),
    union_name text NOT NULL CHECK (union_name <> ''),
    kind text NOT NULL CHECK (kind <> ''),
    amount_cents bigint CHECK (amount_cents > 0),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES case_public_listings (zone_id, id) ON DELETE CASCADE,
    FOREIGN KEY (zone_id, notice_id) REFERENCES case_public_notices (zone_id, id)
);
CREATE INDEX case_public_lines_notice_idx ON case_public_lines (zone_id, notice_id);

CREATE TABLE case_objections (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    notice_id uuid NOT NULL,
    listing_id uuid NOT NULL,
    member_id uuid NOT NULL REFERENCES members (id),
    account_id uuid NOT NULL,
    name_cipher bytea NOT NULL,
    words_cipher bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    finding text NOT NULL DEFAULT 'open' CHECK (finding IN ('open', 'well_founded', 'dismissed')),
    answer_cipher bytea,
    answered_by uuid,
    answered_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, notice_id) REFERENCES case_public_notices (zone_id, id),
    FOREIGN KEY (zone_id, listing_id) REFERENCES case_public_listings (zone_id, id) ON DELETE CASCADE,
    CONSTRAINT case_objections_answered CHECK (
        num_nulls(answer_cipher, answered_by, answered_at) = CASE WHEN finding = 'open' THEN 3 ELSE 0 END),
    CONSTRAINT case_objections_not_one_s_own CHECK (answered_by <> account_id)
);
CREATE INDEX case_objections_listing_idx ON case_objections (zone_id, listing_id);
CREATE INDEX case_objections_member_idx ON case_objections (zone_id, member_id, notice_id);
"""
# What was objected to with reason is decided anew; its member may have applied again meanwhile.
REOPENED = """
ALTER TABLE cases ADD COLUMN reopened_at timestamptz;
DROP INDEX cases_one_open;
CREATE UNIQUE INDEX cases_one_open ON cases (zone_id, member_id, kind)
    WHERE is_single AND phase IN ('draft', 'open', 'returned') AND appealed_at IS NULL AND reopened_at IS NULL;
GRANT UPDATE (appealed_at, reopened_at) ON cases TO hall_staff;
"""
# What such a decision had ordered and nothing has paid is ordered anew, or not at all.
VOID_ORDERS = """
GRANT DELETE ON case_payment_orders TO hall_staff;
CREATE POLICY hall_staff_delete ON case_payment_orders FOR DELETE TO hall_staff
    USING (state IN ('due', 'failed', 'stopped') AND EXISTS (
        SELECT 1 FROM cases c WHERE c.zone_id = case_payment_orders.zone_id AND c.id = case_payment_orders.case_id
            AND c.phase = 'open' AND c.reopened_at IS NOT NULL AND c.decided_by IS NULL));
"""
NEVER_REOPENED = """
DROP POLICY hall_staff_delete ON case_payment_orders;
REVOKE DELETE ON case_payment_orders FROM hall_staff;
REVOKE UPDATE (appealed_at, reopened_at) ON cases FROM hall_staff;
DROP INDEX cases_one_open;
CREATE UNIQUE INDEX cases_one_open ON cases (zone_id, member_id, kind)
    WHERE is_single AND phase IN ('draft', 'open', 'returned') AND appealed_at IS NULL;
ALTER TABLE cases DROP COLUMN reopened_at;
"""
MINE = f"{ZONE} AND {OWN}"
TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
DRAFT = f"{ZONE} AND published_at IS NULL"


def with_a(table: str, other: str, key: str, more: str = "") -> str:
    """The condition that the reader's plane sees the row of another table that a row names by `key`."""
    there = f"o.zone_id = {table}.zone_id AND o.id = {table}.{key}"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM {other} o WHERE {there}{more})"  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(REOPENED)
    op.execute(VOID_ORDERS)
    protect("case_public_notices", member=Rule(read=f"{ZONE} AND published_at IS NOT NULL"),
            staff=Rule(read=ZONE, insert=DRAFT, update=ZONE, delete=DRAFT,
                       update_columns="published_by, published_by_name, published_at, ends_on, shown_until"),
            worker=Rule(all=ZONE))  # fmt: skip
    # Who is on a list is settled before it is published, and when it was published for good.
    op.execute(f"ALTER POLICY hall_staff_update ON case_public_notices USING ({DRAFT}) WITH CHECK ({ZONE})")
    of_case = with_a("case_public_listings", "cases", "case_id")
    of_draft = with_a("case_public_listings", "case_public_notices", "notice_id", " AND o.published_at IS NULL")
    protect("case_public_listings", member=Rule(read=MINE, update=MINE, update_columns="taken_off_at"),
            staff=Rule(read=of_case, insert=f"{of_case} AND {of_draft}", update=of_case, delete=f"{of_case} AND {of_draft}",
                       update_columns="taken_off_at"),
            worker=Rule(all=ZONE))  # fmt: skip
    shown = with_a("case_public_lines", "case_public_notices", "notice_id", f" AND o.shown_until >= {TODAY}")
    listed = with_a("case_public_lines", "case_public_listings", "id")
    of_draft = with_a("case_public_lines", "case_public_notices", "notice_id", " AND o.published_at IS NULL")
    protect("case_public_lines", member=Rule(read=f"({shown}) OR ({listed})", delete=listed),
            staff=Rule(read=listed, insert=f"{listed} AND {of_draft}", delete=listed), worker=Rule(all=ZONE))  # fmt: skip
    runs = with_a("case_objections", "case_public_notices", "notice_id", f" AND o.ends_on >= {TODAY}")
    of_listing = with_a("case_objections", "case_public_listings", "listing_id")
    protect("case_objections", member=Rule(read=MINE, insert=f"{MINE} AND finding = 'open' AND {runs}"),
            staff=Rule(read=of_listing, update=of_listing,
                       update_columns="finding, answer_cipher, answered_by, answered_at"),
            worker=Rule(all=ZONE))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE case_objections, case_public_lines, case_public_listings, case_public_notices")
    op.execute(NEVER_REOPENED)
