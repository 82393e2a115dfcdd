"""Cases handed over between zones.

Revision ID: casework_0024
"""

from alembic import op

from tenants.policies import OWN, OWNER, RUNNING_ZONE, UNTIED, ZONE, Rule, protect

revision = "casework_0024"
down_revision = "casework_0023"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE case_handovers (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    to_zone_id uuid NOT NULL REFERENCES zones (id) CHECK (to_zone_id <> zone_id),
    to_name text NOT NULL,
    reason_cipher bytea NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_by_name text NOT NULL,
    proposed_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL CHECK (state IN
        ('asked', 'agreed', 'offered', 'leaving', 'done', 'refused', 'declined', 'withdrawn', 'lapsed')),
    reminded_at timestamptz,
    answered_at timestamptz,
    consent_version text,
    from_state text,
    new_number text,
    ended_at timestamptz,
    PRIMARY KEY (zone_id, id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id),
    CONSTRAINT case_handovers_consent CHECK (state NOT IN ('agreed', 'offered', 'leaving', 'done')
        OR (answered_at IS NOT NULL AND consent_version IS NOT NULL)),
    CONSTRAINT case_handovers_left CHECK (state NOT IN ('leaving', 'done') OR from_state IS NOT NULL)
);
CREATE UNIQUE INDEX case_handovers_under_way ON case_handovers (zone_id, case_id)
    WHERE state IN ('asked', 'agreed', 'offered', 'leaving');
CREATE INDEX case_handovers_case_idx ON case_handovers (zone_id, case_id);
CREATE INDEX case_handovers_asked_idx ON case_handovers (zone_id, proposed_at) WHERE state = 'asked';

CREATE TABLE case_offers (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    member_id uuid NOT NULL REFERENCES members (id),
    module text NOT NULL CHECK (module <> ''),
    kind text NOT NULL,
    from_zone_id uuid NOT NULL REFERENCES zones (id),
    from_name text NOT NULL,
    from_number text NOT NULL,
    blind_paths text[] COLLATE "C" NOT NULL CHECK ('' <> ALL (blind_paths) AND array_position(blind_paths, NULL) IS NULL),
    is_urgent boolean NOT NULL,
    due_at timestamptz,
    reason_cipher bytea NOT NULL,
    offered_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL CHECK (state IN ('offered', 'accepted', 'declined')),
    answered_by uuid,
    answer_cipher bytea,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT case_offers_answered CHECK ((state = 'offered') = (answered_by IS NULL)),
    CONSTRAINT case_offers_reason CHECK ((state = 'declined') = (answer_cipher IS NOT NULL))
);
CREATE INDEX case_offers_waiting_idx ON case_offers (zone_id, module) WHERE state = 'offered';

CREATE TABLE case_origins (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member_id uuid NOT NULL,
    from_zone_id uuid NOT NULL REFERENCES zones (id),
    from_case_id uuid NOT NULL,
    from_name text NOT NULL,
    from_number text NOT NULL,
    consent_version text NOT NULL,
    agreed_at timestamptz NOT NULL,
    arrived_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, case_id),
    FOREIGN KEY (zone_id, case_id) REFERENCES cases (zone_id, id)
);

CREATE TABLE case_desks (
    desk_zone_id uuid NOT NULL REFERENCES zones (id),
    kind text NOT NULL CHECK (kind <> ''),
    PRIMARY KEY (desk_zone_id, kind)
);
"""
MINE = f"{ZONE} AND {OWN}"
NOT_DECIDED = "(decided_by IS NULL OR (phase = 'open' AND appealed_at IS NOT NULL AND appeal_decided_by IS NULL))"
WITHDRAWN_APPEAL = f"({MINE} AND phase = 'decided' AND appeal_withdrawn_at IS NOT NULL AND appeal_decided_by IS NULL)"
MEMBERS_MAKE = f"""({MINE} AND phase NOT IN ('decided', 'merged', 'leaving', 'handed_over') AND {NOT_DECIDED})
    OR {WITHDRAWN_APPEAL}"""
FORMERLY_MADE = f"({MINE} AND phase NOT IN ('decided', 'merged') AND {NOT_DECIDED}) OR {WITHDRAWN_APPEAL}"
UNFINISHED = "'draft', 'open', 'returned', 'answered'"
OVER = "'decided', 'withdrawn', 'ended', 'merged'"


def _phases(unfinished: str, over: str, clocked: str, single: str) -> None:
    op.execute(f"""
        ALTER TABLE cases DROP CONSTRAINT cases_phase_check, DROP CONSTRAINT cases_closed, DROP CONSTRAINT cases_clock,
            ADD CONSTRAINT cases_phase_check CHECK (phase IN ({unfinished}, {over})),
            ADD CONSTRAINT cases_closed CHECK ((closed_at IS NOT NULL) = (phase IN ({over}))),
            ADD CONSTRAINT cases_clock CHECK (CASE WHEN phase IN ({clocked}) THEN num_nonnulls(due_at, paused_at) > 0
                ELSE num_nonnulls(due_at, paused_at) = 0 END);
        DROP INDEX cases_one_open;
        CREATE UNIQUE INDEX cases_one_open ON cases (zone_id, member_id, kind)
            WHERE is_single AND phase IN ({single}) AND appealed_at IS NULL AND reopened_at IS NULL
    """)


def _keep_blind(*tables: str) -> None:
    """Of an offer, too, the trail is kept from whom its case is kept from: it has the case's id already."""
    found = ", ".join(
        f"(SELECT blind_paths FROM {table} WHERE zone_id = NEW.zone_id AND id = NEW.object_id::uuid)"  # noqa: S608 - tables of ours
        for table in tables
    )
    op.execute(f"""
        CREATE OR REPLACE FUNCTION keep_blind_cases_blind() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = public, pg_temp AS $$
        BEGIN
            NEW.blind_paths := coalesce({found}, NEW.blind_paths);
            RETURN NEW;
        END $$
    """)
    op.execute(f"ALTER FUNCTION keep_blind_cases_blind OWNER TO {OWNER}")


def _of_a_case(table: str) -> str:
    """The condition that the reader's plane sees the case a row belongs to."""
    case = f"c.zone_id = {table}.zone_id AND c.id = {table}.case_id"
    return f"{ZONE} AND EXISTS (SELECT 1 FROM cases c WHERE {case})"  # noqa: S608 - constants only


def upgrade() -> None:
    unfinished = f"{UNFINISHED}, 'leaving'"
    _phases(unfinished, f"{OVER}, 'handed_over'", "'open', 'leaving'", unfinished)
    op.execute(f"ALTER POLICY hall_member_update ON cases WITH CHECK ({MEMBERS_MAKE})")
    op.execute(TABLES)
    of_case = _of_a_case("case_handovers")
    protect("case_handovers",
            member=Rule(read=MINE, update=MINE, update_columns="state, answered_at, consent_version, ended_at"),
            staff=Rule(read=of_case, insert=f"{of_case} AND state = 'asked'", update=of_case, update_columns="state, ended_at"),
            worker=Rule(all=ZONE))  # fmt: skip
    # A member answers; what follows is the worker's.
    op.execute(f"""
        ALTER POLICY hall_member_update ON case_handovers USING ({MINE} AND state IN ('asked', 'agreed', 'offered'))
            WITH CHECK ({MINE} AND state IN ('agreed', 'refused', 'lapsed'));
        ALTER POLICY hall_staff_update ON case_handovers USING ({of_case} AND state IN ('asked', 'agreed', 'offered'))
            WITH CHECK ({of_case} AND state IN ('withdrawn', 'lapsed'))
    """)
    seen = f"{ZONE} AND {UNTIED}"
    protect("case_offers", member=Rule(read=MINE),
            staff=Rule(read=seen, update=seen, update_columns="state, answered_by, answer_cipher"),
            worker=Rule(all=ZONE), owner=Rule(read="true"))  # fmt: skip
    protect("case_origins", member=Rule(read=MINE), staff=Rule(read=_of_a_case("case_origins")), worker=Rule(all=ZONE))
    own = f"desk_zone_id = {RUNNING_ZONE}"
    protect("case_desks", staff=Rule(read="true"), worker=Rule(read="true", insert=own, delete=own))
    _keep_blind("cases", "case_offers")


def downgrade() -> None:
    _keep_blind("cases")
    op.execute("DROP TABLE case_desks, case_origins, case_offers, case_handovers")
    op.execute(f"ALTER POLICY hall_member_update ON cases WITH CHECK ({FORMERLY_MADE})")
    _phases(UNFINISHED, OVER, "'open'", "'draft', 'open', 'returned'")
