"""Giving vouchers: within their stock and the spending rules, in one function.

Revision ID: benefits_0009
"""

from alembic import op

from tenants.policies import OWNER

revision = "benefits_0009"
down_revision = "benefits_0008"
branch_labels = None
depends_on = None

# The one way to give vouchers: no plane may insert any. Whoever else gives of the batch waits for the end of the
# transaction, so that stock and shares are as they are read.
# The register knows a giving by the batch and the key. Whom a rule refuses takes no piece: the next in line gets it.
GIVE = """
CREATE FUNCTION voucher_giving_id(batch uuid, giving text) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$ SELECT md5(batch || '|' || giving)::uuid $$;

CREATE FUNCTION give_vouchers(
    batch uuid, members uuid[], ids uuid[], serials text[], giving text, today date, giver uuid, giver_name text
) RETURNS TABLE (place bigint, member uuid, voucher_id uuid, outcome text, rule_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    zone uuid := nullif(current_setting('hall.zone', true), '')::uuid;
    thing uuid := voucher_giving_id(batch, giving);
    b voucher_batches;
    had_members uuid[];
    had_ids uuid[];
    had_numbers integer[];
    had_repeats boolean[];
    room integer := 0;
    codes uuid[];
    waiting uuid[] := '{}';
    refused uuid[] := '{}';
    chosen uuid[];
    newly uuid[];
BEGIN
    SELECT * INTO b FROM voucher_batches v WHERE v.zone_id = zone AND v.id = batch FOR NO KEY UPDATE;
    IF b.id IS NULL THEN RETURN; END IF;
    -- Planned each time: a plan that was kept from when there were few vouchers would read all of the zone's.
    EXECUTE $find$
        SELECT coalesce(array_agg(o.member_id), '{}'), coalesce(array_agg(o.id), '{}'), coalesce(array_agg(o.number::integer), '{}'),
               coalesce(array_agg(o.key = $4), '{}')
        FROM vouchers o WHERE o.zone_id = $1 AND o.batch_id = $2 AND o.member_id = ANY ($3) AND o.state <> 'void'
    $find$ INTO had_members, had_ids, had_numbers, had_repeats USING zone, batch, members, giving;
    IF b.state = 'approved' AND today <= b.expires_on THEN
        SELECT coalesce(array_agg(a.member_id ORDER BY a.place), '{}') INTO waiting
        FROM (SELECT m.member_id, min(m.place) AS place
              FROM unnest(members) WITH ORDINALITY AS m (member_id, place) GROUP BY m.member_id) a
        LEFT JOIN (
            SELECT h.member_id, count(*) AS pieces, bool_or(h.is_repeat) AS is_repeat
            FROM unnest(had_members, had_repeats) AS h (member_id, is_repeat) GROUP BY h.member_id) had USING (member_id)
        WHERE coalesce(had.pieces, 0) < b.per_member AND had.is_repeat IS NOT TRUE;
        room := least(b.stock - b.taken, cardinality(waiting));
    END IF;
    IF room > 0 AND b.has_codes THEN
        SELECT coalesce(array_agg(c.id ORDER BY c.position), '{}') INTO codes
        FROM (SELECT f.id, f.position FROM voucher_codes f
              WHERE f.zone_id = zone AND f.batch_id = batch AND f.voucher_id IS NULL
              ORDER BY f.position LIMIT room FOR UPDATE SKIP LOCKED) c;
        room := cardinality(codes);
    END IF;
    IF room > 0 THEN
        SELECT coalesce(array_agg(DISTINCT e.member_id), '{}') INTO refused
        FROM benefit_caps_exceeded(thing, b.category, b.earmark, today, waiting,
                                   array_fill(b.value_cents, ARRAY[cardinality(waiting)])) e;
        LOOP
            SELECT array_agg(c.member_id ORDER BY c.turn) INTO chosen
            FROM (SELECT w.member_id, w.turn FROM unnest(waiting) WITH ORDINALITY AS w (member_id, turn)
                  WHERE w.member_id <> ALL (refused) ORDER BY w.turn LIMIT room) c;
            EXIT WHEN chosen IS NULL;
            -- Another zone may have given to one of them a moment ago.
            SELECT array_agg(DISTINCT r.member_id) INTO newly
            FROM register_benefit_gifts('voucher_batch', thing, b.category, b.earmark, today, chosen,
                                        array_fill(b.value_cents, ARRAY[cardinality(chosen)])) r;
            EXIT WHEN newly IS NULL;
            refused := refused || newly;
        END LOOP;
    END IF;
    RETURN QUERY
    WITH asked AS (
        SELECT * FROM unnest(members, ids, serials) WITH ORDINALITY AS m (member_id, new_id, serial, place)
    ), first AS (
        SELECT DISTINCT ON (a.member_id) a.*, had.id AS before FROM asked a
        LEFT JOIN unnest(had_members, had_ids, had_repeats) AS had (member_id, id, is_repeat)
            ON had.member_id = a.member_id AND had.is_repeat
        ORDER BY a.member_id, a.place
    ), made AS (
        INSERT INTO vouchers (zone_id, id, batch_id, member_id, number, per_member, serial, key, state, valid_from, last_day,
                              action, acted_by, acted_by_name)
        SELECT zone, f.new_id, batch, f.member_id, free.number, b.per_member, f.serial, giving, 'issued', b.valid_from,
               b.expires_on + b.grace_days, 'give', giver, giver_name
        FROM unnest(chosen) WITH ORDINALITY AS c (member_id, turn) JOIN first f USING (member_id)
        CROSS JOIN LATERAL (
            SELECT n AS number FROM generate_series(1, b.per_member) AS n
            WHERE NOT EXISTS (SELECT 1 FROM unnest(had_members, had_numbers) AS o (member_id, number)
                              WHERE o.member_id = f.member_id AND o.number = n)
            ORDER BY n LIMIT 1) free
        ORDER BY c.turn
        RETURNING vouchers.id, vouchers.member_id
    ), attached AS (
        UPDATE voucher_codes v SET voucher_id = f.new_id, member_id = f.member_id
        FROM unnest(codes, chosen) AS c (code_id, member_id) JOIN first f USING (member_id)
        WHERE v.zone_id = zone AND v.id = c.code_id
        RETURNING v.id
    )
    SELECT a.place, a.member_id, coalesce(m.id, f.before),
        CASE WHEN m.id IS NOT NULL THEN 'given' WHEN f.before IS NOT NULL THEN 'before'
             WHEN b.state <> 'approved' THEN 'closed' WHEN today > b.expires_on THEN 'over'
             WHEN a.member_id = ANY (refused) THEN 'capped' WHEN a.member_id = ANY (waiting) THEN 'none-left'
             ELSE 'enough' END,
        CASE WHEN a.member_id = ANY (refused) THEN (
            SELECT e.rule_id FROM benefit_caps_exceeded(thing, b.category, b.earmark, today, ARRAY[a.member_id],
                                                        ARRAY[b.value_cents]) e ORDER BY e.over_cents DESC, e.rule_id LIMIT 1) END
    FROM asked a JOIN first f USING (member_id) LEFT JOIN made m USING (member_id)
    ORDER BY a.place;
END $$;

CREATE FUNCTION uncount_vouchers_gone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM take_back_benefit_gifts(voucher_giving_id(g.batch_id, g.key), g.members, g.cents)
    FROM (SELECT a.batch_id, a.key, array_agg(a.member_id) AS members, array_agg(v.value_cents) AS cents
          FROM after a JOIN before b ON b.zone_id = a.zone_id AND b.id = a.id
          JOIN voucher_batches v ON v.zone_id = a.zone_id AND v.id = a.batch_id
          WHERE a.state IN ('expired', 'void') AND b.state NOT IN ('expired', 'void')
          GROUP BY a.batch_id, a.key) g;
    RETURN NULL;
END $$;
CREATE TRIGGER uncount_vouchers_gone AFTER UPDATE ON vouchers
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION uncount_vouchers_gone();
"""
GIVE_SIGNATURE = "give_vouchers(uuid, uuid[], uuid[], text[], text, date, uuid, text)"
FUNCTIONS = (GIVE_SIGNATURE, "uncount_vouchers_gone()", "voucher_giving_id(uuid, text)")


def upgrade() -> None:
    op.execute(GIVE)
    # A function's plans are kept. Made while the tables are nearly empty they read them whole, for each member, as they grow.
    op.execute(f"ALTER FUNCTION {GIVE_SIGNATURE} SET enable_seqscan = off")
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO {OWNER}")
    op.execute(f"REVOKE EXECUTE ON FUNCTION {GIVE_SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {GIVE_SIGNATURE} TO hall_staff, hall_worker")


def downgrade() -> None:
    op.execute("DROP TRIGGER uncount_vouchers_gone ON vouchers")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
