"""Spending rules, the register of what members were given, and what issues of beans count as.

Revision ID: benefits_0003
"""

from alembic import op

from tenants.policies import OWN, OWNER, RUNNING_ZONE, ZONE, Rule, protect

revision = "benefits_0003"
down_revision = "benefits_0002"
branch_labels = None
depends_on = None

RULES = """
CREATE TABLE policy_rules (
    id uuid PRIMARY KEY,
    union_path text COLLATE "C" NOT NULL CHECK (union_path <> ''),
    region text NOT NULL,
    category text COLLATE "C" NOT NULL CHECK (category <> ''),
    cap_cents bigint NOT NULL CHECK (cap_cents >= 0),
    period text NOT NULL CHECK (period IN ('giving', 'month', 'year', 'once')),
    earmark text COLLATE "C" NOT NULL DEFAULT '',
    effective_from date NOT NULL,
    effective_to date CHECK (effective_to >= effective_from),
    source text NOT NULL CHECK (source <> ''),
    state text NOT NULL CHECK (state IN ('proposed', 'in_force', 'end_proposed', 'refused', 'withdrawn')),
    version integer NOT NULL DEFAULT 1,
    ends_on date,
    made_by uuid NOT NULL,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    checked_by uuid,
    checked_by_name text NOT NULL DEFAULT '',
    checked_at timestamptz,
    CONSTRAINT policy_rules_checked CHECK (state IN ('proposed', 'withdrawn', 'end_proposed') OR checked_by IS NOT NULL),
    CONSTRAINT policy_rules_two_people CHECK (checked_by <> made_by),
    CONSTRAINT policy_rules_ends CHECK ((ends_on IS NOT NULL) = (state = 'end_proposed'))
);
CREATE INDEX policy_rules_category_idx ON policy_rules (category, union_path);
"""
CHANGED_OF_A_RULE = (
    "effective_to, state, version, ends_on, made_by, made_by_name, made_at, checked_by, checked_by_name, checked_at"
)

# What members of all zones were given. A zone reads its own rows; what the functions tell of others is that a cap is reached.
REGISTER = f"""
CREATE TABLE benefit_gifts (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    member_id uuid NOT NULL,
    category text COLLATE "C" NOT NULL CHECK (category <> ''),
    earmark text COLLATE "C" NOT NULL DEFAULT '',
    given_on date NOT NULL,
    value_cents bigint NOT NULL CHECK (value_cents > 0),
    thing text COLLATE "C" NOT NULL CHECK (thing <> ''),
    thing_id uuid NOT NULL,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT benefit_gifts_once UNIQUE (zone_id, thing_id, member_id)
);
CREATE INDEX benefit_gifts_member_idx ON benefit_gifts (member_id, category, given_on);

CREATE FUNCTION benefit_caps_exceeded(of_thing uuid, in_category text, with_earmark text, on_day date, who uuid[], cents bigint[])
RETURNS TABLE (member_id uuid, rule_id uuid, over_cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH rules AS MATERIALIZED (
        SELECT r.id, r.period, r.earmark, r.cap_cents,
            CASE r.period WHEN 'year' THEN date_trunc('year', on_day)::date WHEN 'month' THEN date_trunc('month', on_day)::date
                ELSE '-infinity'::date END AS since,
            CASE r.period WHEN 'year' THEN (date_trunc('year', on_day) + interval '1 year')::date
                WHEN 'month' THEN (date_trunc('month', on_day) + interval '1 month')::date ELSE 'infinity'::date END AS before
        FROM policy_rules r JOIN zones z ON starts_with(z.union_path, r.union_path)
        WHERE z.id = {RUNNING_ZONE} AND r.category = in_category AND r.state IN ('in_force', 'end_proposed')
          AND on_day BETWEEN r.effective_from AND coalesce(r.effective_to, 'infinity'::date)
    ), caps AS MATERIALIZED (
        SELECT * FROM rules WHERE earmark = ''
    ), marks AS MATERIALIZED (
        SELECT earmark, sum(cap_cents) AS cents FROM rules WHERE earmark <> '' GROUP BY earmark
    ), asked AS MATERIALIZED (
        SELECT a.member_id, sum(a.cents)::bigint AS cents FROM unnest(who, cents) AS a (member_id, cents)
        WHERE EXISTS (SELECT 1 FROM caps) GROUP BY a.member_id
    ), given AS (
        SELECT c.id AS rule_id, a.member_id, with_earmark AS earmark, a.cents FROM caps c, asked a
        UNION ALL
        SELECT c.id, a.member_id, g.earmark, g.value_cents FROM asked a
        JOIN benefit_gifts g ON g.member_id = a.member_id AND g.category = in_category
        JOIN caps c ON c.period <> 'giving' AND g.given_on >= c.since AND g.given_on < c.before
        WHERE (g.zone_id, g.thing_id) <> ({RUNNING_ZONE}, of_thing)
    ), sums AS (
        SELECT given.rule_id, given.member_id, given.earmark, sum(given.cents) AS cents FROM given GROUP BY 1, 2, 3
    )
    SELECT s.member_id, s.rule_id, (sum(greatest(0, s.cents - coalesce(m.cents, 0))) - c.cap_cents)::bigint
    FROM sums s JOIN caps c ON c.id = s.rule_id LEFT JOIN marks m ON m.earmark = s.earmark
    GROUP BY s.member_id, s.rule_id, c.cap_cents
    HAVING sum(greatest(0, s.cents - coalesce(m.cents, 0))) > c.cap_cents
$$;

CREATE FUNCTION register_benefit_gifts(
    of_kind text, of_thing uuid, in_category text, with_earmark text, on_day date, who uuid[], cents bigint[]
) RETURNS TABLE (member_id uuid, rule_id uuid, over_cents bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- One gift of a member's after the other, whichever zones give, in one order; the next statement sees what the others gave.
    PERFORM 1 FROM members m WHERE m.id = ANY (who) ORDER BY m.id FOR NO KEY UPDATE;
    RETURN QUERY
        WITH refused AS MATERIALIZED (
            SELECT DISTINCT ON (e.member_id) e.* FROM benefit_caps_exceeded(of_thing, in_category, with_earmark, on_day, who, cents) e
            ORDER BY e.member_id, e.over_cents DESC, e.rule_id
        ), made AS (
            INSERT INTO benefit_gifts (zone_id, member_id, category, earmark, given_on, value_cents, thing, thing_id)
            SELECT {RUNNING_ZONE}, a.member_id, in_category, with_earmark, on_day, sum(a.cents), of_kind, of_thing
            FROM unnest(who, cents) AS a (member_id, cents)
            WHERE NOT EXISTS (SELECT 1 FROM refused r WHERE r.member_id = a.member_id)
            GROUP BY a.member_id
            ON CONFLICT ON CONSTRAINT benefit_gifts_once DO NOTHING
        )
        SELECT r.member_id, r.rule_id, r.over_cents FROM refused r;
END $$;

CREATE FUNCTION take_back_benefit_gifts(of_thing uuid, who uuid[], cents bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    WITH back AS (
        SELECT a.member_id, sum(a.cents)::bigint AS cents FROM unnest(who, cents) AS a (member_id, cents) GROUP BY a.member_id
    ), gone AS (
        DELETE FROM benefit_gifts g USING back b
        WHERE g.zone_id = {RUNNING_ZONE} AND g.thing_id = of_thing AND g.member_id = b.member_id AND g.value_cents <= b.cents
    )
    UPDATE benefit_gifts g SET value_cents = g.value_cents - b.cents FROM back b
    WHERE g.zone_id = {RUNNING_ZONE} AND g.thing_id = of_thing AND g.member_id = b.member_id AND g.value_cents > b.cents;
END $$;
"""  # noqa: S608 - constants only
FUNCTIONS = {
    "benefit_caps_exceeded(uuid, text, text, date, uuid[], bigint[])": "hall_staff, hall_worker, hall_member",
    "register_benefit_gifts(text, uuid, text, text, date, uuid[], bigint[])": "hall_staff, hall_worker",
    "take_back_benefit_gifts(uuid, uuid[], bigint[])": "hall_staff, hall_worker",
}

# A line of an issue that the ledger left out, because it would have gone beyond a rule; it has the line's id.
ISSUES = """
ALTER TABLE bean_budgets ADD cents_per_bean integer NOT NULL DEFAULT 100 CHECK (cents_per_bean > 0);
ALTER TABLE bean_budgets ALTER cents_per_bean DROP DEFAULT;
ALTER TABLE bean_issues ADD category text COLLATE "C" NOT NULL DEFAULT 'festival' CHECK (category <> '');
ALTER TABLE bean_issues ALTER category DROP DEFAULT;
CREATE TABLE bean_issue_refusals (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    issue_id uuid NOT NULL,
    member_id uuid NOT NULL,
    rule_id uuid NOT NULL REFERENCES policy_rules (id),
    over_cents bigint NOT NULL CHECK (over_cents > 0),
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, id) REFERENCES bean_issue_lines (zone_id, id)
);
CREATE INDEX bean_issue_refusals_issue_idx ON bean_issue_refusals (zone_id, issue_id, id);
"""


def upgrade() -> None:
    op.execute(RULES)
    seen = Rule(read="true")
    protect("policy_rules", member=seen, staff=seen, worker=seen, owner=seen,
            city=Rule(read="true", insert="state = 'proposed'", update="true", update_columns=CHANGED_OF_A_RULE))  # fmt: skip
    op.execute(REGISTER)
    protect("benefit_gifts", member=Rule(read=f"{ZONE} AND {OWN}"), staff=Rule(read=ZONE), worker=Rule(read=ZONE),
            owner=Rule(all="true"))  # fmt: skip
    for function, planes in FUNCTIONS.items():
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {planes}")
    op.execute(f"CREATE POLICY {OWNER}_select ON zones FOR SELECT TO {OWNER} USING (true)")
    op.execute(ISSUES)
    protect("bean_issue_refusals", member=Rule(read=f"{ZONE} AND {OWN}"), staff=Rule(read=ZONE),
            worker=Rule(read=ZONE, insert=ZONE))  # fmt: skip
    op.execute("GRANT UPDATE (category) ON bean_issues TO hall_staff")


def downgrade() -> None:
    op.execute("DROP TABLE bean_issue_refusals")
    op.execute("ALTER TABLE bean_issues DROP category; ALTER TABLE bean_budgets DROP cents_per_bean")
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")
    op.execute(f"DROP TABLE benefit_gifts; DROP POLICY {OWNER}_select ON zones; DROP TABLE policy_rules")
