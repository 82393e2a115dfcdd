"""Roles, unions, zones, members, accounts, and the platform's own tables.

Revision ID: 0001_foundation
"""

from alembic import op

from tenants.context import Plane
from tenants.paths import LABEL_WIDTH
from tenants.policies import (
    OWN,
    OWNER,
    REASON,
    RUNNING_ZONE,
    SUBTREE,
    ZONE,
    Rule,
    create_roles,
    drop_roles,
    own_deed,
    protect,
)

revision = "0001_foundation"
down_revision = None
branch_labels = ("core",)
depends_on = None

# Policies read a row's `union_path`; the foreign keys on (union_id, union_path) keep it the path of the union it names.
UNIONS = """
CREATE TABLE unions (
    id uuid PRIMARY KEY,
    parent_id uuid REFERENCES unions (id),
    path text COLLATE "C" NOT NULL UNIQUE CHECK (path ~ '^([0-9a-z]{4}[.])+$'),
    kind text NOT NULL CHECK (kind IN ('city', 'county', 'industry', 'town', 'enterprise', 'institution')),
    name text NOT NULL CHECK (name <> ''),
    short_name text NOT NULL DEFAULT '',
    uscc text UNIQUE,
    next_child integer NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'dissolved')),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (parent_id, name),
    UNIQUE (id, path)
);
CREATE UNIQUE INDEX unions_one_root ON unions ((parent_id IS NULL)) WHERE parent_id IS NULL;

CREATE TABLE union_member_counts (
    union_id uuid PRIMARY KEY,
    union_path text COLLATE "C" NOT NULL,
    members bigint NOT NULL DEFAULT 0,
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path)
);
CREATE INDEX union_member_counts_path_idx ON union_member_counts (union_path) INCLUDE (members);
"""

ZONES = """
CREATE TABLE zones (
    id uuid PRIMARY KEY,
    slug text COLLATE "C" NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
    name text NOT NULL CHECK (name <> ''),
    union_id uuid NOT NULL UNIQUE,
    union_path text COLLATE "C" NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'provisioning', 'active', 'read_only', 'suspended',
                                         'archived', 'pending_delete', 'tombstone')),
    state_reason text NOT NULL DEFAULT '',
    preset text NOT NULL,
    provisioned_steps jsonb NOT NULL DEFAULT '[]',
    published_revision_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    state_changed_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path)
);

CREATE TABLE zone_slugs (
    slug text COLLATE "C" PRIMARY KEY,
    zone_id uuid NOT NULL REFERENCES zones (id),
    released_at timestamptz NOT NULL DEFAULT now(),
    quarantined_until timestamptz NOT NULL
);

CREATE TABLE zone_domains (
    domain text COLLATE "C" PRIMARY KEY CHECK (domain = lower(domain)),
    zone_id uuid NOT NULL REFERENCES zones (id),
    proof text NOT NULL,
    verified_at timestamptz,
    is_primary boolean NOT NULL DEFAULT false CHECK (NOT is_primary OR verified_at IS NOT NULL),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX zone_domains_one_primary ON zone_domains (zone_id) WHERE is_primary;

CREATE TABLE zone_revisions (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    number integer NOT NULL,
    status text NOT NULL CHECK (status IN ('draft', 'awaiting_approval', 'published', 'superseded', 'discarded')),
    document jsonb NOT NULL,
    based_on uuid,
    note text NOT NULL DEFAULT '',
    author_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, number)
);
CREATE UNIQUE INDEX zone_revisions_one_draft ON zone_revisions (zone_id) WHERE status IN ('draft', 'awaiting_approval');
CREATE UNIQUE INDEX zone_revisions_one_published ON zone_revisions (zone_id) WHERE status = 'published';

CREATE TABLE setting_locks (
    union_id uuid NOT NULL,
    union_path text COLLATE "C" NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (union_id, key),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path)
);

CREATE TABLE change_feed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX change_feed_at_idx ON change_feed (at);
"""

# What visitors were shown stays as it was: of a revision that is no draft any more nothing changes but the status, once,
# when the next one takes its place.
REVISIONS = """
CREATE FUNCTION keep_revisions() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    kept zone_revisions := OLD;
BEGIN
    kept.status := NEW.status;
    IF NEW IS DISTINCT FROM kept OR (OLD.status, NEW.status) <> ('published', 'superseded') THEN
        RAISE EXCEPTION 'revision % of a zone is % and stays as it is', OLD.number, OLD.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER zone_revisions_kept BEFORE UPDATE ON zone_revisions
    FOR EACH ROW WHEN (OLD.status NOT IN ('draft', 'awaiting_approval')) EXECUTE FUNCTION keep_revisions();
"""

MEMBERS = """
CREATE TABLE members (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL CHECK (name <> ''),
    given_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (substr(name, 2)) STORED,
    gender text CHECK (gender IN ('male', 'female')),
    birth_date date,
    phone_cipher bytea,
    phone_index bytea,
    id_kind text CHECK (id_kind IN ('resident_id', 'passport', 'hk_macao_permit', 'taiwan_permit', 'permanent_residence')),
    id_cipher bytea,
    id_index bytea UNIQUE,
    email text,
    education text,
    locale text NOT NULL DEFAULT 'zh_CN',
    verified_at timestamptz,
    verified_by text,
    union_path text COLLATE "C",
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((id_cipher IS NULL) = (id_index IS NULL)),
    CHECK ((phone_cipher IS NULL) = (phone_index IS NULL))
);
CREATE INDEX members_union_path_idx ON members (union_path, id);
CREATE INDEX members_phone_index_idx ON members (phone_index);
CREATE INDEX members_name_idx ON members (name);
CREATE INDEX members_given_name_idx ON members (given_name);

CREATE TABLE memberships (
    id uuid PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES members (id),
    union_id uuid NOT NULL,
    union_path text COLLATE "C" NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'ended')),
    member_number text,
    position text,
    joined_on date,
    ended_on date,
    end_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path)
);
CREATE UNIQUE INDEX memberships_one_active ON memberships (member_id) WHERE status = 'active';
CREATE INDEX memberships_union_path_idx ON memberships (union_path, member_id) WHERE status = 'active';
CREATE INDEX memberships_member_idx ON memberships (member_id);

-- A member's place in the tree and the per-union counters follow the memberships, whoever writes them. Counters are
-- touched in the order of their keys and only where they move; the joins with members are planned anew each time (EXECUTE),
-- because a plan kept from a single row would serve a hundred thousand, and the other way round.
CREATE FUNCTION follow_memberships() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO union_member_counts AS c (union_id, union_path, members)
        SELECT union_id, min(union_path), count(*) FROM new_rows WHERE status = 'active' GROUP BY union_id
        ORDER BY union_id
        ON CONFLICT (union_id) DO UPDATE SET members = c.members + excluded.members, union_path = excluded.union_path;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO union_member_counts AS c (union_id, union_path, members)
        SELECT union_id, coalesce(min(union_path) FILTER (WHERE step > 0), min(union_path)), sum(step)
        FROM (SELECT union_id, union_path, 1 AS step FROM new_rows WHERE status = 'active'
              UNION ALL SELECT union_id, union_path, -1 FROM old_rows WHERE status = 'active') moved
        GROUP BY union_id HAVING sum(step) <> 0 OR min(union_path) <> max(union_path)
        ORDER BY union_id
        ON CONFLICT (union_id) DO UPDATE SET members = c.members + excluded.members, union_path = excluded.union_path;
    ELSE
        INSERT INTO union_member_counts AS c (union_id, union_path, members)
        SELECT union_id, min(union_path), -count(*) FROM old_rows WHERE status = 'active' GROUP BY union_id
        ORDER BY union_id
        ON CONFLICT (union_id) DO UPDATE SET members = c.members + excluded.members;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        EXECUTE $sql$
            UPDATE members m SET union_path = NULL
            FROM old_rows o WHERE m.id = o.member_id AND o.status = 'active' AND m.union_path IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM memberships k WHERE k.member_id = m.id AND k.status = 'active')
        $sql$;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE $sql$
            UPDATE members m SET union_path = n.union_path
            FROM new_rows n WHERE m.id = n.member_id AND n.status = 'active' AND m.union_path IS DISTINCT FROM n.union_path
        $sql$;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER memberships_inserted AFTER INSERT ON memberships
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_memberships();
CREATE TRIGGER memberships_updated AFTER UPDATE ON memberships
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_memberships();
CREATE TRIGGER memberships_deleted AFTER DELETE ON memberships
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_memberships();
"""

ACCOUNTS = f"""
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    member_id uuid UNIQUE REFERENCES members (id),
    display_name text NOT NULL DEFAULT '',
    phone_cipher bytea NOT NULL,
    phone_index bytea NOT NULL UNIQUE,
    password_hash text,
    totp_cipher bytea,
    totp_last_step bigint,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'blocked', 'erased')),
    locale text,
    large_text boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_sign_in_at timestamptz
);

CREATE TABLE role_grants (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    role text NOT NULL,
    union_id uuid NOT NULL,
    union_path text COLLATE "C" NOT NULL,
    granted_by uuid REFERENCES accounts (id),
    granted_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    UNIQUE (account_id, role, union_id),
    FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path),
    CONSTRAINT role_grants_city_at_the_root CHECK (role <> 'city_admin' OR length(union_path) = {LABEL_WIDTH + 1})
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    account_id uuid NOT NULL REFERENCES accounts (id),
    parent_id uuid REFERENCES sessions (id),
    host text NOT NULL,
    second_factor_at timestamptz,
    user_agent text NOT NULL DEFAULT '',
    ip text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX sessions_account_idx ON sessions (account_id) WHERE revoked_at IS NULL;
CREATE INDEX sessions_parent_idx ON sessions (parent_id);
"""

PLATFORM = """
CREATE TABLE audit_entries (
    id uuid PRIMARY KEY,
    zone_id uuid REFERENCES zones (id),
    plane text NOT NULL,
    account_id uuid,
    actor_name text NOT NULL DEFAULT '',
    action text NOT NULL,
    object_type text NOT NULL DEFAULT '',
    object_id text NOT NULL DEFAULT '',
    subject_member_id uuid,
    detail jsonb NOT NULL DEFAULT '{}',
    reason text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX audit_entries_zone_idx ON audit_entries (zone_id, id DESC);
CREATE INDEX audit_entries_object_idx ON audit_entries (object_type, object_id);
CREATE INDEX audit_entries_subject_idx ON audit_entries (subject_member_id) WHERE subject_member_id IS NOT NULL;

CREATE TABLE files (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    purpose text NOT NULL,
    visibility text NOT NULL CHECK (visibility IN ('public', 'staff', 'personal')),
    member_id uuid,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    sha256 bytea NOT NULL,
    is_encrypted boolean NOT NULL DEFAULT false,
    uploaded_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CHECK (visibility <> 'personal' OR member_id IS NOT NULL)
);

CREATE TABLE tasks (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    kind text NOT NULL,
    title text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    total bigint NOT NULL DEFAULT 0,
    done bigint NOT NULL DEFAULT 0,
    arguments jsonb NOT NULL DEFAULT '{}',
    progress jsonb NOT NULL DEFAULT '{}',
    error text NOT NULL DEFAULT '',
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (zone_id, id)
);

CREATE TABLE outbox_events (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    kind text NOT NULL,
    dedupe_key text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'leased', 'done', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    available_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    PRIMARY KEY (zone_id, id),
    UNIQUE (zone_id, dedupe_key)
);
CREATE INDEX outbox_events_due_idx ON outbox_events (available_at) WHERE state IN ('pending', 'leased');
CREATE INDEX outbox_events_dead_idx ON outbox_events (zone_id, id) WHERE state = 'dead';
"""


def upgrade() -> None:
    create_roles()
    op.execute(f"GRANT SELECT ON alembic_version TO {Plane.WORKER}")  # /readyz compares it with the code
    for statements in (UNIONS, ZONES, REVISIONS, MEMBERS, ACCOUNTS, PLATFORM):
        op.execute(statements)
    op.execute(f"ALTER FUNCTION follow_memberships OWNER TO {OWNER}")
    op.execute(f"ALTER FUNCTION keep_revisions OWNER TO {OWNER}")
    everyone_reads = Rule(read="true")
    protect(
        "unions",
        member=everyone_reads,
        staff=everyone_reads,
        worker=everyone_reads,
        identity=everyone_reads,
        city=Rule(all="true"),
    )
    protect(
        "union_member_counts",
        owner=Rule(all="true"),
        staff=Rule(read=SUBTREE),
        worker=everyone_reads,
        city=everyone_reads,
    )
    protect(
        "zones",
        member=everyone_reads,
        identity=everyone_reads,
        city=Rule(all="true"),
        staff=Rule(read="true", update=f"id = {RUNNING_ZONE}", update_columns="published_revision_id"),
        worker=everyone_reads,
    )
    protect(
        "zone_slugs",
        member=everyone_reads,
        staff=everyone_reads,
        identity=everyone_reads,
        worker=everyone_reads,
        city=Rule(all="true"),
    )
    protect(
        "zone_domains",
        member=everyone_reads,
        staff=everyone_reads,
        identity=everyone_reads,
        worker=everyone_reads,
        city=Rule(all="true"),
    )
    in_force = Rule(read=f"{ZONE} AND status IN ('published', 'superseded')")
    protect(
        "zone_revisions",
        member=in_force,
        identity=in_force,
        staff=Rule(
            read=ZONE,
            insert=ZONE,
            update=ZONE,
            update_columns="status, document, note, updated_at, published_at",
        ),
        worker=Rule(read=ZONE),
        city=Rule(read="true", insert="true"),
    )
    protect("setting_locks", member=everyone_reads, staff=everyone_reads, worker=everyone_reads, city=Rule(all="true"))
    protect(
        "change_feed",
        **{plane: Rule(read="true", insert="true") for plane in ("member", "staff", "identity")},
        worker=Rule(read="true", insert="true", delete="true"),
        city=Rule(read="true", insert="true"),
    )
    protect(
        "members",
        owner=Rule(all="true"),
        member=Rule(read=OWN.replace("member_id", "id")),
        staff=Rule(
            read=SUBTREE,
            update=SUBTREE,
            update_columns="name, gender, birth_date, phone_cipher, phone_index, email, education, updated_at",
        ),
        worker=Rule(all="true"),
        identity=Rule(read="true", read_columns="id, name, phone_index, union_path, locale, verified_at"),
        city=Rule(read=REASON),
    )
    protect(
        "memberships",
        owner=Rule(all="true"),
        member=Rule(read=OWN),
        staff=Rule(read=SUBTREE, update=SUBTREE, update_columns="status, ended_on, end_reason"),
        worker=Rule(all="true"),
        city=Rule(read=REASON),
    )
    protect("accounts", identity=Rule(all="true"))
    below_the_city = f"{SUBTREE} AND role <> 'city_admin'"
    protect(
        "role_grants",
        staff=Rule(read=SUBTREE, insert=below_the_city, delete=below_the_city),
        identity=everyone_reads,
        city=Rule(read="true", insert="true", delete="true"),
    )
    protect("sessions", identity=Rule(all="true"))
    protect(
        "audit_entries",
        member=Rule(read=OWN.replace("member_id", "subject_member_id"), insert=f"{ZONE} AND {own_deed(Plane.MEMBER)}"),
        staff=Rule(read=ZONE, insert=f"{ZONE} AND {own_deed(Plane.STAFF)}"),
        worker=Rule(insert=f"(zone_id IS NULL OR {ZONE}) AND {own_deed(Plane.WORKER)}"),
        identity=Rule(insert=own_deed(Plane.IDENTITY)),
        city=Rule(read="true", insert=own_deed(Plane.CITY)),
    )
    protect(
        "files",
        member=Rule(
            read=f"{ZONE} AND (visibility = 'public' OR {OWN})",
            insert=f"{ZONE} AND visibility = 'personal' AND {OWN}",
            delete=f"{ZONE} AND visibility = 'personal' AND {OWN}",
        ),
        staff=Rule(read=ZONE, insert=ZONE, delete=ZONE),
        worker=Rule(read=ZONE, insert=ZONE, delete=ZONE),
    )
    protect(
        "tasks",
        staff=Rule(read=ZONE, insert=ZONE, update=ZONE, update_columns="state, error, finished_at"),
        worker=Rule(all=ZONE),
        city=everyone_reads,
    )
    protect(
        "outbox_events",
        member=Rule(insert=ZONE),
        identity=Rule(insert="true"),
        staff=Rule(
            read=ZONE,
            insert=ZONE,
            update=ZONE,
            update_columns="state, failures, available_at, last_error, done_at",
        ),
        worker=Rule(all="true"),
        city=Rule(read="true", insert="true"),
    )


def downgrade() -> None:
    op.execute("""
        DROP TABLE outbox_events, tasks, files, audit_entries, sessions, role_grants, accounts, memberships, members,
            change_feed, setting_locks, zone_revisions, zone_domains, zone_slugs, zones, union_member_counts, unions;
        DROP FUNCTION follow_memberships, keep_revisions;
    """)
    drop_roles()
