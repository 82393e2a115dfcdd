"""The month of birth, tags of members, and lists of members that never change.

Revision ID: members_0004
"""

from alembic import op

from tenants.policies import OWN, ZONE, Rule, protect

revision = "members_0004"
down_revision = "members_0003"
branch_labels = None
depends_on = None

# Lists are frozen from hundreds of thousands of members at once; a foreign key to each would take most of that time.
TABLES = """
ALTER TABLE members ADD COLUMN birth_month smallint GENERATED ALWAYS AS (extract(month FROM birth_date)::smallint) STORED;

CREATE TABLE member_tags (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    member_id uuid NOT NULL REFERENCES members (id),
    tag text COLLATE "C" NOT NULL CHECK (length(tag) BETWEEN 1 AND 20),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id),
    CONSTRAINT member_tags_once UNIQUE (zone_id, member_id, tag)
);
CREATE INDEX member_tags_tag_idx ON member_tags (zone_id, tag, member_id);

CREATE TABLE audience_lists (
    zone_id uuid NOT NULL REFERENCES zones (id),
    id uuid NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    is_uploaded boolean NOT NULL,
    audience jsonb NOT NULL DEFAULT '{}',
    members integer NOT NULL DEFAULT 0 CHECK (members >= 0),
    digest text NOT NULL DEFAULT '' CHECK (digest = '' OR digest ~ '^[0-9a-f]{64}$'),
    refused integer NOT NULL DEFAULT 0 CHECK (refused >= 0),
    problems jsonb NOT NULL DEFAULT '[]',
    made_by uuid,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (zone_id, id)
);

CREATE TABLE audience_list_members (
    zone_id uuid NOT NULL,
    id uuid NOT NULL,
    list_id uuid NOT NULL,
    member_id uuid NOT NULL,
    PRIMARY KEY (zone_id, id),
    CONSTRAINT audience_list_members_once UNIQUE (zone_id, list_id, member_id),
    FOREIGN KEY (zone_id, list_id) REFERENCES audience_lists (zone_id, id)
);
CREATE INDEX audience_list_members_member_idx ON audience_list_members (zone_id, member_id);
"""
BEING_WRITTEN = f"{ZONE} AND digest = ''"
OF_ONE_BEING_WRITTEN = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM audience_lists l WHERE l.zone_id = audience_list_members.zone_id AND l.id = audience_list_members.list_id
        AND l.digest = '')"""  # noqa: S608 - constants only
WRITTEN_AT_THE_END = "members, digest, refused, problems"


def upgrade() -> None:
    op.execute(TABLES)
    protect("member_tags", member=Rule(read=f"{ZONE} AND {OWN}"),
            staff=Rule(read=ZONE, insert=ZONE, delete=ZONE), worker=Rule(all=ZONE))  # fmt: skip
    protect("audience_lists",
            staff=Rule(read=ZONE, insert=BEING_WRITTEN, update=ZONE, update_columns=WRITTEN_AT_THE_END),
            worker=Rule(read=ZONE, insert=BEING_WRITTEN, update=ZONE))  # fmt: skip
    for plane in ("staff", "worker"):
        op.execute(f"ALTER POLICY hall_{plane}_update ON audience_lists USING ({BEING_WRITTEN})")
    adding = Rule(read=ZONE, insert=OF_ONE_BEING_WRITTEN)
    protect("audience_list_members", member=Rule(read=f"{ZONE} AND {OWN}"), staff=adding, worker=adding)


def downgrade() -> None:
    op.execute("DROP TABLE audience_list_members, audience_lists, member_tags")
    op.execute("ALTER TABLE members DROP COLUMN birth_month")
