"""Frozen lists of members are let go when what they were made for is over, and emptied a year later.

Revision ID: members_0005
"""

from alembic import op

from tenants.policies import ZONE, Rule, protect

revision = "members_0005"
down_revision = "members_0004"
branch_labels = None
depends_on = None

# Whom a list named goes; its title, its number of members and its digest stay.
LET_GO_LONG_AGO = f"""{ZONE} AND EXISTS (
    SELECT 1 FROM audience_list_ends e WHERE e.zone_id = audience_list_members.zone_id
        AND e.list_id = audience_list_members.list_id AND e.let_go_at < now() - interval '365 days')"""  # noqa: S608 - constants only


def upgrade() -> None:
    op.execute("""
        CREATE TABLE audience_list_ends (
            zone_id uuid NOT NULL,
            id uuid NOT NULL,
            list_id uuid NOT NULL,
            let_go_at timestamptz NOT NULL,
            PRIMARY KEY (zone_id, id),
            CONSTRAINT audience_list_ends_once UNIQUE (zone_id, list_id),
            FOREIGN KEY (zone_id, list_id) REFERENCES audience_lists (zone_id, id)
        )
    """)
    ending = Rule(read=ZONE, insert=ZONE)
    protect("audience_list_ends", staff=ending, worker=ending)
    op.execute("GRANT DELETE ON audience_list_members TO hall_worker")
    op.execute(f"""CREATE POLICY hall_worker_delete ON audience_list_members FOR DELETE TO hall_worker
        USING ({LET_GO_LONG_AGO})""")


def downgrade() -> None:
    op.execute("DROP POLICY hall_worker_delete ON audience_list_members")
    op.execute("REVOKE DELETE ON audience_list_members FROM hall_worker")
    op.execute("DROP TABLE audience_list_ends")
