"""Links of members, and referrals.

Revision ID: events_referral_0001
"""

from alembic import op

from tenants.policies import OWN, OWNER, ZONE, Rule, protect

revision = "events_referral_0001"
down_revision = None
branch_labels = ("events_referral",)
depends_on = "events_0003"

TABLES = """
CREATE TABLE events_referral_links (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    code text CHECK (char_length(code) BETWEEN 16 AND 40),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, code),
    FOREIGN KEY (zone_id, id) REFERENCES events_entries (zone_id, id)
);
CREATE TABLE events_referrals (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    link_id uuid NOT NULL,
    referrer_id uuid NOT NULL,
    member_id uuid NOT NULL,
    shown_name text NOT NULL,
    state text NOT NULL CHECK (state IN ('cooling', 'rewarded', 'refused', 'clawed_back')),
    reason text NOT NULL DEFAULT '',
    verified_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    number integer CHECK (number > 0),
    rewarded_at timestamptz,
    referrer_voucher_id uuid,
    referrer_outcome text NOT NULL DEFAULT '',
    joiner_voucher_id uuid,
    joiner_outcome text NOT NULL DEFAULT '',
    clawed_back_at timestamptz,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT events_referrals_once UNIQUE (zone_id, member_id),
    UNIQUE (zone_id, campaign_id, number),
    FOREIGN KEY (zone_id, link_id) REFERENCES events_referral_links (zone_id, id),
    CONSTRAINT events_referrals_rewarded CHECK (num_nulls(number, rewarded_at) IN (0, 2) AND (number IS NOT NULL) = (state IN ('rewarded', 'clawed_back'))),
    CONSTRAINT events_referrals_clawed CHECK ((clawed_back_at IS NOT NULL) = (state = 'clawed_back')),
    CONSTRAINT events_referrals_why CHECK ((reason <> '') = (state IN ('refused', 'clawed_back'))),
    CONSTRAINT events_referrals_two CHECK (referrer_id <> member_id OR state = 'refused')
);
CREATE INDEX events_referrals_due_idx ON events_referrals (zone_id, due_at) WHERE state = 'cooling';
CREATE INDEX events_referrals_rewarded_idx ON events_referrals (zone_id, rewarded_at) WHERE state = 'rewarded';
CREATE INDEX events_referrals_campaign_idx ON events_referrals (zone_id, campaign_id, id);
CREATE INDEX events_referrals_referrer_idx ON events_referrals (zone_id, campaign_id, referrer_id);
"""

# A referral goes on as `states.NEXT` says, and never has a number above the budget its campaign announced.
KEPT = """
CREATE FUNCTION keep_referral() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (('cooling', 'rewarded'), ('cooling', 'refused'), ('rewarded', 'clawed_back')) THEN
        RAISE EXCEPTION 'referral % stands', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'events_referrals_kept';
    END IF;
    IF NEW.number > (SELECT (c.settings ->> 'budget')::int FROM events_campaigns c WHERE c.zone_id = NEW.zone_id AND c.id = NEW.campaign_id) THEN
        RAISE EXCEPTION 'no budget is left for referral %', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'events_referrals_budget';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_referral BEFORE UPDATE ON events_referrals FOR EACH ROW EXECUTE FUNCTION keep_referral();
"""
OWN_ENTRY = f"""{ZONE} AND EXISTS (SELECT 1 FROM events_entries e
    WHERE e.zone_id = events_referral_links.zone_id AND e.id = events_referral_links.id AND e.{OWN})"""  # noqa: S608 - constants only
OWN_SIDE = f"{ZONE} AND ({OWN} OR referrer_{OWN.removeprefix('member_')})"
REWARDED = "state, reason, number, rewarded_at, referrer_voucher_id, referrer_outcome, joiner_voucher_id, joiner_outcome, clawed_back_at"
CLAWED = "state, reason, referrer_outcome, joiner_outcome, clawed_back_at"


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(KEPT)
    op.execute(f"ALTER FUNCTION keep_referral OWNER TO {OWNER}")
    protect("events_referral_links",
            member=Rule(read=ZONE, insert=OWN_ENTRY, update=OWN_ENTRY, update_columns="code"),
            staff=Rule(read=ZONE, read_columns="zone_id, id, campaign_id"), worker=Rule(read=ZONE))  # fmt: skip
    protect("events_referrals", member=Rule(read=OWN_SIDE),
            staff=Rule(read=ZONE, update=ZONE, update_columns=CLAWED),
            worker=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns=REWARDED))  # fmt: skip


def downgrade() -> None:
    op.execute("DROP TABLE events_referrals, events_referral_links")
    op.execute("DROP FUNCTION keep_referral")
